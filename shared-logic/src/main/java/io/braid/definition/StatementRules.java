package io.braid.definition;

import java.time.ZoneId;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;

/**
 * What a statement must look like to be a metric, checked clause by clause on the parsed text,
 * where every piece still has its place. Names of columns are resolved on the way: {@code
 * p.service} becomes {@code service}. Types are left to Calcite and {@link TypeRules}.
 */
final class StatementRules {

  private StatementRules() {}

  /**
   * Checks a parsed statement, which is changed on the way, and takes it apart.
   *
   * @param sources that FROM may name
   * @param zone that days, weeks and months of windows are those of
   * @throws StatementException for the first mistake
   */
  static Statement check(SqlNode parsed, Map<String, Source> sources, ZoneId zone) {
    SqlSelect select = ClauseRules.requireSelect(parsed);
    ClauseRules.check(select);
    SourceScope scope = SourceScope.of(select, sources);
    desugar(select);
    if (select.getWhere() != null) {
      new ExpressionRules(scope, Grouping.NONE)
          .check(select.getWhere(), ExpressionRules.Place.WHERE);
    }
    Grouping grouping = new GroupByRules(scope, zone).check(select.getGroup());
    SelectListRules selectList = new SelectListRules(scope, grouping);
    selectList.check(select);
    Lowering.lower(select, grouping);
    return new Statement(
        select, scope.source(), grouping.window(), selectList.groups(), selectList.names());
  }

  private static void desugar(SqlSelect select) {
    Desugaring desugaring = new Desugaring();
    if (select.getWhere() != null) {
      select.setWhere(select.getWhere().accept(desugaring));
    }
    if (select.getGroup() != null) {
      select.setGroupBy((SqlNodeList) select.getGroup().accept(desugaring));
    }
    select.setSelectList((SqlNodeList) select.getSelectList().accept(desugaring));
  }
}

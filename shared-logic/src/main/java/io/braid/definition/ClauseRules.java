package io.braid.definition;

import static io.braid.definition.StatementException.at;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlWith;

/** Which clauses a metric may have: SELECT, FROM, WHERE and GROUP BY. */
final class ClauseRules {

  private ClauseRules() {}

  /** Returns the statement as a SELECT. */
  static SqlSelect requireSelect(SqlNode statement) {
    if (statement instanceof SqlSelect plain) {
      return plain;
    }
    if (statement instanceof SqlOrderBy ordered) {
      requireSelect(ordered.query);
      if (!ordered.orderList.isEmpty()) {
        throw at(
            ordered.orderList.get(0),
            "ORDER BY is not part of a metric; order the answer instead: order_by=…");
      }
      SqlNode limit = ordered.fetch != null ? ordered.fetch : ordered.offset;
      throw at(
          limit == null ? statement : limit,
          "LIMIT is not part of a metric; limit the answer instead: limit=…");
    }
    if (statement instanceof SqlWith) {
      throw at(statement, "WITH is not part of a metric; a metric is one SELECT over one source");
    }
    switch (statement.getKind()) {
      case UNION, INTERSECT, EXCEPT ->
          throw at(
              statement,
              statement.getKind() + " is not part of a metric; write one metric for each SELECT");
      default -> throw at(statement, "a metric is one SELECT … FROM … GROUP BY …");
    }
  }

  /** Refuses every clause that is not part of a metric. */
  static void check(SqlSelect select) {
    SqlNode distinct = select.getModifierNode(SqlSelectKeyword.DISTINCT);
    if (distinct != null) {
      throw at(distinct, "SELECT DISTINCT is not part of a metric; write GROUP BY");
    }
    SqlNode stream = select.getModifierNode(SqlSelectKeyword.STREAM);
    if (stream != null) {
      throw at(stream, "SELECT STREAM is not part of a metric; write SELECT");
    }
    if (select.getHaving() != null) {
      throw at(
          select.getHaving(), "HAVING is not part of a metric; filter the answer instead: where=…");
    }
    if (!select.getWindowList().isEmpty()) {
      throw at(
          select.getWindowList(),
          "WINDOW is not part of a metric; window with TUMBLE(…) in GROUP BY");
    }
    if (select.getQualify() != null) {
      throw at(select.getQualify(), "QUALIFY is not part of a metric; filter the answer instead");
    }
    if (select.hasHints()) {
      throw at(select, "hints are not part of a metric");
    }
  }
}

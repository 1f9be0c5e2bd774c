package io.braid.definition;

import static io.braid.definition.StatementException.at;

import io.braid.time.Window;
import io.braid.view.View;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.util.Litmus;

/** What may stand in GROUP BY: columns and expressions, each once, and at most one window. */
final class GroupByRules {

  private final ExpressionRules expressions;
  private final WindowRules windows;

  /**
   * Makes the rules of one statement.
   *
   * @param zone that days, weeks and months of windows are those of
   */
  GroupByRules(SourceScope scope, ZoneId zone) {
    this.expressions = new ExpressionRules(scope, Grouping.NONE);
    this.windows = new WindowRules(scope, zone);
  }

  /**
   * Checks the clause.
   *
   * @param clause null for a statement without GROUP BY
   */
  Grouping check(SqlNodeList clause) {
    if (clause == null) {
      return Grouping.NONE;
    }
    List<SqlNode> items = new ArrayList<>();
    Optional<SqlCall> windowCall = Optional.empty();
    Window window = new Window.None();
    for (SqlNode item : clause) {
      switch (item.getKind()) {
        case TUMBLE, HOP, SESSION -> {
          if (windowCall.isPresent()) {
            throw at(item, "a second window; GROUP BY holds at most one");
          }
          SqlCall call = (SqlCall) item;
          window = windows.check(call);
          windowCall = Optional.of(call);
        }
        case ROLLUP, CUBE, GROUPING_SETS, GROUP_BY_DISTINCT ->
            throw at(
                item,
                item.getKind().sql
                    + " is not part of a metric; the answer rolls up instead: group_by=…");
        case ROW ->
            throw at(item, "a list in parentheses is no group; write the columns without them");
        case LITERAL ->
            throw at(item, "a constant is no group; GROUP BY names columns and expressions");
        default -> expressions.check(item, ExpressionRules.Place.GROUP_BY);
      }
      if (item instanceof SqlNodeList) {
        throw at(item, "an empty group; leave GROUP BY away for one group of all events");
      }
      for (SqlNode before : items) {
        if (before.equalsDeep(item, Litmus.IGNORE)) {
          throw at(item, "%s stands twice in GROUP BY".formatted(item));
        }
      }
      items.add(item);
      if (items.size() - (windowCall.isPresent() ? 1 : 0) > View.MAX_KEYS) {
        throw at(item, "one group column too many; at most %d".formatted(View.MAX_KEYS));
      }
    }
    return new Grouping(items, windowCall, window);
  }
}

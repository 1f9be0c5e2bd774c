package io.braid.definition;

import static io.braid.definition.SqlText.brief;
import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.StatementException.at;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.util.Litmus;

/**
 * What may stand in SELECT, and the names that columns have in answers: those of the SELECT list,
 * of group columns that it does not show, {@code window_start} and {@code window_end}. No two are
 * the same, letters' case aside. One statement, one owner.
 */
final class SelectListRules {

  private final Grouping grouping;
  private final ExpressionRules expressions;
  private final List<SqlNode> items = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Statement.GroupItem> groups = new ArrayList<>();

  SelectListRules(SourceScope scope, Grouping grouping) {
    this.grouping = grouping;
    this.expressions = new ExpressionRules(scope, grouping);
  }

  /** Checks the list and its names. */
  void check(SqlSelect select) {
    items.addAll(select.getSelectList());
    checkItems();
    checkNames();
  }

  /** Returns the names of the SELECT list, in order. */
  List<String> names() {
    return names;
  }

  /** Returns the items of GROUP BY without the window, in order, under their names. */
  List<Statement.GroupItem> groups() {
    return groups;
  }

  private void checkItems() {
    boolean aggregated = !grouping.items().isEmpty();
    for (SqlNode item : items) {
      SqlNode expression = expressionOf(item);
      if (expression instanceof SqlIdentifier identifier && identifier.isStar()) {
        throw at(item, "SELECT * is not part of a metric; name the columns and aggregates");
      }
      aggregated |= isAggregated(expression);
    }
    for (SqlNode item : items) {
      expressions.check(expressionOf(item), ExpressionRules.Place.SELECT);
      names.add(nameOf(item));
    }
    if (!aggregated) {
      throw at(
          items.get(0),
          "a metric aggregates; write an aggregate (%s) or GROUP BY"
              .formatted(Functions.aggregates()));
    }
  }

  private static SqlNode expressionOf(SqlNode item) {
    return item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(0) : item;
  }

  private static SqlNode namedBy(SqlNode item) {
    return item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(1) : item;
  }

  private static String nameOf(SqlNode item) {
    if (namedBy(item) instanceof SqlIdentifier identifier) {
      return identifier.getSimple();
    }
    throw at(item, "%s needs a name; write AS and an alias behind it".formatted(brief(item)));
  }

  private static boolean isAggregated(SqlNode node) {
    if (node instanceof SqlCall call) {
      return Functions.isAggregate(functionName(call))
          || call.getOperandList().stream().anyMatch(o -> o != null && isAggregated(o));
    }
    return node instanceof SqlNodeList list && list.stream().anyMatch(o -> isAggregated(o));
  }

  private void checkNames() {
    Map<String, String> byLowerCase = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      SqlNode place = namedBy(items.get(i));
      String name = names.get(i);
      String before = byLowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (before != null) {
        throw at(place, twice("SELECT", name, before));
      }
      if (grouping.window().exists()) {
        checkWindowName(expressionOf(items.get(i)), name, place);
      }
    }
    for (SqlNode group : grouping.keys()) {
      String name = groupName(group);
      checkGroupName(group, name, byLowerCase);
      groups.add(new Statement.GroupItem(group, name));
    }
  }

  private void checkWindowName(SqlNode expression, String name, SqlNode place) {
    String kind = grouping.windowCall().orElseThrow().getKind().name();
    if (name.equalsIgnoreCase("window_start") && !isBound(expression, kind + "_START")) {
      throw at(
          place,
          "the name 'window_start' is kept for %s_START(…); choose another alias".formatted(kind));
    }
    if (name.equalsIgnoreCase("window_end") && !isBound(expression, kind + "_END")) {
      throw at(
          place,
          "the name 'window_end' is kept for %s_END(…); choose another alias".formatted(kind));
    }
  }

  private static boolean isBound(SqlNode node, String bound) {
    return node instanceof SqlCall call && functionName(call).equals(bound);
  }

  /** The column's own name, or the first alias of the expression. */
  private String groupName(SqlNode group) {
    if (group instanceof SqlIdentifier identifier) {
      return identifier.getSimple();
    }
    return shownAs(group)
        .orElseThrow(
            () ->
                at(
                    group,
                    "%s stands in GROUP BY but not in SELECT; show it there under an alias"
                        .formatted(brief(group))));
  }

  private Optional<String> shownAs(SqlNode group) {
    for (int i = 0; i < names.size(); i++) {
      if (expressionOf(items.get(i)).equalsDeep(group, Litmus.IGNORE)) {
        return Optional.of(names.get(i));
      }
    }
    return Optional.empty();
  }

  /** Answers show a group column that SELECT does not show, so its name must be free. */
  private void checkGroupName(SqlNode group, String name, Map<String, String> byLowerCase) {
    for (Statement.GroupItem other : groups) {
      if (other.name().equalsIgnoreCase(name)) {
        throw at(group, twice("GROUP BY", name, other.name()));
      }
    }
    if (grouping.window().exists()
        && (name.equalsIgnoreCase("window_start") || name.equalsIgnoreCase("window_end"))) {
      throw at(
          group,
          "the group column '%s' has the name of a window column; group by another name"
              .formatted(name));
    }
    String shown = byLowerCase.get(name.toLowerCase(Locale.ROOT));
    if (shown != null && shownAs(group).isEmpty()) {
      throw at(
          group,
          "answers show the group column '%s', but SELECT gives its name to something else"
              .formatted(name));
    }
  }

  private static String twice(String clause, String name, String before) {
    return name.equals(before)
        ? "the name '%s' stands twice in %s".formatted(name, clause)
        : "the names '%s' and '%s' in %s differ only in case".formatted(before, name, clause);
  }
}

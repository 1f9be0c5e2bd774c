package io.braid.definition;

import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.SqlText.listed;
import static io.braid.definition.StatementException.at;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlUnresolvedFunction;

/** The functions and operators that a metric may use, and those that it may use one day. */
final class Functions {

  static final List<String> AGGREGATES = List.of("COUNT", "SUM", "MIN", "MAX", "AVG");

  static final List<String> WINDOW_BOUNDS = List.of("TUMBLE_START", "TUMBLE_END");

  private static final Set<String> LATER_AGGREGATES =
      Set.of(
          "VAR_POP",
          "VAR_SAMP",
          "VARIANCE",
          "STDDEV_POP",
          "STDDEV_SAMP",
          "STDDEV",
          "FIRST_VALUE",
          "LAST_VALUE",
          "BOOL_AND",
          "BOOL_OR",
          "APPROX_COUNT_DISTINCT",
          "APPROX_QUANTILE");

  private static final Set<String> LATER_WINDOW_BOUNDS =
      Set.of("HOP_START", "HOP_END", "SESSION_START", "SESSION_END");

  private static final Set<SqlKind> OPERATORS =
      Set.of(
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.MINUS_PREFIX,
          SqlKind.PLUS_PREFIX,
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.AND,
          SqlKind.OR,
          SqlKind.NOT,
          SqlKind.IS_NULL,
          SqlKind.IS_NOT_NULL,
          SqlKind.IS_TRUE,
          SqlKind.IS_NOT_TRUE,
          SqlKind.IS_FALSE,
          SqlKind.IS_NOT_FALSE,
          SqlKind.IS_UNKNOWN,
          SqlKind.CASE,
          SqlKind.COALESCE,
          SqlKind.NULLIF,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.BETWEEN,
          SqlKind.CAST);

  private Functions() {}

  /** Returns whether a function is an aggregate, supported or not yet. */
  static boolean isAnyAggregate(String function) {
    return AGGREGATES.contains(function) || LATER_AGGREGATES.contains(function);
  }

  /** Refuses what is neither a scalar function nor an operator of a metric. */
  static void requireScalar(SqlCall call) {
    String function = functionName(call);
    if (LATER_AGGREGATES.contains(function)) {
      throw at(
          call,
          "%s is not supported yet; valid aggregates: %s".formatted(function, listed(AGGREGATES)));
    }
    if (LATER_WINDOW_BOUNDS.contains(function)) {
      throw at(
          call, "%s is not supported yet; valid: %s".formatted(function, listed(WINDOW_BOUNDS)));
    }
    if (!ScalarFunctions.contains(function) && !OPERATORS.contains(call.getKind())) {
      throw unknown(call, function);
    }
  }

  private static StatementException unknown(SqlCall call, String function) {
    if (!(call.getOperator() instanceof SqlUnresolvedFunction) && !isName(function)) {
      return at(call, "the operator %s is not part of a metric".formatted(function));
    }
    Set<String> valid = new TreeSet<>(AGGREGATES);
    valid.addAll(ScalarFunctions.NAMES);
    valid.addAll(WINDOW_BOUNDS);
    Set<String> candidates = new TreeSet<>(valid);
    candidates.add("TUMBLE");
    candidates.add("LIKE");
    return at(
        call,
        "unknown function '%s'; valid functions: %s%s"
            .formatted(function, listed(valid), NearestName.hint(function, candidates)));
  }

  private static boolean isName(String function) {
    return function.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
  }
}

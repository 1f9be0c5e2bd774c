package io.braid.definition;

import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.SqlText.listed;
import static io.braid.definition.StatementException.at;

import io.braid.aggregate.AggregateFunctions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlUnresolvedFunction;

/** The functions and operators that a metric may use. */
final class Functions {

  private static final List<String> WINDOW_STARTS =
      List.of("TUMBLE_START", "HOP_START", "SESSION_START");

  private static final List<String> WINDOW_ENDS = List.of("TUMBLE_END", "HOP_END", "SESSION_END");

  private static final List<String> WINDOWS = List.of("TUMBLE", "HOP", "SESSION");

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

  /**
   * Refuses any statement while users' aggregates cannot be told from each other or from other
   * functions.
   */
  static void requireClearNames() {
    Optional<String> unclear =
        AggregateFunctions.refusal()
            .or(
                () ->
                    AggregateFunctions.userNames().stream().flatMap(Functions::taken).findFirst());
    if (unclear.isPresent()) {
      throw new StatementException(1, 1, unclear.get(), null);
    }
  }

  /** Returns why a user's aggregate cannot have a name. */
  static Stream<String> taken(String name) {
    boolean function =
        ScalarFunctions.contains(name)
            || Stream.of(WINDOWS, WINDOW_STARTS, WINDOW_ENDS).anyMatch(n -> n.contains(name));
    if (function || SqlText.isReserved(name)) {
      return Stream.of(
          "a user's aggregate has the name %s, which is %s; it needs another name"
              .formatted(name, function ? "that of another function" : "a reserved word of SQL"));
    }
    return Stream.empty();
  }

  /** Returns whether a function is an aggregate. */
  static boolean isAggregate(String function) {
    return AggregateFunctions.find(function).isPresent();
  }

  /** Returns the names of all aggregates, for messages. */
  static String aggregates() {
    return listed(AggregateFunctions.names());
  }

  /** Returns whether a function gives the start of a window. */
  static boolean isWindowStart(String function) {
    return WINDOW_STARTS.contains(function);
  }

  /** Returns whether a function gives the end of a window. */
  static boolean isWindowEnd(String function) {
    return WINDOW_ENDS.contains(function);
  }

  /** Refuses what is neither a scalar function nor an operator of a metric. */
  static void requireScalar(SqlCall call) {
    String function = functionName(call);
    if (!ScalarFunctions.contains(function) && !OPERATORS.contains(call.getKind())) {
      throw unknown(call, function);
    }
  }

  private static StatementException unknown(SqlCall call, String function) {
    if (!(call.getOperator() instanceof SqlUnresolvedFunction) && !isName(function)) {
      return at(call, "the operator %s is not part of a metric".formatted(function));
    }
    Set<String> valid = new TreeSet<>(AggregateFunctions.names());
    valid.addAll(ScalarFunctions.NAMES);
    valid.addAll(WINDOW_STARTS);
    valid.addAll(WINDOW_ENDS);
    Set<String> candidates = new TreeSet<>(valid);
    candidates.add("LIKE");
    candidates.addAll(WINDOWS);
    return at(
        call,
        "unknown function '%s'; valid functions: %s%s"
            .formatted(function, listed(valid), NearestName.hint(function, candidates)));
  }

  private static boolean isName(String function) {
    return function.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
  }
}

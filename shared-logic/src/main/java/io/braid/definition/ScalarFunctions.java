package io.braid.definition;

import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.SqlText.listed;
import static io.braid.definition.StatementException.at;

import io.braid.expression.CalendarUnit;
import io.braid.expression.Expressions;
import io.braid.expression.TimeField;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeName;

/** How scalar functions are written, and what of that shows before types are known. */
final class ScalarFunctions {

  private static final String FLOOR_UNITS = "TIMESTAMP or DATE TO unit)";

  /** How each function is called; shown where a call does not fit. */
  private static final Map<String, String> FORMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("ABS", "ABS(number)"),
              Map.entry("CEIL", "CEIL(number), CEIL(" + FLOOR_UNITS),
              Map.entry("COALESCE", "COALESCE(value, …)"),
              Map.entry("CONCAT", "CONCAT(text, …)"),
              Map.entry("EXTRACT", "EXTRACT(unit FROM TIMESTAMP or DATE)"),
              Map.entry("FLOOR", "FLOOR(number), FLOOR(" + FLOOR_UNITS),
              Map.entry("GREATEST", "GREATEST(value, …)"),
              Map.entry("LEAST", "LEAST(value, …)"),
              Map.entry("LOWER", "LOWER(text)"),
              Map.entry("MOD", "MOD(number, number)"),
              Map.entry("NULLIF", "NULLIF(value, value)"),
              Map.entry("ROUND", "ROUND(number), ROUND(number, integer)"),
              Map.entry(
                  "SUBSTRING",
                  "SUBSTRING(text FROM integer), SUBSTRING(text FROM integer FOR integer),"
                      + " SUBSTRING(text, integer), SUBSTRING(text, integer, integer)"),
              Map.entry(
                  "TRIM",
                  "TRIM(text), TRIM(text FROM text), TRIM(BOTH text FROM text), TRIM(LEADING text"
                      + " FROM text), TRIM(TRAILING text FROM text)"),
              Map.entry("UPPER", "UPPER(text)")));

  private static final Map<String, String> OPERATOR_FORMS =
      Map.of(
          "LIKE", "text LIKE text, text LIKE text ESCAPE 'character'",
          "NOT LIKE", "text NOT LIKE text, text NOT LIKE text ESCAPE 'character'",
          "||", "text || text");

  /** The names of all functions, in order. */
  static final List<String> NAMES = List.copyOf(FORMS.keySet());

  private ScalarFunctions() {}

  /** Returns whether a function or operator of this name is described here. */
  static boolean contains(String function) {
    return FORMS.containsKey(function) || OPERATOR_FORMS.containsKey(function);
  }

  /** Returns how a function or operator is written, or empty for one not described here. */
  static Optional<String> form(String function) {
    return Optional.ofNullable(FORMS.getOrDefault(function, OPERATOR_FORMS.get(function)));
  }

  /**
   * Returns the operands of a call that are expressions, having checked the others: the unit of
   * EXTRACT, FLOOR and CEIL, the escape of LIKE.
   *
   * @throws StatementException when one of the others is wrong
   */
  static List<SqlNode> check(SqlCall call) {
    List<SqlNode> operands = call.getOperandList();
    String function = functionName(call);
    switch (function) {
      case "EXTRACT" -> {
        checkUnit(function, operands.get(0), names(TimeField.values()));
        return operands.subList(1, 2);
      }
      case "FLOOR", "CEIL" -> {
        if (operands.size() > 1) {
          checkUnit(function, operands.get(1), names(CalendarUnit.values()));
        }
        return operands.subList(0, 1);
      }
      case "LIKE", "NOT LIKE" -> {
        checkPattern(function, operands);
        return operands.subList(0, 2);
      }
      default -> {
        return operands;
      }
    }
  }

  private static void checkUnit(String function, SqlNode node, List<String> valid) {
    String unit = unit(node);
    if (!valid.contains(unit)) {
      throw at(
          node,
          "unknown unit '%s' of %s; valid units: %s%s"
              .formatted(unit, function, listed(valid), NearestName.hint(unit, valid)));
    }
  }

  private static String unit(SqlNode node) {
    SqlIntervalQualifier qualifier = (SqlIntervalQualifier) node;
    return qualifier.timeFrameName == null
        ? qualifier.timeUnitRange.toString()
        : qualifier.timeFrameName;
  }

  /** Refuses a unit, valid for a TIMESTAMP, that a DATE does not have. */
  static void checkUnitOfDate(SqlCall call, SqlNode node) {
    String function = functionName(call);
    List<String> valid =
        function.equals("EXTRACT")
            ? Arrays.stream(TimeField.values())
                .filter(field -> !field.isFinerThanDay())
                .map(Enum::name)
                .toList()
            : Arrays.stream(CalendarUnit.values())
                .filter(unit -> !unit.isFinerThanDay())
                .map(Enum::name)
                .toList();
    if (!valid.contains(unit(node))) {
      throw at(
          node,
          "%s of a DATE by %s, which it does not have; valid units: %s"
              .formatted(function, unit(node), listed(valid)));
    }
  }

  /** A constant pattern is looked at now, where its place is known. */
  private static void checkPattern(String function, List<SqlNode> operands) {
    Optional<String> escape = Optional.empty();
    if (operands.size() > 2) {
      escape = text(operands.get(2)).filter(text -> text.codePointCount(0, text.length()) == 1);
      if (escape.isEmpty()) {
        throw at(
            operands.get(2),
            "the ESCAPE of %s is %s, must be a text constant of one character"
                .formatted(function, SqlText.brief(operands.get(2))));
      }
    }
    Optional<String> pattern = text(operands.get(1));
    if (pattern.isPresent()) {
      try {
        Expressions.requirePattern(pattern.get(), escape);
      } catch (IllegalArgumentException e) {
        throw StatementException.at(operands.get(1), function + ": " + e.getMessage(), e);
      }
    }
  }

  private static Optional<String> text(SqlNode node) {
    return node instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.CHAR
        ? Optional.of(literal.getValueAs(String.class))
        : Optional.empty();
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }
}

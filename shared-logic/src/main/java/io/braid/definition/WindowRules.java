package io.braid.definition;

import static io.braid.definition.StatementException.at;

import io.braid.time.CalendarWindow;
import io.braid.time.Window;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.Litmus;

/** What a window looks like in GROUP BY, and its start and end in SELECT. */
final class WindowRules {

  private static final String VALID_LENGTHS = "valid: INTERVAL '…' SECOND, MINUTE, HOUR or DAY";
  private static final String VALID_SIZES =
      "valid: INTERVAL '…' SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR";

  private static final Pattern WHOLE = Pattern.compile("\\s*\\d{1,4}\\s*");

  /** More digits behind the point than milliseconds have. */
  private static final Pattern FINER = Pattern.compile("\\.\\d{3}\\d*[1-9]");

  private static final int MONTHS_A_QUARTER = 3;
  private static final int MONTHS_A_YEAR = 12;

  private final SourceScope scope;
  private final ZoneId zone;

  /**
   * Makes the rules of one statement.
   *
   * @param zone that days, weeks and months are those of
   */
  WindowRules(SourceScope scope, ZoneId zone) {
    this.scope = scope;
    this.zone = zone;
  }

  /** Checks a window in GROUP BY and returns what it stands for. */
  Window check(SqlCall call) {
    SqlKind kind = call.getKind();
    List<SqlNode> operands = call.getOperandList();
    int expected = kind == SqlKind.HOP ? 3 : 2;
    if (operands.size() != expected) {
      throw at(
          call, "%s has %d arguments; valid: %s".formatted(kind, operands.size(), example(kind)));
    }
    SqlNode column = operands.get(0);
    new ExpressionRules(scope, Grouping.NONE).check(column, ExpressionRules.Place.GROUP_BY);
    if (!(column instanceof SqlIdentifier identifier)
        || !identifier.getSimple().equals(scope.eventTime())) {
      throw at(
          column,
          "%s on %s; a window is on the event time of source '%s': %s"
              .formatted(kind, column, scope.source().name(), scope.eventTime()));
    }
    return switch (kind) {
      case HOP -> hopping(operands.get(1), operands.get(2));
      case SESSION -> new Window.Session(lengthMs(operands.get(1), "a session's gap"));
      default -> tumbling(operands.get(1));
    };
  }

  private String example(SqlKind kind) {
    String lengths =
        switch (kind) {
          case HOP -> "INTERVAL '…' … for the slide, INTERVAL '…' … for the size";
          case SESSION -> "INTERVAL '…' … for the gap";
          default -> "INTERVAL '…' …";
        };
    return "%s(\"%s\", %s)".formatted(kind, scope.eventTime(), lengths);
  }

  private Window tumbling(SqlNode size) {
    if (size instanceof SqlIntervalLiteral literal) {
      SqlIntervalLiteral.IntervalValue interval =
          literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
      SqlIntervalQualifier qualifier = interval.getIntervalQualifier();
      if (qualifier.isSingleDatetimeField()) {
        switch (qualifier.getStartUnit()) {
          case DAY -> {
            return calendar(CalendarWindow.Unit.DAY, 1, interval, size);
          }
          case WEEK -> {
            return calendar(CalendarWindow.Unit.WEEK, 1, interval, size);
          }
          case MONTH -> {
            return calendar(CalendarWindow.Unit.MONTH, 1, interval, size);
          }
          case QUARTER -> {
            return calendar(CalendarWindow.Unit.MONTH, MONTHS_A_QUARTER, interval, size);
          }
          case YEAR -> {
            return calendar(CalendarWindow.Unit.MONTH, MONTHS_A_YEAR, interval, size);
          }
          default -> {}
        }
      }
    }
    return new Window.Tumbling(lengthMs(size, "a window's size"));
  }

  private Window calendar(
      CalendarWindow.Unit unit,
      int factor,
      SqlIntervalLiteral.IntervalValue interval,
      SqlNode place) {
    String digits = interval.getIntervalLiteral();
    if (interval.getSign() < 0 || !WHOLE.matcher(digits).matches()) {
      throw at(
          place,
          "'%s' is no number of calendar units; valid: a whole number from 1 to 9999"
              .formatted(digits));
    }
    int count = Integer.parseInt(digits.strip()) * factor;
    if (count == 0) {
      throw at(place, "a window's size must be more than zero; " + VALID_SIZES);
    }
    return Window.calendar(unit, count, zone);
  }

  private static Window hopping(SqlNode slide, SqlNode size) {
    long slideMs = lengthMs(slide, "a window's slide");
    long sizeMs = lengthMs(size, "a window's size");
    if (slideMs > sizeMs) {
      throw at(
          slide,
          "the slide of a HOP is longer than its size, which would leave events out; valid: slide"
              + " first, then size, and slide <= size");
    }
    if (sizeMs > slideMs * Window.Hopping.MAX_OVERLAP) {
      throw at(
          size,
          "the size of a HOP is more than %d times its slide; choose a longer slide"
              .formatted(Window.Hopping.MAX_OVERLAP));
    }
    return slideMs == sizeMs ? new Window.Tumbling(sizeMs) : new Window.Hopping(slideMs, sizeMs);
  }

  private static long lengthMs(SqlNode node, String what) {
    if (!(node instanceof SqlIntervalLiteral literal)) {
      throw at(node, "%s is a constant; %s".formatted(what, VALID_LENGTHS));
    }
    SqlIntervalLiteral.IntervalValue interval =
        literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
    SqlIntervalQualifier qualifier = interval.getIntervalQualifier();
    if (qualifier.isYearMonth() || qualifier.getStartUnit() == TimeUnit.WEEK) {
      throw at(
          node,
          "%s in %s; only TUMBLE counts in weeks and months; %s"
              .formatted(what, qualifier, VALID_LENGTHS));
    }
    if (FINER.matcher(interval.getIntervalLiteral()).find()) {
      throw at(
          node,
          "%s of '%s' %s is finer than a millisecond; give at most three digits behind the point"
              .formatted(what, interval.getIntervalLiteral(), qualifier));
    }
    long ms;
    try {
      ms = intervalMs(interval, node.getParserPosition());
    } catch (RuntimeException e) {
      throw at(
          node,
          "'%s' is no interval of %s; %s"
              .formatted(interval.getIntervalLiteral(), qualifier, VALID_LENGTHS),
          e);
    }
    if (ms <= 0) {
      throw at(node, "%s must be more than zero; %s".formatted(what, VALID_LENGTHS));
    }
    return ms;
  }

  private static long intervalMs(SqlIntervalLiteral.IntervalValue interval, SqlParserPos position) {
    int[] fields = // sign, days, hours, minutes, seconds, milliseconds
        interval
            .getIntervalQualifier()
            .evaluateIntervalLiteral(interval.getIntervalLiteral(), position, SqlTypes.system());
    long hours = fields[1] * 24L + fields[2];
    long seconds = (hours * 60 + fields[3]) * 60 + fields[4];
    return (long) interval.getSign() * fields[0] * (seconds * 1000 + fields[5]);
  }

  /** Checks that a window's start or end in SELECT repeats the window of GROUP BY. */
  static void checkBound(SourceScope scope, SqlCall call, String function, Grouping grouping) {
    if (grouping.windowCall().isEmpty()) {
      String kind = function.substring(0, function.indexOf('_'));
      throw at(call, "%s without a window; write %s(…) in GROUP BY".formatted(function, kind));
    }
    SqlCall grouped = grouping.windowCall().get();
    String kind = grouped.getKind().name();
    boolean same = function.startsWith(kind + "_") && call.operandCount() == grouped.operandCount();
    for (int i = 0; same && i < call.operandCount(); i++) {
      same = grouped.operand(i).equalsDeep(scope.normalise(call.operand(i)), Litmus.IGNORE);
    }
    if (!same) {
      throw at(
          call,
          "%s must repeat the window of GROUP BY: %s"
              .formatted(
                  function,
                  grouped.getOperandList().stream()
                      .map(SqlNode::toString)
                      .collect(
                          Collectors.joining(
                              ", ", kind + function.substring(function.indexOf('_')) + "(", ")"))));
    }
  }
}

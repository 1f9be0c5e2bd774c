package io.braid.definition;

import static io.braid.definition.StatementException.at;

import io.braid.time.Window;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.Litmus;

/** What a window looks like in GROUP BY, and its start and end in SELECT. */
final class WindowRules {

  private static final String VALID_SIZES = "valid: INTERVAL '…' SECOND, MINUTE, HOUR or DAY";

  private final SourceScope scope;

  WindowRules(SourceScope scope) {
    this.scope = scope;
  }

  /** Checks TUMBLE in GROUP BY and returns the window that it stands for. */
  Window check(SqlCall call) {
    List<SqlNode> operands = call.getOperandList();
    if (operands.size() != 2) {
      throw at(
          call,
          "TUMBLE has %d arguments; valid: TUMBLE(\"%s\", INTERVAL '…' …)"
              .formatted(operands.size(), scope.eventTime()));
    }
    SqlNode column = operands.get(0);
    new ExpressionRules(scope, Grouping.NONE).check(column, ExpressionRules.Place.GROUP_BY);
    if (!(column instanceof SqlIdentifier identifier)
        || !identifier.getSimple().equals(scope.eventTime())) {
      throw at(
          column,
          "TUMBLE on %s; a window is on the event time of source '%s': %s"
              .formatted(column, scope.source().name(), scope.eventTime()));
    }
    return new Window.Tumbling(sizeMs(operands.get(1)));
  }

  private static long sizeMs(SqlNode node) {
    if (!(node instanceof SqlIntervalLiteral literal)) {
      throw at(node, "a window's size is a constant; " + VALID_SIZES);
    }
    SqlIntervalLiteral.IntervalValue interval =
        literal.getValueAs(SqlIntervalLiteral.IntervalValue.class);
    switch (interval.getIntervalQualifier().getUnit()) {
      case WEEK, MONTH, QUARTER, YEAR ->
          throw at(
              node,
              "windows of a %s are not supported yet; %s"
                  .formatted(interval.getIntervalQualifier().getUnit(), VALID_SIZES));
      case SECOND, MINUTE, HOUR, DAY -> {
        long sizeMs;
        try {
          sizeMs = intervalMs(interval, node.getParserPosition());
        } catch (RuntimeException e) {
          throw at(
              node,
              "'%s' is no interval of %s; %s"
                  .formatted(
                      interval.getIntervalLiteral(), interval.getIntervalQualifier(), VALID_SIZES),
              e);
        }
        if (sizeMs <= 0) {
          throw at(node, "a window's size must be more than zero; " + VALID_SIZES);
        }
        return sizeMs;
      }
      default ->
          throw at(
              node,
              "no window has a size in " + interval.getIntervalQualifier() + "; " + VALID_SIZES);
    }
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

  /** Checks that TUMBLE_START or TUMBLE_END in SELECT repeats the window of GROUP BY. */
  void checkBound(SqlCall call, String function, Grouping grouping) {
    if (grouping.windowCall().isEmpty()) {
      throw at(call, "%s without a window; write TUMBLE(…) in GROUP BY".formatted(function));
    }
    SqlCall grouped = grouping.windowCall().get();
    boolean same = call.operandCount() == grouped.operandCount();
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
                      .collect(Collectors.joining(", ", function + "(", ")"))));
    }
  }
}

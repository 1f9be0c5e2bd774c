package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.Timestamps;
import java.util.List;
import java.util.Locale;

/**
 * The start of the unit that a TIMESTAMP or DATE lies in, or the first start that does not lie
 * before it; in UTC. A start after the year 9999 is NULL and counted.
 *
 * @param ceiling the first start not before, otherwise the last one not behind
 */
record CalendarRounding(boolean ceiling, CalendarUnit unit, Expression operand)
    implements Expression {

  @Override
  public ColumnType type() {
    return operand.type();
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    LongColumn times = (LongColumn) operand.evaluate(batch, errors);
    long scaleMs = type().kind() == ColumnType.Kind.DATE ? CalendarUnit.DAY_MS : 1;
    NullMask nulls = NullMask.of(size, times);
    long[] results = new long[size];
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      long epochMs = times.get(i) * scaleMs;
      long start = ceiling ? unit.ceil(epochMs) : unit.floor(epochMs);
      if (ceiling && start > Timestamps.MAX_MS) {
        nulls.fail(i, errors);
      } else {
        results[i] = start / scaleMs; // without a rest: a DATE is rounded to days or more
      }
    }
    return nulls.column(type(), results);
  }

  @Override
  public String text() {
    return "%s(%s to %s)"
        .formatted(
            ceiling ? "ceil" : "floor", operand.text(), unit.name().toLowerCase(Locale.ROOT));
  }
}

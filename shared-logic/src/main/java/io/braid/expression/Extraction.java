package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.List;
import java.util.Locale;

/** A field of a TIMESTAMP or DATE, in UTC. */
record Extraction(TimeField field, Expression operand) implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.BIGINT;
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    LongColumn times = (LongColumn) operand.evaluate(batch, errors);
    long[] results = new long[size];
    if (operand.type().kind() == ColumnType.Kind.DATE) {
      for (int i = 0; i < size; i++) {
        results[i] = field.of(times.get(i), 0);
      }
    } else {
      for (int i = 0; i < size; i++) {
        long day = Math.floorDiv(times.get(i), CalendarUnit.DAY_MS);
        results[i] = field.of(day, times.get(i) - day * CalendarUnit.DAY_MS);
      }
    }
    return NullMask.of(size, times).column(ColumnType.BIGINT, results);
  }

  @Override
  public String text() {
    return "extract(" + field.name().toLowerCase(Locale.ROOT) + " from " + operand.text() + ")";
  }
}

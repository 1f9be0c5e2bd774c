package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The least or greatest operand of each row, in the orders of {@link Comparison}; NULL where one of
 * them is.
 *
 * @param operands of one type, at least one
 */
record RowExtremum(boolean greatest, List<Expression> operands) implements Expression {

  RowExtremum {
    operands = List.copyOf(operands);
  }

  @Override
  public ColumnType type() {
    return operands.get(0).type();
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    Column best = operands.get(0).evaluate(batch, errors);
    for (Expression operand : operands.subList(1, operands.size())) {
      best = better(best, operand.evaluate(batch, errors), batch.size());
    }
    return best;
  }

  private Column better(Column left, Column right, int size) {
    NullMask nulls = NullMask.of(size, left, right);
    if (left instanceof LongColumn a && right instanceof LongColumn b) {
      long[] results = new long[size];
      for (int i = 0; i < size; i++) {
        results[i] = greatest ? Math.max(a.get(i), b.get(i)) : Math.min(a.get(i), b.get(i));
      }
      return nulls.column(type(), results);
    }
    if (left instanceof DoubleColumn a && right instanceof DoubleColumn b) {
      double[] results = new double[size];
      for (int i = 0; i < size; i++) {
        boolean first = Double.compare(a.get(i), b.get(i)) > 0 == greatest;
        results[i] = first ? a.get(i) : b.get(i);
      }
      return nulls.column(results);
    }
    if (left instanceof StringColumn a && right instanceof StringColumn b) {
      StringColumn.Builder results = new StringColumn.Builder(new Dictionary(), size);
      for (int i = 0; i < size; i++) {
        if (nulls.isNull(i)) {
          results.appendNull();
        } else {
          boolean first = CodePoints.compare(a.get(i), b.get(i)) > 0 == greatest;
          results.append(first ? a.get(i) : b.get(i));
        }
      }
      return results.build();
    }
    DecimalColumn a = (DecimalColumn) left;
    DecimalColumn b = (DecimalColumn) right;
    BigDecimal[] results = new BigDecimal[size];
    for (int i = 0; i < size; i++) {
      if (!nulls.isNull(i)) {
        results[i] = greatest ? a.get(i).max(b.get(i)) : a.get(i).min(b.get(i));
      }
    }
    return DecimalColumn.of(type(), results, size);
  }

  @Override
  public String text() {
    return operands.stream()
        .map(Expression::text)
        .collect(Collectors.joining(", ", greatest ? "greatest(" : "least(", ")"));
  }
}

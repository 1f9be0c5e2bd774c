package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.util.List;

/**
 * A number with the sign turned, or taken away. The least integer has no opposite: NULL, counted.
 *
 * @param absolute whether only negative numbers change
 */
record SignChange(Expression operand, boolean absolute) implements Expression {

  @Override
  public ColumnType type() {
    return operand.type();
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    Column column = operand.evaluate(batch, errors);
    if (column instanceof DoubleColumn doubles) {
      double[] results = new double[size];
      for (int i = 0; i < size; i++) {
        results[i] = absolute ? Math.abs(doubles.get(i)) : -doubles.get(i);
      }
      return NullMask.of(size, column).column(results);
    }
    if (column instanceof DecimalColumn decimals) {
      BigDecimal[] results = new BigDecimal[size];
      for (int i = 0; i < size; i++) {
        BigDecimal value = decimals.get(i);
        results[i] = value == null ? null : absolute ? value.abs() : value.negate();
      }
      return DecimalColumn.of(type(), results, size);
    }
    return integers((LongColumn) column, size, errors);
  }

  private LongColumn integers(LongColumn column, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column);
    long[] results = new long[size];
    for (int i = 0; i < size; i++) {
      long value = column.get(i);
      results[i] = absolute ? Math.abs(value) : -value;
      if (value == Long.MIN_VALUE && !nulls.isNull(i)) {
        results[i] = 0;
        nulls.fail(i, errors);
      }
    }
    if (type().kind() == ColumnType.Kind.INT) {
      Cast.checkInt(results, nulls, errors);
    }
    return nulls.column(type(), results);
  }

  @Override
  public String text() {
    return (absolute ? "abs(" : "-(") + operand.text() + ")";
  }
}

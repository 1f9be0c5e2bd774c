package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * The nearest whole number at or below a DOUBLE or DECIMAL, or at or above it; never -0.0.
 *
 * @param ceiling at or above, otherwise at or below
 * @param type DOUBLE, or DECIMAL of the operand's digits without scale, which always suffice
 */
record WholeNumber(Expression operand, boolean ceiling, ColumnType type) implements Expression {

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
        double value = doubles.get(i);
        results[i] = (ceiling ? Math.ceil(value) : Math.floor(value)) + 0.0; // -0.0 + 0.0 is 0.0
      }
      return NullMask.of(size, column).column(results);
    }
    RoundingMode mode = ceiling ? RoundingMode.CEILING : RoundingMode.FLOOR;
    BigDecimal[] results = new BigDecimal[size];
    for (int i = 0; i < size; i++) {
      BigDecimal value = ((DecimalColumn) column).get(i);
      results[i] = value == null ? null : value.setScale(0, mode);
    }
    return DecimalColumn.of(type, results, size);
  }

  @Override
  public String text() {
    return (ceiling ? "ceil(" : "floor(") + operand.text() + ")";
  }
}

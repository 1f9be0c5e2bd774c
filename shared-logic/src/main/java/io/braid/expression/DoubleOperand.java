package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.DoubleColumn;

/**
 * The right side of arithmetic over doubles: a column, or a constant that no column is made of.
 * Which of the two does not change within a loop, so that the compiler takes the question out of
 * it.
 */
final class DoubleOperand {

  private final DoubleColumn column;
  private final boolean constant;
  private final double value;

  private DoubleOperand(DoubleColumn column, boolean constant, double value) {
    this.column = column;
    this.constant = constant;
    this.value = value;
  }

  static DoubleOperand of(Expression expression, Batch batch, ExpressionErrors errors) {
    return expression instanceof Literal literal && !literal.isNull()
        ? new DoubleOperand(DoubleColumn.of(new double[0], 0), true, literal.asDouble())
        : new DoubleOperand((DoubleColumn) expression.evaluate(batch, errors), false, 0);
  }

  double get(int row) {
    return constant ? value : column.get(row);
  }

  /** Returns the column, whose NULLs are those of the operand; without values for a constant. */
  DoubleColumn column() {
    return column;
  }
}

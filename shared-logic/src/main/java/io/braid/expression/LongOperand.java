package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.LongColumn;

/**
 * The right side of arithmetic over integers: a column, or a constant that no column is made of.
 * Which of the two does not change within a loop, so that the compiler takes the question out of
 * it.
 */
final class LongOperand {

  private final LongColumn column;
  private final boolean constant;
  private final long value;

  private LongOperand(LongColumn column, boolean constant, long value) {
    this.column = column;
    this.constant = constant;
    this.value = value;
  }

  static LongOperand of(Expression expression, Batch batch, ExpressionErrors errors) {
    return expression instanceof Literal literal && !literal.isNull()
        ? new LongOperand(LongColumn.of(literal.type(), new long[0], 0), true, literal.asLong())
        : new LongOperand((LongColumn) expression.evaluate(batch, errors), false, 0);
  }

  long get(int row) {
    return constant ? value : column.get(row);
  }

  /** Returns the column, whose NULLs are those of the operand; without values for a constant. */
  LongColumn column() {
    return column;
  }
}

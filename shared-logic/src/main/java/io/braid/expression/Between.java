package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.List;

/**
 * Whether an operand lies between two, both included: the AND of the comparisons, with the operand
 * evaluated once. All three are stored alike.
 */
record Between(Expression operand, Expression least, Expression greatest) implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand, least, greatest);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    Column values = operand.evaluate(batch, errors);
    return Logic.combine(
        true,
        List.of(
            Comparison.compare(ComparisonOperator.GREATER_OR_EQUAL, values, least, batch, errors),
            Comparison.compare(ComparisonOperator.LESS_OR_EQUAL, values, greatest, batch, errors)),
        batch.size());
  }

  @Override
  public String text() {
    return "(" + operand.text() + " between " + least.text() + " and " + greatest.text() + ")";
  }
}

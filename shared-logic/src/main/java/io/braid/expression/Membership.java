package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether an operand equals one of several: the OR of the comparisons, with the operand evaluated
 * once.
 *
 * @param operands what is looked for, then what is looked through; all stored alike
 */
record Membership(List<Expression> operands) implements Expression {

  Membership {
    operands = List.copyOf(operands);
  }

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    Column sought = operands.get(0).evaluate(batch, errors);
    List<LongColumn> found = new ArrayList<>(operands.size() - 1);
    for (Expression member : operands.subList(1, operands.size())) {
      Column values = member.evaluate(batch, errors);
      found.add(Comparison.compare(ComparisonOperator.EQUAL, sought, values, batch.size()));
    }
    return Logic.combine(false, found, batch.size());
  }

  @Override
  public String text() {
    return operands.stream()
        .skip(1)
        .map(Expression::text)
        .collect(Collectors.joining(", ", "(" + operands.get(0).text() + " in (", "))"));
  }
}

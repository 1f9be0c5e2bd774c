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
    List<LongColumn> found = new ArrayList<>();
    List<Literal> constants = new ArrayList<>();
    for (Expression member : operands.subList(1, operands.size())) {
      if (member instanceof Literal constant) {
        constants.add(constant);
      } else {
        Column values = member.evaluate(batch, errors);
        found.add(Comparison.compare(ComparisonOperator.EQUAL, sought, values, batch.size()));
      }
    }
    if (!constants.isEmpty()) {
      found.add(amongConstants(sought, constants, batch.size()));
    }
    return found.size() == 1 ? found.get(0) : Logic.combine(false, found, batch.size());
  }

  /** Returns whether each value is a constant; NULL where it is none and one of them is NULL. */
  private static LongColumn amongConstants(Column sought, List<Literal> constants, int size) {
    long[] results = new long[size];
    NullMask nulls = NullMask.of(size, sought);
    boolean nullAmongThem = false;
    for (Literal constant : constants) {
      if (constant.isNull()) {
        nullAmongThem = true;
      } else {
        ConstantComparison.addEqual(sought, constant, results);
      }
    }
    for (int i = 0; nullAmongThem && i < size; i++) {
      if (results[i] == 0) {
        nulls.set(i);
      }
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  @Override
  public String text() {
    return operands.stream()
        .skip(1)
        .map(Expression::text)
        .collect(Collectors.joining(", ", "(" + operands.get(0).text() + " in (", "))"));
  }
}

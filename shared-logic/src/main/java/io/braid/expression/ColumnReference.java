package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;
import java.util.Set;

/**
 * The values of one column as they stand.
 *
 * @param index of the column in the batch, from 0
 * @param name as the definition names it; not part of the value
 */
public record ColumnReference(int index, String name, ColumnType type) implements Expression {

  @Override
  public List<Expression> operands() {
    return List.of();
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    return batch.column(index);
  }

  /** Adds the indexes of all columns that {@code expression} reads. */
  public static void collect(Expression expression, Set<Integer> indexes) {
    if (expression instanceof ColumnReference reference) {
      indexes.add(reference.index());
    }
    expression.operands().forEach(operand -> collect(operand, indexes));
  }

  @Override
  public String text() {
    return "#" + index + ":" + type;
  }
}

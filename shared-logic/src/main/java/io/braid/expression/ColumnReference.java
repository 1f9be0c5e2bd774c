package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

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

  @Override
  public String text() {
    return "#" + index + ":" + type;
  }
}

package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The first operand that is not NULL. An operand sees only the rows in which all before it are.
 *
 * @param operands of one type, at least one
 */
record Coalesce(List<Expression> operands) implements Expression {

  Coalesce {
    operands = List.copyOf(operands);
  }

  @Override
  public ColumnType type() {
    return operands.get(0).type();
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    ColumnAssembler assembler = new ColumnAssembler(type(), batch.size());
    int[] rest = ColumnAssembler.allRows(batch.size());
    int restCount = batch.size();
    for (Expression operand : operands) {
      if (restCount == 0) {
        break;
      }
      Batch asked = restCount == batch.size() ? batch : batch.select(rest, restCount);
      Column column = operand.evaluate(asked, errors);
      assembler.put(column, rest, restCount);
      int[] left = new int[restCount];
      int leftCount = 0;
      for (int i = 0; i < restCount; i++) {
        if (column.isNull(i)) {
          left[leftCount++] = rest[i];
        }
      }
      rest = left;
      restCount = leftCount;
    }
    return assembler.build();
  }

  @Override
  public String text() {
    return operands.stream()
        .map(Expression::text)
        .collect(Collectors.joining(", ", "coalesce(", ")"));
  }
}

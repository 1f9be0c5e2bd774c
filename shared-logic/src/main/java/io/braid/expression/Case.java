package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result behind the first condition that is true, or the last operand. A condition sees the
 * rows that none before it took, a result the rows it is taken for: others count no errors.
 *
 * @param operands condition, result, condition, result, …, result; the results are of one type
 */
record Case(List<Expression> operands) implements Expression {

  Case {
    operands = List.copyOf(operands);
    if (operands.size() % 2 == 0) {
      throw new IllegalArgumentException(
          "Invalid CASE: %d operands, must be odd".formatted(operands.size()));
    }
  }

  @Override
  public ColumnType type() {
    return operands.get(operands.size() - 1).type();
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    ColumnAssembler assembler = new ColumnAssembler(type(), batch.size());
    int[] rest = ColumnAssembler.allRows(batch.size());
    int restCount = batch.size();
    for (int branch = 0; branch + 1 < operands.size() && restCount > 0; branch += 2) {
      Batch asked = restCount == batch.size() ? batch : batch.select(rest, restCount);
      LongColumn truths = (LongColumn) operands.get(branch).evaluate(asked, errors);
      int[] taken = new int[restCount];
      int[] left = new int[restCount];
      int takenCount = 0;
      int leftCount = 0;
      for (int i = 0; i < restCount; i++) {
        if (truths.isTrue(i)) {
          taken[takenCount++] = rest[i];
        } else {
          left[leftCount++] = rest[i];
        }
      }
      put(operands.get(branch + 1), batch, taken, takenCount, assembler, errors);
      rest = left;
      restCount = leftCount;
    }
    put(operands.get(operands.size() - 1), batch, rest, restCount, assembler, errors);
    return assembler.build();
  }

  private static void put(
      Expression result,
      Batch batch,
      int[] rows,
      int count,
      ColumnAssembler assembler,
      ExpressionErrors errors) {
    if (count > 0) {
      Batch taken = count == batch.size() ? batch : batch.select(rows, count);
      assembler.put(result.evaluate(taken, errors), rows, count);
    }
  }

  @Override
  public String text() {
    return operands.stream().map(Expression::text).collect(Collectors.joining(", ", "case(", ")"));
  }
}

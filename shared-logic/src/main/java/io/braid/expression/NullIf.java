package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.List;

/**
 * The first operand, or NULL where it equals the second.
 *
 * @param compared the type in which both are compared
 */
record NullIf(Expression value, Expression other, ColumnType compared) implements Expression {

  @Override
  public ColumnType type() {
    return value.type();
  }

  @Override
  public List<Expression> operands() {
    return List.of(value, other);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    Column values = value.evaluate(batch, errors);
    Column others = other.evaluate(batch, errors);
    LongColumn equal =
        Comparison.compare(
            ComparisonOperator.EQUAL,
            Cast.convert(values, ColumnTypes.comparedAs(value.type(), compared), size, errors),
            Cast.convert(others, ColumnTypes.comparedAs(other.type(), compared), size, errors),
            size);
    int[] kept = new int[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (!equal.isTrue(i)) {
        kept[count++] = i;
      }
    }
    if (count == size) {
      return values;
    }
    ColumnAssembler assembler = new ColumnAssembler(type(), size);
    assembler.put(values.select(kept, count), kept, count);
    return assembler.build();
  }

  @Override
  public String text() {
    return "nullif(" + value.text() + ", " + other.text() + " as " + compared + ")";
  }
}

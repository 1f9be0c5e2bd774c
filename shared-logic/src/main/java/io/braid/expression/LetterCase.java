package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.StringColumn;
import java.util.List;
import java.util.Locale;

/**
 * Text in upper or lower case, of no language in particular.
 *
 * @param upper upper case, otherwise lower
 */
record LetterCase(Expression operand, boolean upper) implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.STRING;
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    StringColumn texts = (StringColumn) operand.evaluate(batch, errors);
    return DistinctTexts.change(texts, batch.size(), this::change);
  }

  private String change(String text) {
    return upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String text() {
    return (upper ? "upper(" : "lower(") + operand.text() + ")";
  }
}

package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import java.util.List;
import java.util.Locale;

/**
 * Text without the characters at its sides that are one of {@code characters}, code points, in any
 * order: TRIM(LEADING 'xy' FROM 'yxxa') is 'a'. No characters take nothing away.
 */
record Trim(TrimSide side, Expression characters, Expression operand) implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.STRING;
  }

  @Override
  public List<Expression> operands() {
    return List.of(characters, operand);
  }

  @Override
  public StringColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    StringColumn texts = (StringColumn) operand.evaluate(batch, errors);
    if (characters instanceof Literal constant && !constant.isNull()) {
      String taken = constant.asText();
      return DistinctTexts.change(texts, size, text -> trim(text, taken));
    }
    StringColumn taken = (StringColumn) characters.evaluate(batch, errors);
    StringColumn.Builder trimmed = new StringColumn.Builder(new Dictionary(), size);
    for (int i = 0; i < size; i++) {
      if (texts.isNull(i) || taken.isNull(i)) {
        trimmed.appendNull();
      } else {
        trimmed.append(trim(texts.get(i), taken.get(i)));
      }
    }
    return trimmed.build();
  }

  private String trim(String text, String taken) {
    int start = 0;
    int end = text.length();
    while (side != TrimSide.TRAILING && start < end) {
      int point = text.codePointAt(start);
      if (taken.indexOf(point) < 0) {
        break;
      }
      start += Character.charCount(point);
    }
    while (side != TrimSide.LEADING && start < end) {
      int point = text.codePointBefore(end);
      if (taken.indexOf(point) < 0) {
        break;
      }
      end -= Character.charCount(point);
    }
    return text.substring(start, end);
  }

  @Override
  public String text() {
    return "trim(%s %s from %s)"
        .formatted(side.name().toLowerCase(Locale.ROOT), characters.text(), operand.text());
  }
}

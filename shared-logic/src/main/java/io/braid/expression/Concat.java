package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Texts one behind the other; NULL where one of them is. A row whose result the batch has seen
 * before allocates nothing.
 *
 * @param operands one or more
 */
record Concat(List<Expression> operands) implements Expression {

  Concat {
    operands = List.copyOf(operands);
  }

  @Override
  public ColumnType type() {
    return ColumnType.STRING;
  }

  @Override
  public StringColumn evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    int varying = onlyVarying();
    if (varying >= 0) {
      String before = constants(operands.subList(0, varying));
      String behind = constants(operands.subList(varying + 1, operands.size()));
      StringColumn texts = (StringColumn) operands.get(varying).evaluate(batch, errors);
      return DistinctTexts.change(texts, size, text -> before + text + behind);
    }
    StringColumn[] columns = new StringColumn[operands.size()];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = (StringColumn) operands.get(c).evaluate(batch, errors);
    }
    StringColumn.Builder joined = new StringColumn.Builder(new Dictionary(), size);
    char[] buffer = new char[64];
    for (int i = 0; i < size; i++) {
      int length = 0;
      for (StringColumn column : columns) {
        if (column.isNull(i)) {
          length = -1;
          break;
        }
        String text = column.get(i);
        if (length + text.length() > buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * (length + text.length()));
        }
        text.getChars(0, text.length(), buffer, length);
        length += text.length();
      }
      if (length < 0) {
        joined.appendNull();
      } else {
        joined.append(buffer, 0, length);
      }
    }
    return joined.build();
  }

  /** Returns the index of the operand that alone is no constant, or -1. */
  private int onlyVarying() {
    int found = -1;
    for (int i = 0; i < operands.size(); i++) {
      boolean constant = operands.get(i) instanceof Literal literal && !literal.isNull();
      if (!constant && found >= 0) {
        return -1;
      }
      found = constant ? found : i;
    }
    return found;
  }

  private static String constants(List<Expression> constants) {
    return constants.stream().map(c -> ((Literal) c).asText()).collect(Collectors.joining());
  }

  @Override
  public String text() {
    return operands.stream()
        .map(Expression::text)
        .collect(Collectors.joining(", ", "concat(", ")"));
  }
}

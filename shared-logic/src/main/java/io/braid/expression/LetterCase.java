package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Text in upper or lower case, of no language in particular. Every distinct text of a batch is
 * changed once.
 *
 * @param upper upper case, otherwise lower
 */
record LetterCase(Expression operand, boolean upper) implements Expression {

  private static final int UNSEEN = -2;

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
    int size = batch.size();
    StringColumn texts = (StringColumn) operand.evaluate(batch, errors);
    Dictionary dictionary = new Dictionary();
    if (texts.dictionary().size() > 2 * size) { // most of its texts are not in this batch
      return changeEach(texts, size, dictionary);
    }
    int[] changed = new int[texts.dictionary().size()];
    Arrays.fill(changed, UNSEEN);
    int[] codes = new int[size];
    for (int i = 0; i < size; i++) {
      int code = texts.code(i);
      if (code < 0) {
        codes[i] = Dictionary.NULL;
        continue;
      }
      if (changed[code] == UNSEEN) {
        changed[code] = dictionary.encode(change(texts.get(i)));
      }
      codes[i] = changed[code];
    }
    return StringColumn.of(codes, size, dictionary);
  }

  private StringColumn changeEach(StringColumn texts, int size, Dictionary dictionary) {
    StringColumn.Builder changed = new StringColumn.Builder(dictionary, size);
    for (int i = 0; i < size; i++) {
      if (texts.isNull(i)) {
        changed.appendNull();
      } else {
        changed.append(change(texts.get(i)));
      }
    }
    return changed.build();
  }

  private String change(String text) {
    return upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
  }

  @Override
  public String text() {
    return (upper ? "upper(" : "lower(") + operand.text() + ")";
  }
}

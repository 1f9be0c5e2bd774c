package io.braid.expression;

import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Functions of one text, computed once for every distinct text of a batch: what is remembered by
 * dictionary code. Where most texts of the dictionary are not in the batch, each row is computed.
 */
final class DistinctTexts {

  private static final int UNSEEN = -2;

  private DistinctTexts() {}

  /** Returns the changed texts; NULL stays NULL. */
  static StringColumn change(StringColumn texts, int size, UnaryOperator<String> change) {
    Dictionary dictionary = new Dictionary();
    int[] codes = new int[size];
    int[] known = known(texts, size);
    for (int i = 0; i < size; i++) {
      int code = texts.code(i);
      if (code < 0) {
        codes[i] = Dictionary.NULL;
      } else if (known.length == 0) {
        codes[i] = dictionary.encode(change.apply(texts.get(i)));
      } else {
        if (known[code] == UNSEEN) {
          known[code] = dictionary.encode(change.apply(texts.get(i)));
        }
        codes[i] = known[code];
      }
    }
    return StringColumn.of(codes, size, dictionary);
  }

  /** Returns which texts pass a test; NULL where the text is. */
  static LongColumn test(StringColumn texts, int size, Predicate<String> test) {
    long[] results = new long[size];
    int[] known = known(texts, size);
    for (int i = 0; i < size; i++) {
      int code = texts.code(i);
      if (code >= 0 && known.length == 0) {
        results[i] = test.test(texts.get(i)) ? 1 : 0;
      } else if (code >= 0) {
        if (known[code] == UNSEEN) {
          known[code] = test.test(texts.get(i)) ? 1 : 0;
        }
        results[i] = known[code];
      }
    }
    return NullMask.of(size, texts).column(ColumnType.BOOLEAN, results);
  }

  /** Returns room for what is known of each code; none when it would cost more than it saves. */
  private static int[] known(StringColumn texts, int size) {
    int distinct = texts.dictionary().size();
    int[] known = new int[distinct > 2 * size ? 0 : distinct];
    Arrays.fill(known, UNSEEN);
    return known;
  }
}

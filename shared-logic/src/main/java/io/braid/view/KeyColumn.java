package io.braid.view;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.column.Translation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Turns the values of one group column into {@code long}s and back, so that keys are compared as
 * words.
 *
 * <p>Texts and decimals get codes of a dictionary that belongs to the view; doubles go by their
 * bits, so that they group by total order with one NaN. NULL is told apart by a bit of its own.
 */
final class KeyColumn {

  private final ColumnType type;
  private final Dictionary texts = new Dictionary();
  private final Translation translation = new Translation(texts);

  KeyColumn(ColumnType type) {
    this.type = type;
  }

  /**
   * Writes the words of {@code count} values, from the one at {@code from} on, into rows of {@code
   * words}, each at {@code index}; and sets that bit of the row's last word for a NULL.
   */
  void encode(Column column, int from, int count, long[] words, int index, int stride) {
    int nullWord = stride - 1;
    switch (type.kind()) {
      case STRING -> encodeTexts((StringColumn) column, from, count, words, index, stride);
      case DOUBLE -> {
        DoubleColumn values = (DoubleColumn) column;
        for (int i = 0; i < count; i++) {
          words[i * stride + index] =
              values.isNull(from + i) ? 0 : Double.doubleToLongBits(values.get(from + i));
        }
      }
      case DECIMAL -> {
        DecimalColumn values = (DecimalColumn) column;
        for (int i = 0; i < count; i++) {
          words[i * stride + index] =
              values.isNull(from + i)
                  ? 0
                  : texts.encode(values.get(from + i).unscaledValue().toString());
        }
      }
      case BYTES -> throw new IllegalStateException("Cannot group by " + type);
      default -> {
        LongColumn values = (LongColumn) column;
        for (int i = 0; i < count; i++) {
          words[i * stride + index] = values.isNull(from + i) ? 0 : values.get(from + i);
        }
      }
    }
    if (column.mayHaveNulls()) {
      for (int i = 0; i < count; i++) {
        if (column.isNull(from + i)) {
          words[i * stride + index] = 0;
          words[i * stride + nullWord] |= 1L << index;
        }
      }
    }
  }

  private void encodeTexts(
      StringColumn column, int from, int count, long[] words, int index, int stride) {
    translation.follow(column.dictionary());
    for (int i = 0; i < count; i++) {
      int code = column.code(from + i);
      if (code >= 0) {
        words[i * stride + index] = translation.code(code);
      }
    }
  }

  /**
   * Writes 1 plus the words of {@code count} texts, 0 for NULL, into {@code groups}, shifted.
   *
   * @return how many bits the greatest of them has
   */
  int encodeBits(StringColumn column, int count, int[] groups, int shift) {
    translation.follow(column.dictionary());
    for (int i = 0; i < count; i++) {
      int code = column.code(i);
      if (code >= 0) {
        groups[i] |= (translation.code(code) + 1) << shift;
      }
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(texts.size());
  }

  /**
   * Returns what turns the words of another column of the same type into this one's where they
   * differ: codes, which the other has given in another order.
   *
   * @param count how many words there are: when they are few, no table of all codes is made
   */
  Optional<IntUnaryOperator> codesOf(KeyColumn other, int count) {
    if (type.kind() != ColumnType.Kind.STRING && type.kind() != ColumnType.Kind.DECIMAL) {
      return Optional.empty();
    }
    if (count < other.texts.size() / 4) {
      return Optional.of(code -> texts.encode(other.texts.text(code)));
    }
    Translation codes = new Translation(texts);
    codes.follow(other.texts);
    return Optional.of(codes::code);
  }

  /** Returns the values of {@code count} rows of {@code words}. */
  Column decode(long[] words, int count, int index, int stride) {
    int nullWord = stride - 1;
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = (words[i * stride + nullWord] >>> index & 1) != 0;
    }
    switch (type.kind()) {
      case STRING -> {
        int[] codes = new int[count];
        for (int i = 0; i < count; i++) {
          codes[i] = nulls[i] ? Dictionary.NULL : (int) words[i * stride + index];
        }
        return StringColumn.of(codes, count, texts.snapshot());
      }
      case DOUBLE -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = Double.longBitsToDouble(words[i * stride + index]);
        }
        return DoubleColumn.of(values, nulls, count);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[count];
        for (int i = 0; i < count; i++) {
          if (!nulls[i]) {
            String unscaled = texts.text((int) words[i * stride + index]);
            values[i] = new BigDecimal(new BigInteger(unscaled), type.scale());
          }
        }
        return DecimalColumn.of(type, values, count);
      }
      default -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = words[i * stride + index];
        }
        return LongColumn.of(type, values, nulls, count);
      }
    }
  }

  /** Lets go of what only makes encoding faster. */
  void settle() {
    translation.forget();
  }

  /** Returns about what texts and their codes take on the heap, in bytes. */
  long memoryBytes() {
    return texts.memoryBytes() + translation.memoryBytes();
  }
}

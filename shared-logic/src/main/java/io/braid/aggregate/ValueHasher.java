package io.braid.aggregate;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Hashes of values, 64 bits, the same on every machine: equal values of one type have equal hashes,
 * and two of 10<sup>6</sup> distinct values share one with a probability below 10<sup>-7</sup>.
 *
 * <p>Hashes are stored with states. The function is XXH3, seeded by how a value is represented: of
 * the 8 bytes of a number, of the UTF-16 units of a text, of the unscaled number of a decimal (8
 * bytes up to 18 digits, beyond them as few as two's complement needs). Doubles are equal as they
 * are in GROUP BY: one NaN, and -0.0 is not 0.0. One owner.
 */
final class ValueHasher {

  private static final Hasher64 LONGS = Hashing.xxh3_64(1);
  private static final Hasher64 DOUBLES = Hashing.xxh3_64(2);
  private static final Hasher64 DECIMALS = Hashing.xxh3_64(3);
  private static final Hasher64 TEXTS = Hashing.xxh3_64(4);

  /** The most digits that always fit into a long. */
  private static final int LONG_DIGITS = 18;

  /** Marks a code whose text is not hashed yet; a text of this hash is hashed each time. */
  private static final long UNKNOWN = 0;

  private long[] hashes = {};

  // The hashes of the texts of the dictionary seen last, by code.
  private Dictionary dictionary = new Dictionary();
  private long[] hashesByCode = {};

  /**
   * Returns the hashes of the first {@code count} values; meaningless where a value is NULL. The
   * array is valid until the next call.
   */
  long[] hash(Column column, int count) {
    if (hashes.length < count) {
      hashes = new long[Capacity.of(hashes.length, count)];
    }
    if (column instanceof LongColumn values) {
      for (int i = 0; i < count; i++) {
        hashes[i] = LONGS.hashLongToLong(values.get(i));
      }
    } else if (column instanceof DoubleColumn values) {
      for (int i = 0; i < count; i++) {
        hashes[i] = DOUBLES.hashLongToLong(Double.doubleToLongBits(values.get(i)));
      }
    } else if (column instanceof DecimalColumn values) {
      hashDecimals(values, count);
    } else if (column instanceof StringColumn values) {
      hashTexts(values, count);
    } else {
      throw new IllegalStateException("Cannot hash values of type " + column.type());
    }
    return hashes;
  }

  private void hashDecimals(DecimalColumn values, int count) {
    ColumnType type = values.type();
    for (int i = 0; i < count; i++) {
      BigDecimal value = values.get(i);
      if (value != null) {
        hashes[i] =
            type.precision() <= LONG_DIGITS
                ? DECIMALS.hashLongToLong(value.unscaledValue().longValue())
                : DECIMALS.hashBytesToLong(value.unscaledValue().toByteArray());
      }
    }
  }

  private void hashTexts(StringColumn values, int count) {
    if (values.dictionary() != dictionary) {
      dictionary = values.dictionary();
      hashesByCode = new long[0];
    }
    if (hashesByCode.length < dictionary.size()) {
      hashesByCode =
          Arrays.copyOf(hashesByCode, Capacity.of(hashesByCode.length, dictionary.size()));
    }
    for (int i = 0; i < count; i++) {
      int code = values.code(i);
      if (code >= 0) {
        long hash = hashesByCode[code];
        if (hash == UNKNOWN) {
          hash = TEXTS.hashCharsToLong(dictionary.text(code));
          hashesByCode[code] = hash;
        }
        hashes[i] = hash;
      }
    }
  }

  /** Lets go of the hashes that were made. */
  void forget() {
    hashes = new long[0];
    dictionary = new Dictionary();
    hashesByCode = new long[0];
  }

  /** Returns what hashes that were made take on the heap, in bytes. */
  long memoryBytes() {
    return HeapSize.ofArray(hashes.length, Long.BYTES)
        + HeapSize.ofArray(hashesByCode.length, Long.BYTES);
  }
}

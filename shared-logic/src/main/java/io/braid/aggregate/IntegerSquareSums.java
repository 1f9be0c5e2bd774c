package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Squares of integers, and of the unscaled integers of decimals, in 128 bits without sign; what
 * does not fit goes to a BigInteger that few groups need. The state is that of a sum of decimals: a
 * number where it has at most 38 digits, bytes elsewhere.
 */
final class IntegerSquareSums extends SquareSums {

  private static final ColumnType TYPE = ColumnType.decimal(ColumnType.MAX_PRECISION, 0);
  private static final BigInteger CARRY = BigInteger.ONE.shiftLeft(128);

  private long[] high = new long[16];
  private long[] low = new long[16];
  private BigInteger[] beyond = {};
  private long beyondBytes;

  @Override
  void ensureCapacity(int count) {
    if (count <= low.length) {
      return;
    }
    int capacity = Capacity.of(low.length, count);
    high = Arrays.copyOf(high, capacity);
    low = Arrays.copyOf(low, capacity);
  }

  @Override
  void lift(Column column, int[] groups, int count) {
    if (column instanceof DecimalColumn decimals) {
      liftDecimals(decimals, groups, count);
      return;
    }
    LongColumn values = (LongColumn) column;
    boolean mayHaveNulls = values.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (!mayHaveNulls || !values.isNull(i)) {
        addSquare(groups[i], values.get(i));
      }
    }
  }

  private void liftDecimals(DecimalColumn values, int[] groups, int count) {
    for (int i = 0; i < count; i++) {
      if (!values.isNull(i)) {
        BigInteger unscaled = values.get(i).unscaledValue();
        if (unscaled.bitLength() < Long.SIZE) {
          addSquare(groups[i], unscaled.longValue());
        } else {
          addBeyond(groups[i], unscaled.multiply(unscaled));
        }
      }
    }
  }

  private void addSquare(int group, long value) {
    add(group, Math.multiplyHigh(value, value), value * value);
  }

  private void add(int group, long addedHigh, long addedLow) {
    long sum = low[group] + addedLow;
    long carry = Long.compareUnsigned(sum, addedLow) < 0 ? 1 : 0;
    long before = high[group];
    low[group] = sum;
    high[group] = before + addedHigh + carry;
    int order = Long.compareUnsigned(high[group], before);
    if (order < 0 || (order == 0 && carry == 1)) { // 2^128 or more
      addBeyond(group, CARRY);
    }
  }

  private void addBeyond(int group, BigInteger value) {
    if (group >= beyond.length) {
      beyond = Arrays.copyOf(beyond, low.length);
    }
    BigInteger before = beyond[group];
    beyond[group] = before == null ? value : before.add(value);
    beyondBytes += HeapSize.of(beyond[group]) - (before == null ? 0 : HeapSize.of(before));
  }

  @Override
  Dyadic exact(int group) {
    return Dyadic.of(sum(group));
  }

  private BigInteger sum(int group) {
    byte[] words = ByteBuffer.allocate(16).putLong(high[group]).putLong(low[group]).array();
    BigInteger sum = new BigInteger(1, words);
    return group < beyond.length && beyond[group] != null ? sum.add(beyond[group]) : sum;
  }

  @Override
  List<ColumnType> stateTypes() {
    return List.of(TYPE, ColumnType.BYTES);
  }

  @Override
  List<Column> states(int[] rows, int count) {
    BigDecimal[] numbers = new BigDecimal[count];
    byte[][] longer = new byte[count][];
    for (int i = 0; i < count; i++) {
      BigInteger sum = sum(rows[i]);
      BigDecimal decimal = new BigDecimal(sum);
      if (decimal.precision() <= ColumnType.MAX_PRECISION) {
        numbers[i] = decimal;
      } else {
        longer[i] = sum.toByteArray();
      }
    }
    return List.of(DecimalColumn.of(TYPE, numbers, count), BytesColumn.of(longer, count));
  }

  @Override
  void merge(List<Column> states, int[] groups, int count) {
    DecimalColumn numbers = (DecimalColumn) states.get(0);
    BytesColumn longer = (BytesColumn) states.get(1);
    for (int i = 0; i < count; i++) {
      if (!numbers.isNull(i)) {
        BigInteger sum = numbers.get(i).unscaledValue();
        add(groups[i], sum.shiftRight(64).longValue(), sum.longValue());
      } else if (!longer.isNull(i)) {
        addBeyond(groups[i], new BigInteger(longer.get(i)));
      }
    }
  }

  @Override
  void merge(SquareSums other, int[] rows, int[] groups, int count) {
    IntegerSquareSums theirs = (IntegerSquareSums) other;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      add(groups[i], theirs.high[row], theirs.low[row]);
      if (row < theirs.beyond.length && theirs.beyond[row] != null) {
        addBeyond(groups[i], theirs.beyond[row]);
      }
    }
  }

  @Override
  long memoryBytes() {
    return HeapSize.ofArray(high.length, Long.BYTES)
        + HeapSize.ofArray(low.length, Long.BYTES)
        + HeapSize.ofReferences(beyond.length)
        + beyondBytes;
  }
}

package io.braid.aggregate;

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
 * SUM over INT and BIGINT in 128 bits, two's complement, as an upper and a lower word.
 * 2<sup>63</sup> values of 2<sup>63</sup> stay below 2<sup>126</sup> and so below 10<sup>38</sup>:
 * it cannot overflow.
 */
final class IntegerSumAccumulators extends SumAccumulators {

  private static final ColumnType TYPE = ColumnType.decimal(ColumnType.MAX_PRECISION, 0);

  private long[] high = new long[16];
  private long[] low = new long[16];
  private boolean[] any = new boolean[16];

  @Override
  void ensureCapacity(int count) {
    if (count <= low.length) {
      return;
    }
    int capacity = Capacity.of(low.length, count);
    high = Arrays.copyOf(high, capacity);
    low = Arrays.copyOf(low, capacity);
    any = Arrays.copyOf(any, capacity);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    LongColumn values = (LongColumn) arguments.get(0);
    boolean mayHaveNulls = values.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && values.isNull(i)) {
        continue;
      }
      long value = values.get(i);
      add(groups[i], value >> 63, value);
    }
  }

  private void add(int group, long valueHigh, long valueLow) {
    long sum = low[group] + valueLow;
    long carry = Long.compareUnsigned(sum, valueLow) < 0 ? 1 : 0;
    low[group] = sum;
    high[group] += valueHigh + carry;
    any[group] = true;
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(TYPE);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    BigDecimal[] sums = new BigDecimal[count];
    for (int i = 0; i < count; i++) {
      sums[i] = finished(rows[i]);
    }
    return List.of(DecimalColumn.of(TYPE, sums, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    DecimalColumn theirs = (DecimalColumn) states.get(0);
    for (int i = 0; i < count; i++) {
      BigDecimal value = theirs.get(i);
      if (value != null) {
        BigInteger sum = value.unscaledValue();
        add(groups[i], sum.shiftRight(64).longValue(), sum.longValue());
      }
    }
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    IntegerSumAccumulators theirs = (IntegerSumAccumulators) other;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (theirs.any[row]) {
        add(groups[i], theirs.high[row], theirs.low[row]);
      }
    }
  }

  @Override
  boolean isEmpty(int group) {
    return !any[group];
  }

  private boolean fitsLong(int group) {
    return high[group] == low[group] >> 63;
  }

  private BigInteger sum(int group) {
    return fitsLong(group)
        ? BigInteger.valueOf(low[group])
        : new BigInteger(ByteBuffer.allocate(16).putLong(high[group]).putLong(low[group]).array());
  }

  @Override
  Dyadic exact(int group) {
    return Dyadic.of(sum(group));
  }

  @Override
  double mean(int group, long count) {
    return fitsLong(group)
        ? ExactQuotient.of(low[group], count)
        : ExactQuotient.of(sum(group), BigInteger.valueOf(count));
  }

  @Override
  public Column finish() {
    BigDecimal[] sums = new BigDecimal[groups()];
    for (int group = 0; group < sums.length; group++) {
      sums[group] = finished(group);
    }
    return DecimalColumn.of(TYPE, sums, sums.length);
  }

  private BigDecimal finished(int group) {
    if (isEmpty(group)) {
      return null;
    }
    return fitsLong(group) ? BigDecimal.valueOf(low[group]) : new BigDecimal(sum(group));
  }

  @Override
  public long memoryBytes() {
    return HeapSize.ofArray(high.length, Long.BYTES)
        + HeapSize.ofArray(low.length, Long.BYTES)
        + HeapSize.ofArray(any.length, 1);
  }
}

package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.HeapSize;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * SUM over DECIMAL: exact however large it gets on the way; NULL when finished with more digits
 * than the type has. The state is a number where the type can hold it, and bytes of the unscaled
 * sum elsewhere.
 */
final class DecimalSumAccumulators extends SumAccumulators {

  private final ColumnType type;
  private BigDecimal[] sums = new BigDecimal[16];

  DecimalSumAccumulators(int scale) {
    type = ColumnType.decimal(ColumnType.MAX_PRECISION, scale);
  }

  @Override
  void ensureCapacity(int count) {
    if (count <= sums.length) {
      return;
    }
    sums = Arrays.copyOf(sums, Capacity.of(sums.length, count));
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    DecimalColumn values = (DecimalColumn) arguments.get(0);
    for (int i = 0; i < count; i++) {
      if (!values.isNull(i)) {
        add(groups[i], values.get(i));
      }
    }
  }

  private void add(int group, BigDecimal value) {
    sums[group] = sums[group] == null ? value : sums[group].add(value);
  }

  private boolean fits(BigDecimal sum) {
    return sum.precision() <= ColumnType.MAX_PRECISION;
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(type, ColumnType.BYTES);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    BigDecimal[] numbers = new BigDecimal[count];
    byte[][] beyond = new byte[count][];
    for (int i = 0; i < count; i++) {
      BigDecimal sum = sums[rows[i]];
      if (sum != null && !fits(sum)) {
        beyond[i] = sum.unscaledValue().toByteArray();
      } else {
        numbers[i] = sum;
      }
    }
    return List.of(DecimalColumn.of(type, numbers, count), BytesColumn.of(beyond, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
    BytesColumn beyond = (BytesColumn) states.get(1);
    for (int i = 0; i < count; i++) {
      if (!beyond.isNull(i)) {
        add(groups[i], new BigDecimal(new BigInteger(beyond.get(i)), type.scale()));
      }
    }
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    BigDecimal[] theirs = ((DecimalSumAccumulators) other).sums;
    for (int i = 0; i < count; i++) {
      if (theirs[rows[i]] != null) {
        add(groups[i], theirs[rows[i]]);
      }
    }
  }

  @Override
  boolean isEmpty(int group) {
    return sums[group] == null;
  }

  @Override
  Dyadic exact(int group) {
    return Dyadic.of(sums[group].unscaledValue());
  }

  @Override
  double mean(int group, long count) {
    return ExactQuotient.of(sums[group], count);
  }

  @Override
  public Column finish() {
    BigDecimal[] finished = new BigDecimal[groups()];
    for (int group = 0; group < finished.length; group++) {
      BigDecimal sum = sums[group];
      finished[group] = sum != null && fits(sum) ? sum : null;
    }
    return DecimalColumn.of(type, finished, finished.length);
  }

  @Override
  public long memoryBytes() {
    return HeapSize.ofReferences(sums.length)
        + HeapSize.ofAll(groups(), group -> sums[group], HeapSize::of);
  }
}

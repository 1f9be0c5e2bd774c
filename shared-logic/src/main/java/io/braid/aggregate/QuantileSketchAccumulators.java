package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * APPROX_QUANTILE: the least value such that at least {@code q} times n of the n values are at or
 * below it (nearest rank; for q = 0 the least of all), each found to 1 %.
 *
 * <p>Values are taken as doubles, in total order: -0.0 before 0.0, NaN after infinity. What is kept
 * of a group is a {@link QuantileSketch}. {@code q} times n is computed with the decimal digits of
 * {@code q}, so that the 0.07-quantile of 100 values is the seventh.
 */
final class QuantileSketchAccumulators extends Accumulators {

  private final ColumnType argument;
  private final BigDecimal quantile;
  private QuantileSketch[] sketches = {};
  private long sketchBytes;

  /**
   * @param argument a number
   * @param quantile from 0 to 1
   */
  QuantileSketchAccumulators(ColumnType argument, double quantile) {
    this.argument = argument;
    this.quantile = BigDecimal.valueOf(quantile);
  }

  @Override
  void ensureCapacity(int count) {
    if (count <= sketches.length) {
      return;
    }
    sketches = Arrays.copyOf(sketches, Capacity.of(sketches.length, count));
  }

  private QuantileSketch sketch(int group) {
    QuantileSketch sketch = sketches[group];
    if (sketch == null) {
      sketch = new QuantileSketch();
      sketches[group] = sketch;
      sketchBytes += QuantileSketch.BYTES_WHEN_EMPTY;
    }
    return sketch;
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    Column values = arguments.get(0);
    boolean mayHaveNulls = values.mayHaveNulls();
    long grown = 0; // apart: finding a sketch counts as well
    switch (argument.kind()) {
      case DOUBLE -> {
        DoubleColumn doubles = (DoubleColumn) values;
        for (int i = 0; i < count; i++) {
          if (!mayHaveNulls || !doubles.isNull(i)) {
            grown += sketch(groups[i]).add(doubles.get(i));
          }
        }
      }
      case DECIMAL -> {
        DecimalColumn decimals = (DecimalColumn) values;
        for (int i = 0; i < count; i++) {
          if (!decimals.isNull(i)) {
            grown += sketch(groups[i]).add(decimals.get(i).doubleValue());
          }
        }
      }
      default -> {
        LongColumn longs = (LongColumn) values;
        for (int i = 0; i < count; i++) {
          if (!mayHaveNulls || !longs.isNull(i)) {
            grown += sketch(groups[i]).add((double) longs.get(i));
          }
        }
      }
    }
    sketchBytes += grown;
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BYTES);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    byte[][] states = new byte[count][];
    for (int i = 0; i < count; i++) {
      QuantileSketch sketch = sketches[rows[i]];
      states[i] = sketch == null ? null : sketch.toBytes();
    }
    return List.of(BytesColumn.of(states, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    BytesColumn theirs = (BytesColumn) states.get(0);
    long grown = 0;
    for (int i = 0; i < count; i++) {
      if (!theirs.isNull(i)) {
        grown += sketch(groups[i]).merge(theirs.get(i));
      }
    }
    sketchBytes += grown;
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    QuantileSketch[] theirs = ((QuantileSketchAccumulators) other).sketches;
    long grown = 0;
    for (int i = 0; i < count; i++) {
      if (theirs[rows[i]] != null) {
        grown += sketch(groups[i]).merge(theirs[rows[i]]);
      }
    }
    sketchBytes += grown;
  }

  @Override
  public Column finish() {
    double[] values = new double[groups()];
    boolean[] empty = new boolean[values.length];
    for (int group = 0; group < values.length; group++) {
      QuantileSketch sketch = sketches[group];
      empty[group] = sketch == null;
      values[group] = sketch == null ? 0 : sketch.value(rank(sketch.count()));
    }
    return DoubleColumn.of(values, empty, values.length);
  }

  /** Returns which of {@code count} values in order is the quantile, from 1. */
  private long rank(long count) {
    BigDecimal rank = quantile.multiply(BigDecimal.valueOf(count));
    return Math.max(1, rank.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  @Override
  public long memoryBytes() {
    return HeapSize.ofReferences(sketches.length) + sketchBytes;
  }
}

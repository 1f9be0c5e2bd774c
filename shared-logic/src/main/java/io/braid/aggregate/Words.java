package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;

/**
 * Values of every type but STRING, DECIMAL and BYTES as a {@code long} each: equal words are equal
 * values, and words order as values do. Doubles go by total order: -0.0 lies before 0.0, and there
 * is one NaN, behind infinity.
 */
final class Words {

  private Words() {}

  /** Returns the value at {@code row}, which is not NULL. */
  static long word(Column column, int row) {
    return column instanceof DoubleColumn doubles
        ? swap(Double.doubleToLongBits(doubles.get(row)))
        : ((LongColumn) column).get(row);
  }

  /** Returns the column of {@code count} words; arrays of integers are not copied. */
  static Column column(ColumnType type, long[] words, boolean[] nulls, int count) {
    if (type.kind() != Kind.DOUBLE) {
      return LongColumn.of(type, words, nulls, count);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(swap(words[i]));
    }
    return DoubleColumn.of(values, nulls, count);
  }

  /** Turns the order of negative doubles' bits around; its own inverse. */
  private static long swap(long bits) {
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }
}

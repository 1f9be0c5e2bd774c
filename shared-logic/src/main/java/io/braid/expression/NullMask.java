package io.braid.expression;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.Arrays;

/** Which rows of a result are NULL; takes memory only when one is. One owner. */
final class NullMask {

  private static final boolean[] NONE = {};

  private final int size;
  private boolean[] nulls = NONE;

  NullMask(int size) {
    this.size = size;
  }

  /** Returns a mask of the rows where any of {@code columns} is NULL. */
  static NullMask of(int size, Column... columns) {
    NullMask mask = new NullMask(size);
    for (Column column : columns) {
      mask.addNullsOf(column);
    }
    return mask;
  }

  private void addNullsOf(Column column) {
    if (!column.mayHaveNulls()) {
      return;
    }
    if (column instanceof StringColumn texts) {
      int codes = 0;
      for (int row = 0; row < size; row++) {
        codes |= texts.code(row); // negative as soon as one is NULL
      }
      if (codes >= 0) {
        return;
      }
    }
    for (int row = 0; row < size; row++) {
      if (column.isNull(row)) {
        set(row);
      }
    }
  }

  boolean isEmpty() {
    return nulls.length == 0;
  }

  boolean isNull(int row) {
    return nulls.length > 0 && nulls[row];
  }

  void set(int row) {
    if (nulls.length == 0) {
      nulls = new boolean[size];
    }
    nulls[row] = true;
  }

  void setAll() {
    nulls = new boolean[size];
    Arrays.fill(nulls, true);
  }

  void clear(int row) {
    if (nulls.length > 0) {
      nulls[row] = false;
    }
  }

  /** Makes {@code row} NULL because of an error in it. */
  void fail(int row, ExpressionErrors errors) {
    set(row);
    errors.add();
  }

  LongColumn column(ColumnType type, long[] values) {
    return nulls.length == 0
        ? LongColumn.of(type, values, size)
        : LongColumn.of(type, values, nulls, size);
  }

  DoubleColumn column(double[] values) {
    return nulls.length == 0 ? DoubleColumn.of(values, size) : DoubleColumn.of(values, nulls, size);
  }
}

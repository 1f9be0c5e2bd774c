package io.braid.column;

import java.util.Arrays;

/** Values of type DOUBLE. */
public final class DoubleColumn extends Column {

  private static final boolean[] NONE = {};

  private final double[] values;
  private final boolean[] nulls;

  private DoubleColumn(int size, double[] values, boolean[] nulls) {
    super(ColumnType.DOUBLE, size);
    this.values = values;
    this.nulls = nulls;
  }

  /** Returns a column without NULLs over the first {@code size} of {@code values}, not copied. */
  public static DoubleColumn of(double[] values, int size) {
    return new DoubleColumn(size, values, NONE);
  }

  /**
   * Returns a column over the first {@code size} of {@code values}, not copied.
   *
   * @param nulls true where the value is NULL, at least {@code size} long
   */
  public static DoubleColumn of(double[] values, boolean[] nulls, int size) {
    return new DoubleColumn(size, values, nulls);
  }

  /** Returns the value at {@code row}; meaningless where it is NULL. */
  public double get(int row) {
    return values[row];
  }

  @Override
  public boolean isNull(int row) {
    return nulls.length > 0 && nulls[row];
  }

  @Override
  public boolean mayHaveNulls() {
    return nulls.length > 0;
  }

  @Override
  public Object value(int row) {
    return isNull(row) ? null : (Object) values[row];
  }

  @Override
  public DoubleColumn select(int[] rows, int count) {
    double[] selected = new double[count];
    for (int i = 0; i < count; i++) {
      selected[i] = values[rows[i]];
    }
    return new DoubleColumn(count, selected, LongColumn.selectNulls(nulls, rows, count));
  }

  /** Collects values in order; one owner. */
  public static final class Builder {
    private double[] values;
    private boolean[] nulls = NONE;
    private int size;

    public Builder(int capacity) {
      this.values = new double[Math.max(capacity, 8)];
    }

    /** Appends a value. */
    public void append(double value) {
      grow();
      values[size++] = value;
    }

    /** Appends NULL. */
    public void appendNull() {
      grow();
      if (nulls.length == 0) {
        nulls = new boolean[values.length];
      }
      nulls[size++] = true;
    }

    private void grow() {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
        if (nulls.length > 0) {
          nulls = Arrays.copyOf(nulls, size * 2);
        }
      }
    }

    /** Returns what was appended; the builder must not be used afterwards. */
    public DoubleColumn build() {
      return new DoubleColumn(size, values, nulls);
    }
  }
}

package io.braid.column;

import java.util.Arrays;

/** Values kept as a {@code long}: integers, booleans (0, 1), epoch milliseconds, epoch days. */
public final class LongColumn extends Column {

  private static final boolean[] NONE = {};

  private final long[] values;
  private final boolean[] nulls;

  private LongColumn(ColumnType type, int size, long[] values, boolean[] nulls) {
    super(type, size);
    this.values = values;
    this.nulls = nulls;
  }

  /** Returns a column without NULLs over the first {@code size} of {@code values}, not copied. */
  public static LongColumn of(ColumnType type, long[] values, int size) {
    return new LongColumn(type, size, values, NONE);
  }

  /**
   * Returns a column over the first {@code size} of {@code values}, not copied.
   *
   * @param nulls true where the value is NULL, at least {@code size} long
   */
  public static LongColumn of(ColumnType type, long[] values, boolean[] nulls, int size) {
    return new LongColumn(type, size, values, nulls);
  }

  /** Returns the value at {@code row}; meaningless where it is NULL. */
  public long get(int row) {
    return values[row];
  }

  /** Returns whether the value at {@code row} is neither 0 nor NULL. */
  public boolean isTrue(int row) {
    return values[row] != 0 && !isNull(row);
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
    if (isNull(row)) {
      return null;
    }
    return type().kind() == ColumnType.Kind.BOOLEAN ? (Object) (values[row] != 0) : values[row];
  }

  @Override
  public LongColumn select(int[] rows, int count) {
    long[] selected = new long[count];
    for (int i = 0; i < count; i++) {
      selected[i] = values[rows[i]];
    }
    return new LongColumn(type(), count, selected, selectNulls(nulls, rows, count));
  }

  static boolean[] selectNulls(boolean[] nulls, int[] rows, int count) {
    if (nulls.length == 0) {
      return NONE;
    }
    boolean[] selected = new boolean[count];
    for (int i = 0; i < count; i++) {
      selected[i] = nulls[rows[i]];
    }
    return selected;
  }

  /** Collects values in order; one owner. */
  public static final class Builder {
    private final ColumnType type;
    private long[] values;
    private boolean[] nulls = NONE;
    private int size;

    public Builder(ColumnType type, int capacity) {
      this.type = type;
      this.values = new long[Math.max(capacity, 8)];
    }

    /** Appends a value. */
    public void append(long value) {
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
    public LongColumn build() {
      return new LongColumn(type, size, values, nulls);
    }
  }
}

package io.braid.column;

import java.util.Arrays;

/** Opaque bytes: the part of an accumulator's state that is no number. */
public final class BytesColumn extends Column {

  private final byte[][] values;

  private BytesColumn(int size, byte[][] values) {
    super(ColumnType.BYTES, size);
    this.values = values;
  }

  /** Returns a column over the first {@code size} of {@code values}, not copied; null is NULL. */
  public static BytesColumn of(byte[][] values, int size) {
    return new BytesColumn(size, values);
  }

  /** Returns the value at {@code row}, null for NULL. */
  public byte[] get(int row) {
    return values[row];
  }

  @Override
  public boolean isNull(int row) {
    return values[row] == null;
  }

  @Override
  public boolean mayHaveNulls() {
    return true;
  }

  @Override
  public Object value(int row) {
    return values[row];
  }

  @Override
  public BytesColumn select(int[] rows, int count) {
    byte[][] selected = new byte[count][];
    for (int i = 0; i < count; i++) {
      selected[i] = values[rows[i]];
    }
    return new BytesColumn(count, selected);
  }

  /** Collects values in order; one owner. */
  public static final class Builder {

    private byte[][] values;
    private int size;

    public Builder(int capacity) {

      this.values = new byte[Math.max(capacity, 8)][];
    }

    /** Appends a value; null is NULL. */
    public void append(byte[] value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    /** Returns what was appended; the builder must not be used afterwards. */
    public BytesColumn build() {
      return new BytesColumn(size, values);
    }
  }
}

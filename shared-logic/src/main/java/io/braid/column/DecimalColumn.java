package io.braid.column;

import java.math.BigDecimal;
import java.util.Arrays;

/** Values of type DECIMAL, every one at the type's scale. */
public final class DecimalColumn extends Column {

  private final BigDecimal[] values;

  private DecimalColumn(ColumnType type, int size, BigDecimal[] values) {
    super(type, size);
    this.values = values;
  }

  /** Returns a column over the first {@code size} of {@code values}, not copied; null is NULL. */
  public static DecimalColumn of(ColumnType type, BigDecimal[] values, int size) {
    return new DecimalColumn(type, size, values);
  }

  /** Returns the value at {@code row}, null for NULL. */
  public BigDecimal get(int row) {
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
  public DecimalColumn select(int[] rows, int count) {
    BigDecimal[] selected = new BigDecimal[count];
    for (int i = 0; i < count; i++) {
      selected[i] = values[rows[i]];
    }
    return new DecimalColumn(type(), count, selected);
  }

  /** Collects values in order; one owner. */
  public static final class Builder {
    private final ColumnType type;
    private BigDecimal[] values;
    private int size;

    public Builder(ColumnType type, int capacity) {
      this.type = type;
      this.values = new BigDecimal[Math.max(capacity, 8)];
    }

    /** Appends a value; null is NULL. */
    public void append(BigDecimal value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    /** Returns what was appended; the builder must not be used afterwards. */
    public DecimalColumn build() {
      return new DecimalColumn(type, size, values);
    }
  }
}

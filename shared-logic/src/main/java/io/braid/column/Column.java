package io.braid.column;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * An immutable run of values of one type; a value may be NULL.
 *
 * <p>Safe to share between threads once built, except that a {@link StringColumn}'s dictionary may
 * still be growing in the decoder's thread; hand such a column over by a {@code select} or a copy
 * made in that thread.
 */
public abstract sealed class Column
    permits LongColumn, DoubleColumn, StringColumn, DecimalColumn, BytesColumn {

  private final ColumnType type;
  private final int size;

  Column(ColumnType type, int size) {
    this.type = type;
    this.size = size;
  }

  /** Returns a column of {@code size} NULLs. */
  public static Column nulls(ColumnType type, int size) {
    switch (type.kind()) {
      case STRING -> {
        int[] codes = new int[size];
        Arrays.fill(codes, Dictionary.NULL);
        return StringColumn.of(codes, size, new Dictionary());
      }
      case DECIMAL -> {
        return DecimalColumn.of(type, new BigDecimal[size], size);
      }
      case BYTES -> {
        return BytesColumn.of(new byte[size][], size);
      }
      default -> {
        boolean[] nulls = new boolean[size];
        Arrays.fill(nulls, true);
        return type.kind() == ColumnType.Kind.DOUBLE
            ? DoubleColumn.of(new double[size], nulls, size)
            : LongColumn.of(type, new long[size], nulls, size);
      }
    }
  }

  /** Returns the type of all values. */
  public final ColumnType type() {
    return type;
  }

  /** Returns the number of values, NULLs included. */
  public final int size() {
    return size;
  }

  /** Returns whether the value at {@code row} is NULL. */
  public abstract boolean isNull(int row);

  /** Returns whether any value may be NULL; false lets a loop skip the question. */
  public abstract boolean mayHaveNulls();

  /**
   * Returns the value at {@code row} as an object: String, Boolean, Long (also for INT, epoch
   * milliseconds and epoch days), Double, BigDecimal, byte[]; or null for NULL. For edges and
   * tests, not for loops.
   */
  public abstract Object value(int row);

  /** Returns the values at the first {@code count} of {@code rows}, in that order. */
  public abstract Column select(int[] rows, int count);
}

package io.braid.column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of typed columns, all of one length.
 *
 * <p>A batch made by {@link #select} gathers a column only when it is asked for, so that a filter
 * pays for the columns that are used behind it and for no others. One thread at a time.
 */
public final class Batch {

  private final int size;
  private final Column[] columns;
  private final Column[] unselected;
  private final int[] rows;

  private Batch(int size, Column[] columns, Column[] unselected, int[] rows) {
    this.size = size;
    this.columns = columns;
    this.unselected = unselected;
    this.rows = rows;
  }

  /**
   * Returns a batch of these columns.
   *
   * @throws IllegalArgumentException when a column has not {@code size} values
   */
  public static Batch of(int size, List<? extends Column> columns) {
    Column[] array = columns.toArray(new Column[0]);
    for (int i = 0; i < array.length; i++) {
      if (array[i].size() != size) {
        throw new IllegalArgumentException(
            "Cannot make a batch: column %d has %d values, expected %d"
                .formatted(i, array[i].size(), size));
      }
    }
    return new Batch(size, array, new Column[0], new int[0]);
  }

  /**
   * Returns a batch of this one's columns and others behind them.
   *
   * @throws IllegalStateException when this batch is a selection of another
   */
  public Batch with(List<? extends Column> others) {
    if (unselected.length > 0) {
      throw new IllegalStateException("Cannot add columns to a selection of rows");
    }
    List<Column> all = new ArrayList<>(Arrays.asList(columns));
    all.addAll(others);
    return of(size, all);
  }

  /** Returns the number of rows. */
  public int size() {
    return size;
  }

  /** Returns the number of columns. */
  public int width() {
    return columns.length;
  }

  /** Returns the column at {@code index}, from 0. */
  public Column column(int index) {
    Column column = columns[index];
    if (column == null) {
      column = unselected[index].select(rows, size);
      columns[index] = column;
    }
    return column;
  }

  /**
   * Returns the first {@code count} of {@code rows} of this batch, in that order. The array is kept
   * and must not change afterwards.
   */
  public Batch select(int[] rows, int count) {
    if (unselected.length == 0) {
      return new Batch(count, new Column[columns.length], columns, rows);
    }
    int[] composed = new int[count];
    for (int i = 0; i < count; i++) {
      composed[i] = this.rows[rows[i]];
    }
    return new Batch(count, new Column[columns.length], unselected, composed);
  }
}

package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/**
 * The states of one aggregate for many groups, side by side: group {@code g} lives at index {@code
 * g} of every state array. One owner.
 *
 * <p>A state can be taken out as a row of typed columns, stored, and merged into another group;
 * that is how views travel and how they are merged.
 */
public abstract class Accumulators {

  private int groups;

  Accumulators() {}

  /** Returns the number of groups. */
  public final int groups() {
    return groups;
  }

  /** Makes room for groups up to {@code count}; the new ones are empty. Never shrinks. */
  public final void grow(int count) {
    if (count > groups) {
      ensureCapacity(count);
      groups = count;
    }
  }

  abstract void ensureCapacity(int count);

  /**
   * Lifts one value for each row: row {@code i} goes to group {@code groups[i]}. NULLs are skipped.
   *
   * @param arguments the columns of the aggregate's arguments, at least {@code count} values each;
   *     none for {@code COUNT(*)}; for an {@linkplain AggregateFunction#isOrdered ordered} function
   *     followed by event time, partition and offset
   */
  public abstract void lift(List<Column> arguments, int[] groups, int count);

  /** Returns the types of {@link #states}, the stored form. */
  public abstract List<ColumnType> stateTypes();

  /**
   * Returns the states of all groups, one value a group. The columns may share arrays with this
   * object and are valid until it changes.
   */
  public abstract List<Column> states();

  /**
   * Merges stored states: row {@code i} goes to group {@code groups[i]}.
   *
   * @param states as {@link #states} gives them, at least {@code count} rows
   */
  public abstract void merge(List<Column> states, int[] groups, int count);

  /** Returns the finished value of every group. */
  public abstract Column finish();
}

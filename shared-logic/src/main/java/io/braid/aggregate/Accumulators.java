package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/**
 * The states of one aggregate for many groups, side by side: group {@code g} lives at index {@code
 * g} of every state array. One owner.
 *
 * <p>A state can be taken out as a row of typed columns, stored, and merged into another group;
 * that is how views travel. Taking states out, merging from this object and finishing leave it as
 * it is, so that several threads may do so at once as long as nobody changes it.
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
  public List<Column> states() {
    return states(upTo(groups), groups);
  }

  /**
   * Returns the states of some groups, at the cost of these; only COUNT(DISTINCT) also looks at
   * what the other groups hold.
   *
   * @param rows the groups, in any order; one may be named more than once
   * @param count how many of {@code rows}
   */
  public abstract List<Column> states(int[] rows, int count);

  /**
   * Merges stored states: row {@code i} goes to group {@code groups[i]}.
   *
   * @param states as {@link #states} gives them, at least {@code count} rows
   */
  public abstract void merge(List<Column> states, int[] groups, int count);

  /**
   * Merges groups of other accumulators, which stay as they are: group {@code rows[i]} of theirs
   * goes to group {@code groups[i]}. It is what merging their {@linkplain #states(int[], int)
   * states} does, without making these wherever that saves something.
   *
   * @param other not this object, of an equal {@link Aggregate}
   */
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    merge(other.states(rows, count), groups, count);
  }

  /** Returns the finished value of every group. */
  public abstract Column finish();

  /**
   * Returns about what the states take on the heap, in bytes, room for more of them included. It
   * costs no walk over all groups: arrays count by their length, objects by running totals or,
   * where they differ little in size, by a sample.
   */
  public abstract long memoryBytes();

  /** Lets go of what only makes lifting more values faster. */
  public void settle() {}

  /** Returns the numbers from 0 to below {@code count}. */
  static int[] upTo(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }
}

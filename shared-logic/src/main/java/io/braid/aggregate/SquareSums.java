package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.List;

/** The exact sum of the squares of a group's values, for many groups; of decimals unscaled. */
abstract class SquareSums {

  /** Returns empty sums over numbers of a type. */
  static SquareSums of(ColumnType type) {
    return type.kind() == ColumnType.Kind.DOUBLE ? new DoubleSquareSums() : new IntegerSquareSums();
  }

  abstract void ensureCapacity(int count);

  /** Adds the squares of all values that are not NULL; doubles that are not finite may count. */
  abstract void lift(Column values, int[] groups, int count);

  /** Returns the types of {@link #states}. */
  abstract List<ColumnType> stateTypes();

  /** Returns the states of the first {@code count} groups that {@code rows} names. */
  abstract List<Column> states(int[] rows, int count);

  abstract void merge(List<Column> states, int[] groups, int count);

  /** Merges group {@code rows[i]} of other sums of the same type into {@code groups[i]}. */
  abstract void merge(SquareSums other, int[] rows, int[] groups, int count);

  /** Returns the sum of one group, all of whose values are finite. */
  abstract Dyadic exact(int group);

  /** Returns about what the sums take on the heap, in bytes. */
  abstract long memoryBytes();
}

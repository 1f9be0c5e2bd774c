package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.util.List;

/**
 * What an aggregate function is: which arguments it takes, what it finishes to, and the states that
 * it accumulates. Immutable and safe to share.
 *
 * <p>Its states form a commutative monoid: merging is associative and commutative, an empty state
 * changes nothing, and the finished value depends on nothing but the multiset of lifted values. All
 * that Braid promises rests on these laws.
 */
public interface AggregateFunction {

  /** Returns the name in SQL, in upper case: {@code SUM}. */
  String name();

  /**
   * Returns the type of a finished value.
   *
   * @param arguments the types of what is aggregated; none for {@code COUNT(*)}
   * @param constants the values of the {@link #constants} behind them
   * @throws IllegalArgumentException when there is no such aggregate, as a sentence
   */
  ColumnType type(List<ColumnType> arguments, List<Double> constants);

  /** Returns empty states for arguments and constants that have a {@link #type}. */
  Accumulators accumulators(List<ColumnType> arguments, List<Double> constants);

  /** Returns how many of the last SQL arguments are constants, the same for all rows. */
  default int constants() {
    return 0;
  }

  /**
   * Returns whether the order of events in time and log matters. If so, three more columns are
   * lifted behind the arguments, BIGINT without NULLs: event time (epoch milliseconds), partition,
   * offset.
   */
  default boolean isOrdered() {
    return false;
  }

  /** Returns whether the finished value over no value is 0; otherwise it is NULL. */
  default boolean isCount() {
    return false;
  }

  /** Returns whether what was lifted could be taken back by an inverse. */
  boolean isRetractable();

  /** Returns how far a finished value may be from the true one, in words: {@code exact}. */
  String accuracy();

  /** Returns how many bytes the states of one group take in memory, in words: {@code 8}. */
  String bytesPerGroup(List<ColumnType> arguments);

  /**
   * Returns the name in texts that fingerprints are made of; it changes when the same values would
   * finish to something else.
   */
  default String text() {
    return name();
  }
}

package io.braid.aggregate;

import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import java.util.List;

/**
 * An aggregate function of a user's own, found by {@link java.util.ServiceLoader}: name its class,
 * which has a public constructor without arguments, in {@code
 * META-INF/services/io.braid.aggregate.UserAggregate} and put the jar on Braid's class path.
 *
 * <p>It must be a commutative monoid, as the aggregates of SQL are: what a state finishes to
 * depends on the multiset of lifted values alone, to the last bit, whatever their order and however
 * states were merged, encoded and decoded in between. (Sums of doubles are not of this kind: round
 * to whole numbers of some unit first.) These laws are tried on generated values when a definition
 * first uses the function with arguments of some types, and a definition that uses one that breaks
 * them is refused.
 *
 * <p>Values are objects as {@link io.braid.column.Column#value} has them: String, Boolean, Long
 * (for INT, BIGINT, TIMESTAMP in epoch milliseconds and DATE in epoch days), Double, BigDecimal;
 * never null, since rows with a NULL among the arguments are skipped. One object serves all folds
 * of a process at once, so it must not keep anything; each state has one owner at a time.
 *
 * @param <S> what is known of the values of one group; it may be mutable
 */
public interface UserAggregate<S> {

  /**
   * Returns the name in SQL, ASCII letters, digits and {@code _}, in any case; not that of another
   * function.
   */
  String name();

  /**
   * Returns the version of what this computes, which is part of the fingerprint of every metric
   * that uses it. Count it up when the same values would finish to something else or when states
   * have other bytes: views of the old version are then not read any more.
   */
  default int version() {
    return 1;
  }

  /**
   * Returns the type of a finished value.
   *
   * @param arguments the types of the arguments in SQL
   * @throws IllegalArgumentException when it takes no such arguments, as a sentence
   */
  ColumnType type(List<ColumnType> arguments);

  /** Returns a new state of no value. */
  S empty();

  /**
   * Returns the state with the values of one more row in it; may change and return {@code state}.
   *
   * @param values one for each argument; the array is used again after the call
   */
  S lift(S state, Object[] values);

  /**
   * Returns the state of the values of both; may change and return {@code state}, but leaves {@code
   * other} as it is.
   */
  S merge(S state, S other);

  /** Returns the state as bytes, not null; leaves it as it is. */
  byte[] encode(S state);

  /** Returns the state that was {@linkplain #encode encoded} so. */
  S decode(byte[] bytes);

  /**
   * Returns the finished value, of the class that {@link #type} calls for; null is NULL. Leaves the
   * state as it is. The state may be {@linkplain #empty empty}.
   */
  Object finish(S state);

  /**
   * Returns about what a state takes on the heap, in bytes, for the memory that Braid accounts for;
   * leaves it as it is. Asked of a sample of the states every second or so. By default it is what
   * its {@linkplain #encode bytes} take, and those of two objects.
   */
  default long memoryBytes(S state) {
    return HeapSize.ofArray(encode(state).length, 1) + 2 * HeapSize.ofObject(2, Long.BYTES);
  }

  /** Returns how far a finished value may be from the true one, in words. */
  default String accuracy() {
    return "as its author says";
  }
}

package io.braid.fold;

/**
 * How much is remembered of event ids. Sizes of several partitions add up.
 *
 * @param ids held; in memory some of them may be forgotten already and not tidied away yet
 * @param bytes that they take: in memory those of the whole table, its empty places included
 */
public record CarrySize(long ids, long bytes) {

  /** Nothing is remembered. */
  public static final CarrySize NONE = new CarrySize(0, 0);

  /** Returns the sum of both. */
  public CarrySize plus(CarrySize other) {
    return new CarrySize(ids + other.ids, bytes + other.bytes);
  }
}

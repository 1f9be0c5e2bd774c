package io.braid.speed.worker;

import io.braid.fold.Carry;
import java.util.Optional;

/** Where the carry of a partition is known, because a run ended there. Safe to share. */
@FunctionalInterface
public interface KnownCarries {

  /** No carry is known. */
  KnownCarries NONE = (partition, from, to) -> Optional.empty();

  /**
   * A carry that is known.
   *
   * @param offset at which it is the carry
   */
  record At(long offset, Carry carry) {}

  /**
   * Returns the carry that is known at the highest offset of a range.
   *
   * @param from inclusive
   * @param to inclusive
   */
  Optional<At> highest(int partition, long from, long to);
}

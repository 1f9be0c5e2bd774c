package io.braid.aggregate;

/** An exact sum, from which a mean can be had with one rounding. */
abstract class SumAccumulators extends Accumulators {

  /** Returns whether no value was lifted into {@code group}. */
  abstract boolean isEmpty(int group);

  /** Returns the exact sum of {@code group}, which is not empty, divided by {@code count}. */
  abstract double mean(int group, long count);
}

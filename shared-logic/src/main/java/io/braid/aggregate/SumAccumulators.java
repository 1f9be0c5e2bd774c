package io.braid.aggregate;

import io.braid.column.ColumnType;

/** An exact sum, from which a mean can be had with one rounding. */
abstract class SumAccumulators extends Accumulators {

  /** Returns empty sums of numbers of a type. */
  static SumAccumulators of(ColumnType summed) {
    return switch (summed.kind()) {
      case DOUBLE -> new DoubleSumAccumulators();
      case DECIMAL -> new DecimalSumAccumulators(summed.scale());
      default -> new IntegerSumAccumulators();
    };
  }

  /** Returns the type of a sum of numbers of a type. */
  static ColumnType type(ColumnType summed) {
    return summed.kind() == ColumnType.Kind.DOUBLE
        ? ColumnType.DOUBLE
        : ColumnType.decimal(ColumnType.MAX_PRECISION, summed.scale());
  }

  /** Returns what an ordinary sum takes; one of far-apart doubles takes more. */
  static String bytesPerGroup(ColumnType summed) {
    return switch (summed.kind()) {
      case DECIMAL -> "48";
      default -> "17";
    };
  }

  /** Returns whether no value was lifted into {@code group}. */
  abstract boolean isEmpty(int group);

  /** Returns whether the sum of {@code group} is a number: neither infinite nor NaN. */
  boolean isFinite(int group) {
    return true;
  }

  /**
   * Returns the exact sum of {@code group}, which is not empty and finite; of decimals the unscaled
   * one.
   */
  abstract Dyadic exact(int group);

  /** Returns the exact sum of {@code group}, which is not empty, divided by {@code count}. */
  abstract double mean(int group, long count);
}

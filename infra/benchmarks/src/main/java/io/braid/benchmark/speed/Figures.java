package io.braid.benchmark.speed;

import java.util.Arrays;
import java.util.List;

/** Medians and quantiles of what was measured. */
final class Figures {

  private Figures() {}

  /** Returns the median; of an even number the mean of both in the middle. */
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /**
   * Returns the least value that at least a share {@code q} of all are at or below.
   *
   * @param values sorted by this method
   */
  static long quantile(long[] values, double q) {
    Arrays.sort(values);
    return values[Math.max(0, (int) Math.ceil(q * values.length) - 1)];
  }

  /** Returns {@code median [least, greatest]}. */
  static String spread(List<Double> values, String format) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double greatest = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return (format + " [" + format + ", " + format + "]")
        .formatted(median(values), least, greatest);
  }
}

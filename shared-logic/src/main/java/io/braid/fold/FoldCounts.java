package io.braid.fold;

import java.util.ArrayList;
import java.util.List;

/**
 * What a fold counted over a range of the log. Counts of adjoining ranges add up.
 *
 * @param records read, dead letters included
 * @param deadLetters records that are part of no view
 * @param duplicates records whose id was remembered
 * @param late for each metric: events that came late, folded or dropped
 * @param expressionErrors for each metric: values that an error made NULL
 * @param diverted events that at least one metric dropped as late
 */
public record FoldCounts(
    long records,
    long deadLetters,
    long duplicates,
    List<Long> late,
    List<Long> expressionErrors,
    long diverted) {

  public FoldCounts {
    late = List.copyOf(late);
    expressionErrors = List.copyOf(expressionErrors);
  }

  /** Returns zero counts for {@code metrics} metrics. */
  public static FoldCounts zero(int metrics) {
    List<Long> zeros = new ArrayList<>();
    for (int i = 0; i < metrics; i++) {
      zeros.add(0L);
    }
    return new FoldCounts(0, 0, 0, zeros, zeros, 0);
  }

  /** Returns the sum of both. */
  public FoldCounts plus(FoldCounts other) {
    return new FoldCounts(
        records + other.records,
        deadLetters + other.deadLetters,
        duplicates + other.duplicates,
        sum(late, other.late),
        sum(expressionErrors, other.expressionErrors),
        diverted + other.diverted);
  }

  private static List<Long> sum(List<Long> left, List<Long> right) {
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      sums.add(left.get(i) + right.get(i));
    }
    return sums;
  }
}

package io.braid.fold;

import java.util.ArrayList;
import java.util.List;

/**
 * What a fold counted over a range of the log. Counts of adjoining ranges add up.
 *
 * @param records read, dead letters included
 * @param deadLetters records that are part of no view
 * @param duplicates records whose id was remembered
 * @param late for each metric: events that were late when they were folded
 * @param expressionErrors for each metric: values that an error made NULL
 */
public record FoldCounts(
    long records, long deadLetters, long duplicates, List<Long> late, List<Long> expressionErrors) {

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
    return new FoldCounts(0, 0, 0, zeros, zeros);
  }

  /** Returns the sum of both. */
  public FoldCounts plus(FoldCounts other) {
    return new FoldCounts(
        records + other.records,
        deadLetters + other.deadLetters,
        duplicates + other.duplicates,
        sum(late, other.late),
        sum(expressionErrors, other.expressionErrors));
  }

  private static List<Long> sum(List<Long> left, List<Long> right) {
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      sums.add(left.get(i) + right.get(i));
    }
    return sums;
  }
}

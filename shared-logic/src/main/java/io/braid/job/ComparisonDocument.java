package io.braid.job;

import io.braid.log.Position;
import java.util.List;
import java.util.Map;

/**
 * A comparison as users see it: every row of every metric, on both sides, at one position.
 *
 * @param position both sides hold the log up to here; null until it is pinned
 * @param left what was compared: {@code merged}, {@code batch}, {@code speed} or {@code
 *     replay:<id>}
 * @param right with what
 * @param equal whether no row differs; null until completed
 * @param metrics by name
 * @param error what went wrong, in one or two sentences; null unless failed
 */
public record ComparisonDocument(
    String id,
    String source,
    State state,
    Position position,
    String left,
    String right,
    Boolean equal,
    Map<String, MetricComparison> metrics,
    String error) {

  /** Where a comparison stands; in JSON in small letters. */
  public enum State {
    /** Replays or compares. */
    running,
    /** The figures are final. */
    completed,
    /** Ended without figures; {@code error} says why. */
    failed
  }

  /**
   * The rows of one metric.
   *
   * @param rowsEqual keys on both sides whose every column is the same
   * @param rowsDiffering keys on both sides with a column that is not
   * @param onlyLeft keys that the right side lacks
   * @param onlyRight keys that the left side lacks
   * @param classes how many of the differing rows each class of difference explains
   * @param samples some of the rows that are not equal
   */
  public record MetricComparison(
      long rowsEqual,
      long rowsDiffering,
      long onlyLeft,
      long onlyRight,
      Map<String, Long> classes,
      List<Sample> samples) {}

  /**
   * A row that is not equal on both sides.
   *
   * @param key group columns and window start, by name
   * @param left the row's values by column; null when it is only on the right
   * @param right the row's values by column; null when it is only on the left
   */
  public record Sample(
      Map<String, Object> key, Map<String, Object> left, Map<String, Object> right) {}
}

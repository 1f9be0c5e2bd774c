package io.braid.serving.compare;

import io.braid.job.ComparisonDocument.MetricComparison;
import io.braid.job.ComparisonDocument.Sample;
import io.braid.serving.query.FinishedRows;
import io.braid.serving.query.FinishedRows.Named;
import io.braid.serving.query.JsonValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares the finished rows of one metric: rows belong together when group columns and window
 * start are equal, and are equal when every value is, to the last bit. One use, one thread.
 */
final class RowComparison {

  /** Enough to see a pattern, few enough to read. */
  private static final int MAX_SAMPLES = 20;

  private final FinishedRows left;
  private final FinishedRows right;
  private final List<Sample> samples = new ArrayList<>();
  private long equal;
  private long differing;
  private long onlyLeft;

  private RowComparison(FinishedRows left, FinishedRows right) {
    this.left = left;
    this.right = right;
  }

  /**
   * Returns the figures of both sides.
   *
   * @param explanation the class of every difference, if there is any
   */
  static MetricComparison of(FinishedRows left, FinishedRows right, String explanation) {
    return new RowComparison(left, right).run(explanation);
  }

  private MetricComparison run(String explanation) {
    Map<List<Object>, Integer> unmatched = new HashMap<>();
    for (int row = 0; row < right.size(); row++) {
      unmatched.put(key(right, row), row);
    }
    for (int row = 0; row < left.size(); row++) {
      Integer match = unmatched.remove(key(left, row));
      if (match == null) {
        onlyLeft++;
        sample(new Sample(values(left.key(), row), values(left.columns(), row), null));
      } else if (equal(row, match)) {
        equal++;
      } else {
        differing++;
        sample(
            new Sample(
                values(left.key(), row),
                values(left.columns(), row),
                values(right.columns(), match)));
      }
    }
    unmatched.values().stream()
        .sorted()
        .limit(MAX_SAMPLES)
        .forEach(
            row ->
                sample(new Sample(values(right.key(), row), null, values(right.columns(), row))));
    long onlyRight = unmatched.size();
    long unequal = differing + onlyLeft + onlyRight;
    return new MetricComparison(
        equal,
        differing,
        onlyLeft,
        onlyRight,
        unequal == 0 ? Map.of() : Map.of(explanation, unequal),
        samples);
  }

  private void sample(Sample sample) {
    if (samples.size() < MAX_SAMPLES) {
      samples.add(sample);
    }
  }

  private boolean equal(int leftRow, int rightRow) {
    for (int i = 0; i < left.columns().size(); i++) {
      // Boxed doubles are equal when their bits are, with one NaN; decimals when digits and scale
      // are.
      Object leftValue = left.columns().get(i).values().value(leftRow);
      if (!Objects.equals(leftValue, right.columns().get(i).values().value(rightRow))) {
        return false;
      }
    }
    return true;
  }

  private static List<Object> key(FinishedRows rows, int row) {
    List<Object> key = new ArrayList<>(rows.key().size());
    rows.key().forEach(column -> key.add(column.values().value(row)));
    return key;
  }

  private static Map<String, Object> values(List<Named> columns, int row) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column.name(), JsonValues.of(column.values(), row)));
    return values;
  }
}

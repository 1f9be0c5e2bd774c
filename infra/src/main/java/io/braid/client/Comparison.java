package io.braid.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a completed comparison found.
 *
 * @param metrics one entry per compared metric, in the server's order
 */
public record Comparison(List<Metric> metrics) {

  /** Copies the list. */
  public Comparison {
    metrics = List.copyOf(metrics);
  }

  /**
   * One metric's rows.
   *
   * @param equal rows that are the same on both sides
   * @param differing rows on both sides with other values
   * @param onlyLeft rows that only the left side has
   * @param onlyRight rows that only the right side has
   * @param classes how the differences are explained, as JSON; empty when there are none
   */
  public record Metric(
      String name, long equal, long differing, long onlyLeft, long onlyRight, String classes) {

    long unequal() {
      return differing + onlyLeft + onlyRight;
    }

    String line() {
      if (unequal() == 0) {
        return name + ": " + equal + " rows equal, 0 differ";
      }
      return String.format(
          "%s: %d rows equal, %d differ (%d other values, %d only left, %d only right)%s",
          name,
          equal,
          unequal(),
          differing,
          onlyLeft,
          onlyRight,
          classes.isEmpty() ? "" : " " + classes);
    }
  }

  /** Reads the job document of a completed comparison. */
  public static Comparison of(JsonNode document) {
    List<Metric> metrics = new ArrayList<>();
    document
        .path("metrics")
        .properties()
        .forEach(
            entry -> {
              JsonNode counts = entry.getValue();
              JsonNode classes = counts.path("classes");
              metrics.add(
                  new Metric(
                      entry.getKey(),
                      counts.path("rows_equal").asLong(),
                      counts.path("rows_differing").asLong(),
                      counts.path("only_left").asLong(),
                      counts.path("only_right").asLong(),
                      classes.isEmpty() ? "" : classes.toString()));
            });
    return new Comparison(metrics);
  }

  /** Returns the number of rows that are not the same on both sides. */
  public long differing() {
    return metrics.stream().mapToLong(Metric::unequal).sum();
  }

  /** Returns one line per metric and, last, {@code comparison: N rows equal, M differ}. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    metrics.forEach(metric -> lines.add(metric.line()));
    long equal = metrics.stream().mapToLong(Metric::equal).sum();
    lines.add("comparison: " + equal + " rows equal, " + differing() + " differ");
    return lines;
  }
}

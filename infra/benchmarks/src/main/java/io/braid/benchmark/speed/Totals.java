package io.braid.benchmark.speed;

import java.util.Locale;
import java.util.Map;

/**
 * What the rows of a metric add up to: enough to see whether two contestants did the same work.
 *
 * @param rows service, country and minute
 * @param viewers distinct users, added up over the rows
 */
record Totals(long rows, long plays, long errors, double totalMs, double maxMs, long viewers) {

  /** Of sums in other orders; a single event weighs far more. */
  private static final double TOLERANCE = 1e-9;

  /** Returns whether both are the same work; sums of doubles may differ in their last digits. */
  boolean agreesWith(Totals other) {
    return rows == other.rows
        && plays == other.plays
        && errors == other.errors
        && maxMs == other.maxMs
        && viewers == other.viewers
        && Math.abs(totalMs - other.totalMs) <= TOLERANCE * Math.abs(totalMs);
  }

  /** Returns the figures as {@code name=value}, with blanks between. */
  String line() {
    return String.format(
        Locale.ROOT,
        "rows=%d plays=%d errors=%d total_ms=%s max_ms=%s viewers=%d",
        rows,
        plays,
        errors,
        totalMs,
        maxMs,
        viewers);
  }

  /** Reads the figures of {@link #line}. */
  static Totals of(Map<String, String> figures) {
    return new Totals(
        Long.parseLong(figures.get("rows")),
        Long.parseLong(figures.get("plays")),
        Long.parseLong(figures.get("errors")),
        Double.parseDouble(figures.get("total_ms")),
        Double.parseDouble(figures.get("max_ms")),
        Long.parseLong(figures.get("viewers")));
  }
}

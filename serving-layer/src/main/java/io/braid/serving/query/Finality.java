package io.braid.serving.query;

import io.braid.definition.Metric;
import io.braid.fold.SourceRules;
import io.braid.time.Granularity;
import io.braid.time.Window;
import java.util.OptionalLong;

/**
 * Tells which rows of an answer are final: no event in time can change them any more. With windows
 * of 10 ms and an allowed lateness of 5 ms, window {@code [0, 10)} is final from watermark 15 on.
 *
 * @param window of the metric
 * @param granularity of the answer
 * @param toMs only windows that start before here; Long.MAX_VALUE for no bound
 * @param allowedLatenessMs of the source
 * @param watermarkMs of the source at the answer's position; empty when it is not known for every
 *     partition, and then nothing is final
 */
record Finality(
    Window window,
    Granularity granularity,
    long toMs,
    long allowedLatenessMs,
    OptionalLong watermarkMs) {

  /** Judges the rows of an answer to {@code request}. */
  static Finality of(
      Metric metric, QueryRequest request, SourceRules rules, OptionalLong watermarkMs) {
    return new Finality(
        metric.plan().schema().window(),
        request.granularity(),
        request.toMs(),
        rules.allowedLateness().toMillis(),
        watermarkMs);
  }

  /** Returns whether a row can be final at all. */
  private boolean isPossible() {
    // Without a window nothing is late, and without an end a later event joins the row of all.
    boolean ends = granularity != Granularity.ALL || toMs != Long.MAX_VALUE;
    return window.exists() && ends && watermarkMs.isPresent();
  }

  /**
   * Returns whether a row is final.
   *
   * @param windowEndMs exclusive, as the row shows it
   */
  boolean isFinal(long windowEndMs) {
    if (!isPossible()) {
      return false;
    }
    long endMs = windowEndMs;
    if (granularity == Granularity.ALL) {
      // A pane that is empty so far belongs to the row too.
      endMs = Math.max(endMs, window.paneEnd(window.paneStart(toMs - 1)));
    }
    return window.finalFrom(endMs) + allowedLatenessMs <= watermarkMs.getAsLong();
  }
}

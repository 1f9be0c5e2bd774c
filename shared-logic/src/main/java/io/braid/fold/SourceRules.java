package io.braid.fold;

import java.time.Duration;
import java.util.Optional;

/**
 * How a fold treats the events of a source.
 *
 * @param watermarkDelay how far behind the highest event time the watermark stays
 * @param idleAfter a partition without a record for so long does not hold the source's watermark
 *     back
 * @param deduplicateWithin how long an event id is remembered, in watermark time; empty: no
 *     duplicates
 * @param late what becomes of late events
 * @param allowedLateness how long after its end a window is still on time, in watermark time
 * @param deduplicateBudgetBytes how much memory the ids of one partition may take in one fold; no
 *     part of fingerprints, because it decides whether there is a result and not which
 */
public record SourceRules(
    Duration watermarkDelay,
    Duration idleAfter,
    Optional<Duration> deduplicateWithin,
    LateRule late,
    Duration allowedLateness,
    long deduplicateBudgetBytes) {

  /**
   * Room for some eight million ids a partition. Twice that many bytes are in use while a run takes
   * over, and half as many again while the table grows, so that four busy partitions fit into the
   * usual heap of 4 GB.
   */
  public static final long DEFAULT_BUDGET_BYTES = 256L << 20;

  /** Makes rules with the default budget. */
  public SourceRules(
      Duration watermarkDelay,
      Duration idleAfter,
      Optional<Duration> deduplicateWithin,
      LateRule late,
      Duration allowedLateness) {
    this(watermarkDelay, idleAfter, deduplicateWithin, late, allowedLateness, DEFAULT_BUDGET_BYTES);
  }
}

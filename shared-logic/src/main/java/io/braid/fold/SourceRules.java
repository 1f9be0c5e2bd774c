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
 */
public record SourceRules(
    Duration watermarkDelay,
    Duration idleAfter,
    Optional<Duration> deduplicateWithin,
    LateRule late,
    Duration allowedLateness) {}

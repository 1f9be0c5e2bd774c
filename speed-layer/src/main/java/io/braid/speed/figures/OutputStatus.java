package io.braid.speed.figures;

import io.braid.speed.sink.SinkFigures;

/**
 * What left Braid from one source since its process started.
 *
 * @param waiting outputs that were handed over and are not emitted yet
 * @param delivered outputs that stand with their position
 * @param again outputs that were emitted once more
 * @param withoutContent outputs that went without key and value
 * @param leftOut outputs that are lost
 * @param failures times the sink failed
 * @param commits that reached the broker
 * @param commitNanos what these took together
 */
public record OutputStatus(
    long waiting,
    long delivered,
    long again,
    long withoutContent,
    long leftOut,
    long failures,
    long commits,
    long commitNanos) {

  /** Returns what a sink has done. */
  public static OutputStatus of(long waiting, SinkFigures sink) {
    return new OutputStatus(
        waiting,
        sink.delivered(),
        sink.emittedAgain(),
        sink.withoutContent(),
        sink.leftOut(),
        sink.failures(),
        sink.commits(),
        sink.commitNanos());
  }
}

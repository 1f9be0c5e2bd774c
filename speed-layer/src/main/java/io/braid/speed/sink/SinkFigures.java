package io.braid.speed.sink;

import java.util.concurrent.atomic.LongAdder;

/** What a sink has done since it was opened. Written by its thread, read by any. */
public final class SinkFigures {

  private final LongAdder delivered = new LongAdder();
  private final LongAdder emittedAgain = new LongAdder();
  private final LongAdder withoutContent = new LongAdder();
  private final LongAdder leftOut = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder commits = new LongAdder();
  private final LongAdder commitNanos = new LongAdder();
  private volatile long lastCommitNanos;

  SinkFigures() {}

  /** Returns outputs that stand with their position; at most once: that were sent. */
  public long delivered() {
    return delivered.sum();
  }

  /** Returns outputs that this sink had been given before. */
  public long emittedAgain() {
    return emittedAgain.sum();
  }

  /** Returns outputs that were too large for their topic and went without key and value. */
  public long withoutContent() {
    return withoutContent.sum();
  }

  /**
   * Returns outputs that are lost: those that their topic takes in no form, and what at most once
   * could not send.
   */
  public long leftOut() {
    return leftOut.sum();
  }

  /** Returns how often the sink stopped with an {@link UndeliveredException}. */
  public long failures() {
    return failures.sum();
  }

  /** Returns successful commits that reached the broker. */
  public long commits() {
    return commits.sum();
  }

  /** Returns how long all of these commits took together, in nanoseconds. */
  public long commitNanos() {
    return commitNanos.sum();
  }

  /** Returns how long the latest of these commits took, in nanoseconds. */
  public long lastCommitNanos() {
    return lastCommitNanos;
  }

  void countDelivered(long outputs) {
    delivered.add(outputs);
  }

  void countEmittedAgain() {
    emittedAgain.increment();
  }

  void countWithoutContent() {
    withoutContent.increment();
  }

  void countLeftOut(long outputs) {
    leftOut.add(outputs);
  }

  void countFailure() {
    failures.increment();
  }

  void countCommit(long nanos) {
    commits.increment();
    commitNanos.add(nanos);
    lastCommitNanos = nanos;
  }
}

package io.braid.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.braid.log.Position;

/**
 * A batch run as users see it.
 *
 * @param progress 0 to 1
 * @param events records folded so far
 * @param cut the log ends seen at the request; null until they are known
 * @param error what went wrong, in one or two sentences; null unless failed
 */
public record RunDocument(
    String id,
    String source,
    String mode,
    State state,
    double progress,
    long events,
    Position cut,
    String error) {

  /** Where a run stands; in JSON in small letters. */
  public enum State {
    /** Waits for another run of its source. */
    queued,
    /** Archives or folds. */
    running,
    /** Queries are served from it, or were until a later one took over. */
    published,
    /** Ended without effect; {@code error} says why. */
    failed,
    /** Stopped on request; nothing of it is left. */
    cancelled
  }

  /** Returns whether nothing about it will change any more. */
  @JsonIgnore
  public boolean isFinal() {
    return state != State.queued && state != State.running;
  }
}

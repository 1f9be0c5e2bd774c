package io.braid.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.braid.log.Position;

/**
 * A replay as users see it.
 *
 * @param position the next offset of each partition
 * @param end where it will be complete
 * @param events records folded so far
 * @param lag offsets between position and end, over all partitions
 * @param error what went wrong, in one or two sentences; null unless failed
 */
public record ReplayDocument(
    String id,
    String source,
    State state,
    Position position,
    Position end,
    long events,
    long lag,
    String error) {

  /** Where a replay stands; in JSON in small letters. */
  public enum State {
    /** Folds. */
    running,
    /** Its view is whole up to {@code end}. */
    completed,
    /** Ended without a view; {@code error} says why. */
    failed,
    /** Stopped on request. */
    cancelled,
    /** Queries are served from it. */
    promoted
  }

  /** Returns whether it folds no further. */
  @JsonIgnore
  public boolean isFinal() {
    return state != State.running;
  }
}

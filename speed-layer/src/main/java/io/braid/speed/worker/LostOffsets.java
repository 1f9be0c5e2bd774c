package io.braid.speed.worker;

import io.braid.speed.generation.LiveFold;

/** What becomes of offsets that the log lost before a fold came to them. */
@FunctionalInterface
public interface LostOffsets {

  /** The fold does without them, and says so. */
  LostOffsets SKIPPED = LiveFold::skipLost;

  /**
   * Brings a fold to an offset.
   *
   * @param start the first offset that the log has, above the fold's position
   */
  void pass(LiveFold fold, long start);
}

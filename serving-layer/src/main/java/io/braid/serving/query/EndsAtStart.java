package io.braid.serving.query;

import io.braid.log.Position;

/**
 * Where the log of a source ended when a server came up: an answer from below lacks something.
 *
 * @param position the ends
 * @param askedMs when they were asked, epoch milliseconds; 0 when nothing is known
 */
public record EndsAtStart(Position position, long askedMs) {

  /** Nothing is known. */
  public static final EndsAtStart NONE = new EndsAtStart(Position.NONE, 0);
}

package io.braid.log;

/** A topic cannot be a source as it is; the message says why and what to change. */
public final class TopicRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TopicRefusedException(String message) {
    super(message);
  }
}

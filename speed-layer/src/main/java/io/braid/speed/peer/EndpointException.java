package io.braid.speed.peer;

/** A worker cannot listen where it should; the message says what to change. */
public final class EndpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EndpointException(String message, Throwable cause) {
    super(message, cause);
  }
}

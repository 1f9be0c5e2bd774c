package io.braid.speed.sink;

/**
 * Something could not be sent; what was sent since the last successful flush has to be sent again.
 */
public final class UndeliveredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UndeliveredException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.braid.speed.peer;

/** A request that a worker does not answer; the message is for the log of the server that asked. */
final class RefusedReadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedReadException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns the HTTP status. */
  int status() {
    return status;
  }
}

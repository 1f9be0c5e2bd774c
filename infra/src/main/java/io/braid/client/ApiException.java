package io.braid.client;

import java.io.Serial;

/** A request to a Braid did not succeed. The message is a plain line for people. */
public final class ApiException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** Instead of a status when no answer came: the server is not there, or too slow. */
  private static final int NO_ANSWER = 0;

  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  static ApiException withoutAnswer(String message, Throwable cause) {
    ApiException exception = new ApiException(NO_ANSWER, message);
    exception.initCause(cause);
    return exception;
  }

  /** Returns whether the request itself was wrong (400, 404): the same one will fail again. */
  public boolean isWrongRequest() {
    return status == 400 || status == 404;
  }
}

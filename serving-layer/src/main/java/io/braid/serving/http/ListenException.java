package io.braid.serving.http;

/** The server cannot listen where it should; the message says where, why and what to do. */
public final class ListenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}

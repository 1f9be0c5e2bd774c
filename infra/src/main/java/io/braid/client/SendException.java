package io.braid.client;

import java.io.Serial;

/** Events could not be written to a topic. The message is a plain line for people. */
public final class SendException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  SendException(String message, Throwable cause) {
    super(message, cause);
  }
}

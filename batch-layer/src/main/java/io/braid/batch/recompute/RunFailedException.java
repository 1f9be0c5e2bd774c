package io.braid.batch.recompute;

/** A run ended without effect; the message says why. The next run starts from the archive again. */
public final class RunFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}

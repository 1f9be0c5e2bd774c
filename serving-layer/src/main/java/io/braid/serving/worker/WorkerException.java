package io.braid.serving.worker;

/**
 * A worker that did not hand out its views. Asking another worker, or this one later, does no harm.
 */
public final class WorkerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WorkerException(String message) {
    super(message);
  }

  WorkerException(String message, Throwable cause) {
    super(message, cause);
  }
}

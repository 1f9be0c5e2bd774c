package io.braid.serving.worker;

/**
 * A worker that did not hand out its views. Asking another worker, or this one later, does no harm.
 */
public final class WorkerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean ofAllQueries;

  private WorkerException(String message, Throwable cause, boolean ofAllQueries) {
    super(message, cause);
    this.ofAllQueries = ofAllQueries;
  }

  /** Returns a failure that says nothing of what else the worker is asked. */
  static WorkerException ofThisQuery(String message, Throwable cause) {
    return new WorkerException(message, cause, false);
  }

  /** Returns a failure that whatever else the worker is asked will meet too. */
  static WorkerException ofAllQueries(String message, Throwable cause) {
    return new WorkerException(message, cause, true);
  }

  /** Returns whether the worker cannot be asked anything now. */
  boolean isOfAllQueries() {
    return ofAllQueries;
  }
}

package io.braid.speed.sink;

/**
 * Outputs or their position do not stand. The sink takes nothing more until {@link Sink#resume},
 * which says from where outputs have to be emitted again.
 */
public final class UndeliveredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean anotherOwner;

  UndeliveredException(String message, boolean anotherOwner, Throwable cause) {
    super(message, cause);
    this.anotherOwner = anotherOwner;
  }

  /**
   * Returns whether the broker refused because this process is not, or no longer, the owner of what
   * it emitted for. What is still its own can be emitted again.
   */
  public boolean anotherOwner() {
    return anotherOwner;
  }
}

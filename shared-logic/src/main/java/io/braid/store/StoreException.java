package io.braid.store;

/**
 * The store cannot be read or written; the message says where and why. Worth a retry once mended.
 */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}

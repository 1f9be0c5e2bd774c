package io.braid.launcher;

import java.io.Serial;

/**
 * The command could not be done, though nothing is wrong with how it was given. The message is
 * shown as it stands, and the exit code is 1.
 */
public final class CommandFailedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** Takes a message of one or two plain lines: cause, place, what to do. */
  public CommandFailedException(String message) {
    super(message);
  }

  /** As above, with what was found underneath; shown with {@code --verbose} only. */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}

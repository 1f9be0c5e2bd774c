package io.braid.launcher;

import java.io.Serial;

/**
 * What the user gave, on the command line or in a definition, cannot work: fix it and try again.
 * The message is shown as it stands, and the exit code is 2.
 */
public final class WrongInputException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** Takes a message of one or two plain lines: cause, place, what to do. */
  public WrongInputException(String message) {
    super(message);
  }

  /** As above, with what was found underneath; shown with {@code --verbose} only. */
  public WrongInputException(String message, Throwable cause) {
    super(message, cause);
  }
}

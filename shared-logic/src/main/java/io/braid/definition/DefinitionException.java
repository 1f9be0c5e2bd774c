package io.braid.definition;

/**
 * A mistake in a definition. The message is a plain sentence that starts with the place, {@code
 * braid.yaml:12:7: unknown key …}, names what was found and what is valid. Trying again without
 * changing the definition does not help.
 */
public final class DefinitionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  DefinitionException(String file, int line, int column, String message, Throwable cause) {
    super("%s:%d:%d: %s".formatted(file, line, column, message), cause);
    this.line = line;
    this.column = column;
  }

  /** The whole file is at fault. */
  public DefinitionException(String file, String message, Throwable cause) {
    super(file + ": " + message, cause);
    this.line = 0;
    this.column = 0;
  }

  /** Returns the line of the mistake, from 1; 0 when the file as a whole is at fault. */
  public int line() {
    return line;
  }

  /** Returns the column of the mistake in code points, from 1; 0 when there is no line. */
  public int column() {
    return column;
  }
}

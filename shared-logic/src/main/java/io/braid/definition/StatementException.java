package io.braid.definition;

/** A mistake in a statement, placed inside the statement's own text. */
final class StatementException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * @param line in the statement, from 1
   * @param column in chars, from 1
   */
  StatementException(int line, int column, String message, Throwable cause) {
    super(message, cause);
    this.line = line;
    this.column = column;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }
}

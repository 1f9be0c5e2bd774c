package io.braid.definition;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

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

  /** Returns a mistake at the start of a piece of the statement. */
  static StatementException at(SqlNode node, String message) {
    return at(node, message, null);
  }

  /** Returns a mistake at the start of a piece of the statement. */
  static StatementException at(SqlNode node, String message, Throwable cause) {
    SqlParserPos position = node.getParserPosition();
    return new StatementException(
        Math.max(position.getLineNum(), 1), Math.max(position.getColumnNum(), 1), message, cause);
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }
}

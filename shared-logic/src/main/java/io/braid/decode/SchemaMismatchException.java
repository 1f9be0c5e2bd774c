package io.braid.decode;

import java.util.List;

/**
 * A column cannot be read from records of a schema. The message says what the column and the schema
 * have at the place in question.
 */
public final class SchemaMismatchException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int column;
  private final String unknown;
  private final transient List<String> valid;

  SchemaMismatchException(int column, String message) {
    this(column, message, "", List.of());
  }

  SchemaMismatchException(int column, String message, String unknown, List<String> valid) {
    super(message);
    this.column = column;
    this.unknown = unknown;
    this.valid = valid;
  }

  /** Returns the index of the column in the {@link RecordSchema}. */
  public int column() {
    return column;
  }

  /** Returns the name that the schema does not have; empty when names are not what is wrong. */
  public String unknown() {
    return unknown;
  }

  /** Returns the names that stand in the place of {@link #unknown}. */
  public List<String> valid() {
    return valid;
  }
}

package io.braid.decode;

import io.braid.column.ColumnType;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The typed columns of a source's records.
 *
 * @param columns in the order of the definition; indexes into it are used everywhere
 * @param eventTimeIndex the column that holds event time, a TIMESTAMP
 * @param maxFuture a record dated further than this after its own timestamp is a dead letter
 */
public record RecordSchema(List<Field> columns, int eventTimeIndex, Duration maxFuture) {

  /**
   * One column.
   *
   * @param path that leads to the value inside the record
   */
  public record Field(String name, ColumnType type, FieldPath path) {

    /** Makes a column of the value that these names lead to, outermost first. */
    public Field(String name, ColumnType type, List<String> names) {
      this(name, type, FieldPath.ofNames(names));
    }
  }

  public RecordSchema {
    columns = List.copyOf(columns);
    ColumnType eventTime = columns.get(eventTimeIndex).type();
    if (!eventTime.equals(ColumnType.TIMESTAMP)) {
      throw new IllegalArgumentException(
          "Invalid event time column %s: %s, must be timestamp"
              .formatted(columns.get(eventTimeIndex).name(), eventTime));
    }
  }

  /**
   * Returns the index of the column called {@code name}.
   *
   * @throws NoSuchElementException when there is none
   */
  public int index(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new NoSuchElementException("No column " + name + " among " + columns);
  }
}

package io.braid.view;

import io.braid.aggregate.Aggregate;
import io.braid.column.ColumnType;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * What a view holds: its group key, its window and its aggregates.
 *
 * <p>The <em>finished</em> form of a view is a batch whose columns are, in this order: the keys;
 * {@code window_start} and {@code window_end} (TIMESTAMP) when there is a window; one column for
 * each aggregate. Expressions of {@link OutputColumn} refer to these indexes.
 *
 * @param keys the group columns, as in GROUP BY
 * @param window how event time is sliced
 * @param aggregates what is accumulated for each (key, pane) or (key, session)
 */
public record ViewSchema(List<Key> keys, Window window, List<Aggregate> aggregates) {

  /**
   * One group column.
   *
   * @param name the column's own name, or the alias of the expression
   */
  public record Key(String name, ColumnType type) {}

  public ViewSchema {
    keys = List.copyOf(keys);
    aggregates = List.copyOf(aggregates);
  }

  /** Returns whether the stored form has the last event time of each row, behind the pane. */
  public boolean keepsLast() {
    return window instanceof Window.Session;
  }

  /**
   * Returns the index of the number of events in the stored form, see {@link View#stored}; the
   * states of the aggregates follow it.
   */
  public int storedRowsIndex() {
    return keys.size() + (keepsLast() ? 2 : 1);
  }

  /** Returns the index of {@code window_start} in the finished form; the end follows it. */
  public int windowStartIndex() {
    return keys.size();
  }

  /** Returns the index of the first aggregate in the finished form. */
  public int firstAggregateIndex() {
    return keys.size() + (window.exists() ? 2 : 0);
  }

  /** Returns the column types of the finished form. */
  public List<ColumnType> finishedTypes() {
    List<ColumnType> types = new ArrayList<>();
    keys.forEach(key -> types.add(key.type()));
    if (window.exists()) {
      types.add(ColumnType.TIMESTAMP);
      types.add(ColumnType.TIMESTAMP);
    }
    aggregates.forEach(aggregate -> types.add(aggregate.type()));
    return types;
  }
}

package io.braid.definition;

import io.braid.time.Window;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.util.Litmus;

/**
 * What stands in GROUP BY.
 *
 * @param items all of it, in order
 * @param windowCall the item that is the window
 * @param window that it stands for
 */
record Grouping(List<SqlNode> items, Optional<SqlCall> windowCall, Window window) {

  /** No GROUP BY. */
  static final Grouping NONE = new Grouping(List.of(), Optional.empty(), new Window.None());

  Grouping {
    items = List.copyOf(items);
  }

  /** Returns the items without the window, in order. */
  List<SqlNode> keys() {
    return items.stream().filter(item -> !isWindow(item)).toList();
  }

  private boolean isWindow(SqlNode item) {
    return windowCall.isPresent() && item == windowCall.get();
  }

  /** Returns whether {@code node}, normalised, is an item other than the window. */
  boolean isKey(SqlNode node) {
    return keys().stream().anyMatch(key -> key.equalsDeep(node, Litmus.IGNORE));
  }
}

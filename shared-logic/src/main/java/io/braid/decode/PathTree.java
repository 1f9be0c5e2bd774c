package io.braid.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ways to the columns of a record as one tree: a node is a column's value itself, or has names,
 * or elements, or both, on the way to columns.
 */
final class PathTree {

  private static final int[] NO_INDEXES = {};

  private final Map<String, PathTree> names = new TreeMap<>();
  private final Map<Integer, PathTree> elements = new TreeMap<>();
  private int column = -1;

  /** Returns the tree of all columns' paths, of which none leads to or into another. */
  static PathTree of(RecordSchema schema) {
    PathTree root = new PathTree();
    for (int i = 0; i < schema.columns().size(); i++) {
      PathTree node = root;
      for (FieldPath.Step step : schema.columns().get(i).path().steps()) {
        node =
            step instanceof FieldPath.Index index
                ? node.elements.computeIfAbsent(index.index(), unused -> new PathTree())
                : node.names.computeIfAbsent(
                    ((FieldPath.Name) step).name(), unused -> new PathTree());
      }
      node.column = i;
    }
    return root;
  }

  /** Returns the column whose value this is; -1 when columns lie further inside. */
  int column() {
    return column;
  }

  /** Returns any column at this node or inside it. */
  int anyColumn() {
    PathTree node = this;
    while (node.column < 0) {
      node = (node.names.isEmpty() ? node.elements : node.names).values().iterator().next();
    }
    return node.column;
  }

  /** Returns the names that lead on. */
  Map<String, PathTree> names() {
    return names;
  }

  /** Returns the indexes of the elements that lead on, ascending. */
  int[] indexes() {
    return elements.isEmpty()
        ? NO_INDEXES
        : elements.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the nodes of {@link #indexes}, in that order. */
  List<PathTree> elements() {
    return new ArrayList<>(elements.values());
  }
}

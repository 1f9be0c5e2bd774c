package io.braid.view;

import io.braid.column.ColumnType;
import io.braid.expression.ColumnReference;
import io.braid.expression.Expression;
import java.util.Set;
import java.util.TreeSet;

/**
 * One item of a metric's SELECT list, evaluated when a row is finished.
 *
 * @param name the alias, or the plain column's name
 * @param expression over the finished form of the view, see {@link ViewSchema}
 */
public record OutputColumn(String name, Expression expression) {

  /** Returns the type of the values. */
  public ColumnType type() {
    return expression.type();
  }

  /** Returns the indexes of the finished form's columns that the expression reads. */
  public Set<Integer> reads() {
    Set<Integer> indexes = new TreeSet<>();
    ColumnReference.collect(expression, indexes);
    return indexes;
  }

  /** Returns whether this is the finished column at {@code index} itself. */
  public boolean isPlain(int index) {
    return expression instanceof ColumnReference reference && reference.index() == index;
  }
}

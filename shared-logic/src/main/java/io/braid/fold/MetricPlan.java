package io.braid.fold;

import io.braid.aggregate.Aggregate;
import io.braid.expression.ColumnReference;
import io.braid.expression.Expression;
import io.braid.view.OutputColumn;
import io.braid.view.ViewSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A metric's SQL, compiled: what a fold does with an event and what an answer shows of a view.
 *
 * @param where rows for which it is not true are not folded; BOOLEAN over the source's columns
 * @param keys the group columns over the source's columns, one for each key of {@code schema}
 * @param aggregates what is accumulated, one for each aggregate of {@code schema}
 * @param schema of the view
 * @param outputs the SELECT list, in order, over the finished form of the view
 */
public record MetricPlan(
    Optional<Expression> where,
    List<Expression> keys,
    List<AggregateCall> aggregates,
    ViewSchema schema,
    List<OutputColumn> outputs) {

  /**
   * One call of an aggregate.
   *
   * @param arguments over the source's columns; none for {@code COUNT(*)}
   * @param filter rows for which it is not true are not aggregated
   */
  public record AggregateCall(
      Aggregate aggregate, List<Expression> arguments, Optional<Expression> filter) {

    public AggregateCall {
      arguments = List.copyOf(arguments);
    }

    String text() {
      return aggregate.text()
          + (arguments.isEmpty()
              ? ""
              : arguments.stream()
                  .map(Expression::text)
                  .collect(Collectors.joining(", ", "[", "]")))
          + filter.map(expression -> " if " + expression.text()).orElse("");
    }
  }

  public MetricPlan {
    keys = List.copyOf(keys);
    aggregates = List.copyOf(aggregates);
    outputs = List.copyOf(outputs);
  }

  /** Returns whether events could be taken back from a view: each of its aggregates allows it. */
  public boolean isRetractable() {
    return aggregates.stream().allMatch(call -> call.aggregate().function().isRetractable());
  }

  /** Returns whether an aggregate needs the order of events. */
  boolean isOrdered() {
    return aggregates.stream().anyMatch(call -> call.aggregate().function().isOrdered());
  }

  /** Returns the indexes of the source's columns that folding reads. */
  public Set<Integer> reads() {
    Set<Integer> indexes = new TreeSet<>();
    where.ifPresent(expression -> ColumnReference.collect(expression, indexes));
    keys.forEach(expression -> ColumnReference.collect(expression, indexes));
    for (AggregateCall call : aggregates) {
      call.arguments().forEach(expression -> ColumnReference.collect(expression, indexes));
      call.filter().ifPresent(expression -> ColumnReference.collect(expression, indexes));
    }
    return indexes;
  }

  /**
   * Returns the normal form of what a view of this plan holds, without names and without the SELECT
   * list: reformatting the SQL, renaming an alias or changing an expression over aggregates leaves
   * it as it is. Columns of the source stand in it by index and type.
   */
  public String text() {
    return "where "
        + where.map(Expression::text).orElse("true")
        + " group "
        + keys.stream().map(Expression::text).collect(Collectors.joining(", "))
        + " window "
        + schema.window().text()
        + " aggregate "
        + aggregates.stream().map(AggregateCall::text).collect(Collectors.joining(", "));
  }
}

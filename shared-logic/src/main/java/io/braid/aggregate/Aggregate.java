package io.braid.aggregate;

import io.braid.column.ColumnType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An aggregate function applied to types of arguments.
 *
 * @param arguments the types of what is aggregated; none for {@code COUNT(*)}
 * @param constants arguments that are the same for all rows, such as the 0.99 of {@code
 *     APPROX_QUANTILE(x, 0.99)}
 */
public record Aggregate(
    AggregateFunction function, List<ColumnType> arguments, List<Double> constants) {

  /**
   * Applies the function.
   *
   * @throws IllegalArgumentException when it takes no such arguments, as a sentence
   */
  public Aggregate {
    arguments = List.copyOf(arguments);
    constants = List.copyOf(constants);
    function.type(arguments, constants);
  }

  /** Returns a function applied to columns alone. */
  public static Aggregate of(AggregateFunction function, ColumnType... arguments) {
    return new Aggregate(function, List.of(arguments), List.of());
  }

  /** Returns the type of a finished value. */
  public ColumnType type() {
    return function.type(arguments, constants);
  }

  /** Returns empty states. */
  public Accumulators accumulators() {
    return function.accumulators(arguments, constants);
  }

  /** Returns the call as SQL has it: {@code SUM(DECIMAL(12, 2))}, {@code COUNT(*)}. */
  public String sqlText() {
    String applied =
        Stream.concat(
                arguments.stream().map(ColumnType::sqlName),
                constants.stream().map(String::valueOf))
            .collect(Collectors.joining(", "));
    return function == StandardAggregate.COUNT_DISTINCT
        ? "COUNT(DISTINCT " + applied + ")"
        : function.name() + "(" + (applied.isEmpty() ? "*" : applied) + ")";
  }

  /** Returns the normal form: {@code SUM(bigint)}, {@code COUNT(*)}. */
  public String text() {
    String applied =
        Stream.concat(
                arguments.stream().map(ColumnType::toString),
                constants.stream().map(String::valueOf))
            .collect(Collectors.joining(", "));
    return function.text() + "(" + (applied.isEmpty() ? "*" : applied) + ")";
  }
}

package io.braid.aggregate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The aggregate functions that a metric may call, by their names in SQL. */
public final class AggregateFunctions {

  private AggregateFunctions() {}

  /** Returns the names, in the order of the documentation. */
  public static List<String> names() {
    return named().map(StandardAggregate::name).toList();
  }

  /** Returns the function of a name in upper case. */
  public static Optional<AggregateFunction> find(String name) {
    return named()
        .filter(function -> function.name().equals(name))
        .map(AggregateFunction.class::cast)
        .findFirst();
  }

  /** Returns the function that {@code name(DISTINCT …)} stands for. */
  public static Optional<AggregateFunction> findDistinct(String name) {
    return name.equals("COUNT") ? Optional.of(StandardAggregate.COUNT_DISTINCT) : Optional.empty();
  }

  private static Stream<StandardAggregate> named() {
    return Arrays.stream(StandardAggregate.values())
        .filter(function -> function != StandardAggregate.COUNT_DISTINCT);
  }
}

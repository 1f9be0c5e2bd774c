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
    return Stream.concat(named().map(StandardAggregate::name), userNames().stream()).toList();
  }

  /** Returns the names of those that users brought, see {@link UserAggregate}. */
  public static List<String> userNames() {
    return UserAggregates.installed().names();
  }

  /**
   * Returns what is wrong with the users' aggregates as a whole, so that none of them was taken: a
   * sentence.
   */
  public static Optional<String> refusal() {
    return UserAggregates.installed().refusal();
  }

  /** Returns the function of a name in upper case. */
  public static Optional<AggregateFunction> find(String name) {
    return named()
        .filter(function -> function.name().equals(name))
        .map(AggregateFunction.class::cast)
        .findFirst()
        .or(() -> UserAggregates.installed().find(name));
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

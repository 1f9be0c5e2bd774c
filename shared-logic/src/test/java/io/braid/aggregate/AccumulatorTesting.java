package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Column;
import io.braid.column.ColumnCodec;
import io.braid.column.ColumnType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Accumulates values in random orders and pieces, as folds and merges do. */
final class AccumulatorTesting {

  /** The group in question; its neighbours must not notice. */
  private static final int GROUP = 2;

  private AccumulatorTesting() {}

  /**
   * Returns the finished value of {@code argument}, lifted in a random order into random pieces
   * that are merged in a random tree, encoded and decoded in between.
   */
  static Object finish(AggregateFunction function, Column argument, Random random) {
    return finish(Aggregate.of(function, argument.type()), argument, random);
  }

  /**
   * Does the same for the columns of an ordered function: those of the argument, of event time,
   * partition and offset.
   */
  static Object finish(AggregateFunction function, List<Column> columns, Random random) {
    return finish(Aggregate.of(function, columns.get(0).type()), columns, random);
  }

  /** As above, for a function that takes constants. */
  static Object finish(Aggregate aggregate, Column argument, Random random) {
    return finish(aggregate, List.of(argument), random);
  }

  private static Object finish(Aggregate aggregate, List<Column> columns, Random random) {
    Column finished = accumulated(aggregate, columns, random).finish();
    assertNeighboursAreEmpty(aggregate, finished);
    return value(aggregate, finished);
  }

  /** As above, for a function that may finish to anything over no value. */
  static Object finishOfGroup(Aggregate aggregate, Column argument, Random random) {
    return value(aggregate, accumulated(aggregate, List.of(argument), random).finish());
  }

  private static Object value(Aggregate aggregate, Column finished) {
    assertThat(finished.type()).isEqualTo(aggregate.type());
    return finished.value(GROUP);
  }

  /** Returns the stored states of one group, accumulated as above. */
  static List<Object> states(Aggregate aggregate, Column argument, Random random) {
    return accumulated(aggregate, List.of(argument), random).states().stream()
        .map(state -> state.value(GROUP))
        .toList();
  }

  private static Accumulators accumulated(
      Aggregate aggregate, List<Column> columns, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < columns.get(0).size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    List<Accumulators> pieces = new ArrayList<>();
    int from = 0;
    while (from < order.size() || pieces.isEmpty()) {
      int to = Math.min(order.size(), from + 1 + random.nextInt(Math.max(1, order.size())));
      int[] rows = order.subList(from, to).stream().mapToInt(Integer::intValue).toArray();
      pieces.add(
          lifted(aggregate, columns.stream().map(c -> c.select(rows, rows.length)).toList()));
      from = to;
    }
    while (pieces.size() > 1) {
      Accumulators one = pieces.remove(random.nextInt(pieces.size()));
      Accumulators other = pieces.remove(random.nextInt(pieces.size()));
      if (random.nextBoolean()) {
        merge(one, other);
      } else {
        Accumulators both = aggregate.accumulators();
        both.grow(GROUP + 1);
        merge(both, one);
        merge(both, other);
        one = both;
      }
      pieces.add(one);
    }
    return pieces.get(0);
  }

  private static void assertNeighboursAreEmpty(Aggregate aggregate, Column finished) {
    for (int neighbour = 0; neighbour < GROUP; neighbour++) {
      assertThat(finished.value(neighbour)).isEqualTo(aggregate.function().isCount() ? 0L : null);
    }
  }

  private static Accumulators lifted(Aggregate aggregate, List<Column> columns) {
    Accumulators accumulators = aggregate.accumulators();
    accumulators.grow(GROUP + 1);
    int[] groups = new int[columns.get(0).size()];
    Arrays.fill(groups, GROUP);
    accumulators.lift(columns, groups, groups.length);
    return accumulators;
  }

  private static void merge(Accumulators into, Accumulators from) {
    List<Column> states = new ArrayList<>();
    int groups = from.groups();
    for (int i = 0; i < from.stateTypes().size(); i++) {
      states.add(travel(from.states().get(i), from.stateTypes().get(i), groups));
    }
    int[] numbers = new int[groups];
    Arrays.setAll(numbers, i -> i);
    into.merge(states, numbers, groups);
  }

  private static Column travel(Column column, ColumnType type, int count) {
    assertThat(column.type()).isEqualTo(type);
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ColumnCodec.write(column, count, new DataOutputStream(bytes));
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      Column read = ColumnCodec.read(type, count, in);
      assertThat(in.available()).isZero();
      return read;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

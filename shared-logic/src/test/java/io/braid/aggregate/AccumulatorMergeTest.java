package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Merging groups of other accumulators is merging their stored states. */
class AccumulatorMergeTest {

  private static final int GROUPS = 6;

  private static final List<ColumnType> TYPES =
      List.of(
          ColumnType.STRING,
          ColumnType.BOOLEAN,
          ColumnType.BIGINT,
          ColumnType.DOUBLE,
          ColumnType.decimal(38, 2));

  @Property(tries = 10)
  void groupsOfOthersMergeAsTheirStatesDo(@ForAll long seed) {
    Random random = new Random(seed);
    for (Aggregate aggregate : aggregates()) {
      Accumulators theirs = lifted(aggregate, random);
      int count = random.nextInt(2 * GROUPS);
      int[] rows = random.ints(count, 0, GROUPS).toArray();
      int[] groups = random.ints(count, 0, GROUPS).toArray();
      long ours = random.nextLong();
      Accumulators direct = lifted(aggregate, new Random(ours));
      Accumulators stored = lifted(aggregate, new Random(ours));
      List<Object> before = rows(theirs.states(), upTo(GROUPS));

      direct.merge(theirs, rows, groups, count);
      stored.merge(theirs.states(rows, count), groups, count);

      assertThat(rows(List.of(direct.finish()), upTo(GROUPS)))
          .as(aggregate.text())
          .isEqualTo(rows(List.of(stored.finish()), upTo(GROUPS)));
      assertThat(rows(theirs.states(), upTo(GROUPS))).as(aggregate.text()).isEqualTo(before);
      assertThat(direct.memoryBytes()).isPositive();
    }
  }

  /** The other direction: what is changed later is not seen by those merged into. */
  @Property(tries = 10)
  void mergedGroupsShareNothing(@ForAll long seed) {
    Random random = new Random(seed);
    for (Aggregate aggregate : aggregates()) {
      Accumulators theirs = lifted(aggregate, random);
      Accumulators copy = aggregate.accumulators();
      copy.grow(GROUPS);
      copy.merge(theirs, upTo(GROUPS), upTo(GROUPS), GROUPS);
      List<Object> before = rows(List.of(theirs.finish()), upTo(GROUPS));
      assertThat(rows(List.of(copy.finish()), upTo(GROUPS))).isEqualTo(before);
      lift(copy, aggregate, random);
      assertThat(rows(List.of(theirs.finish()), upTo(GROUPS)))
          .as(aggregate.text())
          .isEqualTo(before);
    }
  }

  @Property(tries = 10)
  void statesOfSomeGroupsAreThoseOfAllSelected(@ForAll long seed) {
    Random random = new Random(seed);
    for (Aggregate aggregate : aggregates()) {
      Accumulators accumulators = lifted(aggregate, random);
      int count = random.nextInt(2 * GROUPS);
      int[] rows = random.ints(count, 0, GROUPS).toArray();
      List<Column> some = accumulators.states(rows, count);
      assertThat(some.stream().map(Column::type).toList()).isEqualTo(accumulators.stateTypes());
      assertThat(rows(some, upTo(count)))
          .as(aggregate.text())
          .isEqualTo(rows(accumulators.states(), rows));
    }
  }

  private static List<Aggregate> aggregates() {
    List<Aggregate> aggregates = new ArrayList<>();
    aggregates.add(Aggregate.of(StandardAggregate.COUNT));
    aggregates.add(
        Aggregate.of(AggregateFunctions.find("LONGEST").orElseThrow(), ColumnType.STRING));
    for (ColumnType type : TYPES) {
      for (StandardAggregate function : StandardAggregate.values()) {
        try {
          List<Double> constants = Collections.nCopies(function.constants(), 0.5);
          aggregates.add(new Aggregate(function, List.of(type), constants));
        } catch (IllegalArgumentException e) {
          // Not for this type.
        }
      }
    }
    return aggregates;
  }

  private static Accumulators lifted(Aggregate aggregate, Random random) {
    Accumulators accumulators = aggregate.accumulators();
    accumulators.grow(GROUPS);
    lift(accumulators, aggregate, random);
    return accumulators;
  }

  /** Lifts up to 900 values into a group, beyond where sketches change their form; or none. */
  private static void lift(Accumulators accumulators, Aggregate aggregate, Random random) {
    for (int group = 0; group < GROUPS; group++) {
      int count = random.nextBoolean() ? random.nextInt(5) : random.nextInt(900);
      int[] groups = new int[count];
      Arrays.fill(groups, group);
      List<Column> arguments = new ArrayList<>();
      aggregate.arguments().forEach(type -> arguments.add(column(type, random, count)));
      if (aggregate.function().isOrdered()) {
        for (int i = 0; i < 3; i++) {
          long[] places = random.longs(count, 0, 1 << 30).toArray();
          arguments.add(LongColumn.of(ColumnType.BIGINT, places, count));
        }
      }
      accumulators.lift(arguments, groups, count);
    }
  }

  private static Column column(ColumnType type, Random random, int count) {
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = random.nextInt(10) == 0;
    }
    switch (type.kind()) {
      case STRING -> {
        StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), count);
        for (int i = 0; i < count; i++) {
          if (nulls[i]) {
            texts.appendNull();
          } else {
            texts.append("text " + random.nextInt(2_000));
          }
        }
        return texts.build();
      }
      case DOUBLE -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] =
              random.nextInt(200) == 0
                  ? Double.longBitsToDouble(random.nextLong())
                  : random.nextGaussian() * Math.scalb(1.0, random.nextInt(200) - 100);
        }
        return DoubleColumn.of(values, nulls, count);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[count];
        for (int i = 0; i < count; i++) {
          boolean huge = random.nextInt(3) == 0;
          values[i] =
              nulls[i]
                  ? null
                  : huge
                      ? new BigDecimal("9".repeat(36) + ".99")
                      : BigDecimal.valueOf(random.nextLong(), 2);
        }
        return DecimalColumn.of(type, values, count);
      }
      case BOOLEAN -> {
        return LongColumn.of(type, random.longs(count, 0, 2).toArray(), nulls, count);
      }
      default -> {
        return LongColumn.of(type, random.longs(count).toArray(), nulls, count);
      }
    }
  }

  private static List<Object> rows(List<Column> columns, int[] rows) {
    List<Object> values = new ArrayList<>();
    for (int row : rows) {
      for (Column column : columns) {
        Object value = column.value(row);
        values.add(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
      }
    }
    return values;
  }

  private static int[] upTo(int count) {
    return IntStream.range(0, count).toArray();
  }
}

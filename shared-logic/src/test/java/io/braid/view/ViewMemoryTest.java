package io.braid.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.AggregateFunction;
import io.braid.aggregate.AggregateFunctions;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Window;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What views say they take, and by how much the heap grows when they are made. */
class ViewMemoryTest {

  /**
   * Many views of few rows: arrays of half a megabyte may take whole megabytes from a collector.
   */
  private static final int VIEWS = 10;

  private static final int ATTEMPTS = 4;

  private static final ColumnType DECIMAL = ColumnType.decimal(38, 2);
  private static final Window MINUTES = new Window.Tumbling(60_000);

  @TestFactory
  Stream<DynamicTest> aggregatesSayAboutWhatTheyTake() {
    List<Case> cases = new ArrayList<>();
    for (StandardAggregate function : StandardAggregate.values()) {
      ColumnType type = function.name().startsWith("BOOL") ? ColumnType.BOOLEAN : ColumnType.DOUBLE;
      cases.add(new Case(function, type, 10_000, 2));
    }
    for (ColumnType type : List.of(ColumnType.BIGINT, ColumnType.STRING, DECIMAL)) {
      cases.add(new Case(StandardAggregate.COUNT_DISTINCT, type, 5_000, 3));
      cases.add(new Case(StandardAggregate.MAX, type, 10_000, 2));
      cases.add(new Case(StandardAggregate.LAST_VALUE, type, 10_000, 2));
    }
    cases.add(new Case(StandardAggregate.SUM, ColumnType.BIGINT, 10_000, 2));
    cases.add(new Case(StandardAggregate.SUM, DECIMAL, 10_000, 2));
    cases.add(new Case(StandardAggregate.VAR_POP, ColumnType.BIGINT, 10_000, 2));
    cases.add(new Case(StandardAggregate.APPROX_COUNT_DISTINCT, ColumnType.STRING, 500, 600));
    cases.add(new Case(StandardAggregate.APPROX_COUNT_DISTINCT, ColumnType.DOUBLE, 5_000, 40));
    cases.add(new Case(StandardAggregate.APPROX_QUANTILE, ColumnType.DOUBLE, 2_000, 100));
    AggregateFunction longest = AggregateFunctions.find("LONGEST").orElseThrow();
    cases.add(new Case(longest, ColumnType.STRING, 10_000, 2));
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> assertRight(c)));
  }

  /** Values of a type for an aggregate: so many for each of so many groups. */
  private record Case(AggregateFunction function, ColumnType type, int groups, int values) {

    View view() {
      List<Double> constants = Collections.nCopies(function.constants(), 0.5);
      Aggregate aggregate = new Aggregate(function, List.of(type), constants);
      View view =
          new View(
              new ViewSchema(
                  List.of(new ViewSchema.Key("k", ColumnType.BIGINT)),
                  MINUTES,
                  List.of(aggregate)));
      for (int round = 0; round < values; round++) {
        for (int from = 0; from < groups; from += 1_000) {
          int[] rows = view.rows(List.of(numbers(from)), new long[1_000], 1_000);
          view.countRows(rows, 1_000);
          List<Column> arguments = new ArrayList<>();
          arguments.add(distinct(type, round * groups + from));
          if (function.isOrdered()) {
            arguments.addAll(List.of(numbers(round), numbers(0), numbers(from)));
          }
          view.accumulators(0).lift(arguments, rows, 1_000);
        }
      }
      return view;
    }
  }

  @Test
  void textsOfKeysCount() {
    assertRight(() -> textKeys(10_000));
  }

  @Test
  void fewTextsOfManyPanesCountOnce() {
    assertRight(() -> textKeys(20));
  }

  @Test
  void textsThatGroupsShareCountOnce() {
    assertRight(
        () -> {
          View view = longKeys(StandardAggregate.MIN);
          Dictionary texts = new Dictionary();
          for (int from = 0; from < 10_000; from += 1_000) {
            int[] rows = view.rows(List.of(numbers(from)), new long[1_000], 1_000);
            StringColumn.Builder column = new StringColumn.Builder(texts, 1_000);
            for (int i = 0; i < 1_000; i++) {
              column.append("a text of some length that is shared by many groups " + i % 50);
            }
            view.accumulators(0).lift(List.of(column.build()), rows, 1_000);
          }
          return view;
        });
  }

  @Test
  void sessionsCount() {
    assertRight(
        () -> {
          View view = new View(schema(ColumnType.BIGINT, new Window.Session(10)));
          for (int round = 0; round < 2; round++) {
            for (int from = 0; from < 10_000; from += 1_000) {
              long[] times = new long[1_000];
              Arrays.fill(times, round * 100L);
              count(view, numbers(from), times);
            }
          }
          return view;
        });
  }

  @Test
  void mergedViewsCount() {
    assertRight(
        () -> {
          View view = new View(schema(ColumnType.STRING, MINUTES));
          view.merge(textKeys(6_000));
          view.merge(textKeys(10_000));
          return view;
        });
  }

  @Test
  void settlingLetsGoOfWhatOnlyFoldingNeeds() {
    Case distinct = new Case(StandardAggregate.APPROX_COUNT_DISTINCT, ColumnType.STRING, 5_000, 40);
    View view = distinct.view();
    long before = view.memoryBytes();
    view.settle();
    assertThat(view.memoryBytes()).isLessThan(before);
    assertRight(
        () -> {
          View settled = distinct.view();
          settled.settle();
          return settled;
        });
  }

  private static View textKeys(int texts) {
    View view = new View(schema(ColumnType.STRING, MINUTES));
    for (int from = 0; from < 10_000; from += 1_000) {
      StringColumn.Builder column = new StringColumn.Builder(new Dictionary(), 1_000);
      long[] panes = new long[1_000];
      for (int i = 0; i < 1_000; i++) {
        column.append("a key with the number " + (from + i) % texts);
        panes[i] = ((long) from + i) / texts * 60_000;
      }
      count(view, column.build(), panes);
    }
    return view;
  }

  private static View longKeys(StandardAggregate function) {
    return new View(
        new ViewSchema(
            List.of(new ViewSchema.Key("k", ColumnType.BIGINT)),
            MINUTES,
            List.of(Aggregate.of(function, ColumnType.STRING))));
  }

  private static ViewSchema schema(ColumnType key, Window window) {
    return new ViewSchema(
        List.of(new ViewSchema.Key("k", key)),
        window,
        List.of(Aggregate.of(StandardAggregate.COUNT)));
  }

  private static void count(View view, Column keys, long[] panes) {
    int[] rows = view.rows(List.of(keys), panes, panes.length);
    view.countRows(rows, panes.length);
    view.accumulators(0).lift(List.of(), rows, panes.length);
  }

  private static LongColumn numbers(int from) {
    long[] numbers = new long[1_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (long) from + i;
    }
    return LongColumn.of(ColumnType.BIGINT, numbers, numbers.length);
  }

  /** Returns 1,000 values that no other number gives. */
  private static Column distinct(ColumnType type, int from) {
    int count = 1_000;
    switch (type.kind()) {
      case STRING -> {
        StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), count);
        for (int i = 0; i < count; i++) {
          texts.append("a value with the number " + (from + i));
        }
        return texts.build();
      }
      case DOUBLE -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          // Magnitudes far apart: sums of two need a second component, or a remainder.
          values[i] = Math.scalb(1.0 + (from + i) / 1e9, (from + i) % 7 * 20);
        }
        return DoubleColumn.of(values, count);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[count];
        for (int i = 0; i < count; i++) {
          values[i] =
              new BigDecimal("12345678901234567890123.45").add(BigDecimal.valueOf(from + i));
        }
        return DecimalColumn.of(type, values, count);
      }
      case BOOLEAN -> {
        return LongColumn.of(type, new long[count], count);
      }
      default -> {
        return numbers(from);
      }
    }
  }

  private static void assertRight(Case c) {
    assertRight(c::view);
  }

  /**
   * The first view is thrown away: what is loaded and compiled for it takes room as well. What else
   * goes on in this process may free or take memory meanwhile, so that one of some tries counts.
   */
  private static void assertRight(Supplier<View> views) {
    assertThat(views.get().memoryBytes()).isPositive();
    for (int attempt = 1; ; attempt++) {
      long before = usedBytes();
      List<View> all = new ArrayList<>(); // is asked behind the collections: not collected itself
      for (int i = 0; i < VIEWS; i++) {
        all.add(views.get());
      }
      long taken = usedBytes() - before;
      long said = all.stream().mapToLong(View::memoryBytes).sum();
      if (Math.abs(said - taken) <= taken * 0.15) {
        return;
      }
      if (attempt == ATTEMPTS) {
        assertThat(said).isCloseTo(taken, Percentage.withPercentage(15));
      }
    }
  }

  /** Returns what is used of the heap when collecting garbage finds little more. */
  private static long usedBytes() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      long before = used;
      System.gc();
      used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      if (before != Long.MAX_VALUE && Math.abs(before - used) < 50_000) {
        break;
      }
    }
    return used;
  }
}

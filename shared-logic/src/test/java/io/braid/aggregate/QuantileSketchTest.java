package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileSketchTest {

  private static final double[] QUANTILES = {0, 0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1};
  private static final double ACCURACY = 0.01;

  @Property(tries = 150)
  void stateDependsOnTheMultisetAlone(@ForAll long seed, @ForAll @IntRange(max = 300) int n) {
    Random random = new Random(seed);
    double[] values = new double[n];
    boolean[] nulls = new boolean[n];
    for (int i = 0; i < n; i++) {
      values[i] = drawn(random);
      nulls[i] = random.nextInt(10) == 0;
    }
    DoubleColumn column = DoubleColumn.of(values, nulls, n);
    Aggregate median = quantile(ColumnType.DOUBLE, 0.5);

    List<Object> states = AccumulatorTesting.states(median, column, random);

    double[] sorted = sorted(column);
    assertThat(states)
        .usingRecursiveComparison()
        .isEqualTo(
            AccumulatorTesting.states(median, DoubleColumn.of(sorted, sorted.length), random));
    Object finished = AccumulatorTesting.finish(median, column, random);
    if (sorted.length == 0) {
      assertThat(finished).isNull();
    } else {
      assertNear((double) finished, nearestRank(sorted, 0.5));
    }
  }

  private static double drawn(Random random) {
    double[] special = {
      0.0,
      -0.0,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Double.MIN_NORMAL,
      1,
      1,
      -1
    };
    return switch (random.nextInt(4)) {
      case 0 -> special[random.nextInt(special.length)];
      case 1 -> random.nextInt(20);
      case 2 -> random.nextGaussian();
      default -> Math.exp(random.nextGaussian() * 100) * (random.nextBoolean() ? 1 : -1);
    };
  }

  @Property(tries = 150)
  void fewValuesAreExact(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 64) int n,
      @ForAll @DoubleRange(min = 0, max = 1) double q) {
    Random random = new Random(seed);
    double[] values = new double[n];
    Arrays.setAll(values, i -> drawn(random));
    DoubleColumn column = DoubleColumn.of(values, n);
    assertThat(AccumulatorTesting.finish(quantile(ColumnType.DOUBLE, q), column, random))
        .isEqualTo(nearestRank(sorted(column), q));
  }

  @Property(tries = 1000)
  void everyValueIsNearThatOfItsBucket(@ForAll double value, @ForAll double other) {
    double near = QuantileSketch.value(QuantileSketch.bucket(value));
    if (Math.abs(value) >= Double.MIN_NORMAL) {
      assertThat(Math.abs(near - value)).isLessThanOrEqualTo(Math.abs(value) / 128.9);
    } else {
      assertThat(near).isCloseTo(value, within(0x1p-1028));
    }
    assertThat(
            Integer.signum(
                Integer.compare(QuantileSketch.bucket(value), QuantileSketch.bucket(other))))
        .isIn(0, Double.compare(value, other));
  }

  @Test
  void edgesOfBucketsAreNearTheirBuckets() {
    for (int exponent = -1022; exponent <= 1023; exponent++) {
      for (double edge : new double[] {0x1p0, 0x1.04p0, 0x1.8p0, 0x1.fcp0}) {
        double value = Math.scalb(edge, exponent);
        for (double one : new double[] {Math.nextDown(value), value}) {
          assertThat(QuantileSketch.value(QuantileSketch.bucket(one)))
              .isCloseTo(one, within(one / 128.9 + 0x1p-1028));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 1_000, 100_000})
  void errorsStayBelowOnePercent(int n) {
    Random random = new Random(n);
    check(n, random::nextDouble);
    check(n, () -> Math.exp(random.nextGaussian() * 2));
    check(n, () -> random.nextInt(5));
    check(n, () -> random.nextGaussian() * 1e-3);
    check(n, () -> -Math.exp(random.nextGaussian() * 20));
    check(n, () -> Math.pow(random.nextDouble(), -3));
    check(n, () -> random.nextInt(100) == 0 ? 1e6 : 1);
    int[] next = {0};
    check(n, () -> next[0]++);
    check(n, () -> drawn(random));
  }

  private static void check(int n, DoubleSupplier distribution) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> distribution.getAsDouble());
    DoubleColumn column = DoubleColumn.of(values, n);
    double[] sorted = sorted(column);
    for (double q : QUANTILES) {
      assertNear((double) finish(column, q), nearestRank(sorted, q));
    }
    assertThat(finish(column, 0)).isEqualTo(sorted[0]);
    assertThat(finish(column, 1)).isEqualTo(sorted[n - 1]);
  }

  private static void assertNear(double found, double exact) {
    if (Double.isNaN(exact) || Double.isInfinite(exact)) {
      assertThat((Object) found).isEqualTo(exact);
    } else {
      assertThat(found).isCloseTo(exact, within(Math.abs(exact) * ACCURACY));
    }
  }

  @Test
  void oneValueManyTimesIsThatValue() {
    double[] values = new double[1_000];
    Arrays.fill(values, 4.9);
    assertThat(finish(DoubleColumn.of(values, values.length), 0.99)).isEqualTo(4.9);
    Arrays.fill(values, Double.NaN);
    assertThat(finish(DoubleColumn.of(values, values.length), 0.5)).isEqualTo(Double.NaN);
    Arrays.fill(values, -0.0);
    assertThat(finish(DoubleColumn.of(values, values.length), 0.5)).isEqualTo(-0.0);
  }

  @Test
  void rankIsCountedInDecimalDigits() {
    // 0.07 * 100 is 7.000000000000001 in doubles.
    long[] values = new long[100];
    Arrays.setAll(values, i -> i + 1);
    LongColumn column = LongColumn.of(ColumnType.INT, values, values.length);
    assertThat((double) finish(column, 0.07)).isCloseTo(7, within(0.07));
  }

  @Test
  void everyNumberTypeIsTakenAsDouble() {
    BigDecimal[] decimals = {new BigDecimal("1.10"), null, new BigDecimal("2.20")};
    assertThat(finish(DecimalColumn.of(ColumnType.decimal(5, 2), decimals, 3), 0.5)).isEqualTo(1.1);
    LongColumn longs =
        LongColumn.of(
            ColumnType.BIGINT, new long[] {5, 0, -7}, new boolean[] {false, true, false}, 3);
    assertThat(finish(longs, 0.5)).isEqualTo(-7.0);
    assertThat(finish(longs, 0.51)).isEqualTo(5.0);
  }

  @Test
  void otherArgumentsAreRefused() {
    assertThatThrownBy(() -> quantile(ColumnType.STRING, 0.5))
        .hasMessage("APPROX_QUANTILE cannot be applied to VARCHAR; it takes a number");
    for (double q : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> quantile(ColumnType.INT, q))
          .hasMessage("APPROX_QUANTILE cannot give the " + q + "-quantile; it must be from 0 to 1");
    }
  }

  @Test
  void bytesAreThoseOfStoredStates() {
    assertThat(state(Collections.nCopies(1, 1.0))).isEqualTo("003ff0000000000000");
    // Least -1, greatest 2; -1 is in bucket ~0xFFC0, 1 in 0xFFC0, 64 of 2 in 0x10000.
    assertThat(state(append(Collections.nCopies(64, 2.0), -1.0, 1.0)))
        .isEqualTo(
            "01"
                + "bff0000000000000"
                + "4000000000000000"
                + "81ff07"
                + "01"
                + "80ff07"
                + "01"
                + "3f"
                + "40");
  }

  private static List<Double> append(List<Double> values, double... more) {
    List<Double> all = new ArrayList<>(values);
    Arrays.stream(more).forEach(all::add);
    return all;
  }

  private static String state(List<Double> values) {
    double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
    Accumulators accumulators = quantile(ColumnType.DOUBLE, 0.5).accumulators();
    accumulators.grow(1);
    accumulators.lift(
        List.of(DoubleColumn.of(array, array.length)), new int[array.length], array.length);
    return HexFormat.of().formatHex(((BytesColumn) accumulators.states().get(0)).get(0));
  }

  private static Aggregate quantile(ColumnType type, double q) {
    return new Aggregate(StandardAggregate.APPROX_QUANTILE, List.of(type), List.of(q));
  }

  private static Object finish(Column column, double q) {
    Accumulators accumulators = quantile(column.type(), q).accumulators();
    accumulators.grow(1);
    accumulators.lift(List.of(column), new int[column.size()], column.size());
    return accumulators.finish().value(0);
  }

  private static double[] sorted(DoubleColumn column) {
    double[] values = new double[column.size()];
    int count = 0;
    for (int i = 0; i < column.size(); i++) {
      if (!column.isNull(i)) {
        values[count++] = column.get(i);
      }
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** The least value that q of all are at or below, by counting. */
  private static double nearestRank(double[] sorted, double q) {
    BigDecimal wanted = new BigDecimal(String.valueOf(q)).multiply(new BigDecimal(sorted.length));
    int index = 0;
    while (new BigDecimal(index + 1).compareTo(wanted) < 0) {
      index++;
    }
    return sorted[index];
  }
}

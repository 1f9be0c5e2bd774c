package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DoubleSumTest {

  private static final MathContext LONG_DIVISION = new MathContext(800, RoundingMode.DOWN);
  private static final double MAX = Double.MAX_VALUE;
  private static final double TINY = Double.MIN_VALUE;
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @Property(tries = 1500)
  void sumIsTheExactSumRoundedOnceWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = adversarial(random);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, column(values), random))
        .as("sum of %s", Arrays.toString(values))
        .isEqualTo(exactSum(values).doubleValue() + 0.0);
  }

  @Property(tries = 500)
  void meanIsTheExactMeanRoundedOnceWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = adversarial(random);
    double expected =
        exactSum(values).divide(BigDecimal.valueOf(values.length), LONG_DIVISION).doubleValue();
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column(values), random))
        .as("mean of %s", Arrays.toString(values))
        .isEqualTo(expected + 0.0);
  }

  @Property(tries = 3000)
  void meanOfFewPlainValuesIsRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    int bits = 1 + random.nextInt(53);
    double[] values =
        random
            .longs(1 + random.nextInt(6), -(1L << bits), 1L << bits)
            .mapToDouble(value -> Math.scalb((double) value, random.nextInt(3) - 60))
            .toArray();
    double expected =
        exactSum(values).divide(BigDecimal.valueOf(values.length), LONG_DIVISION).doubleValue();
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column(values), random))
        .as("mean of %s", Arrays.toString(values))
        .isEqualTo(expected + 0.0);
  }

  @Test
  void cancellationLosesNothing() {
    assertThat(sum(1e16, 1, -1e16)).isEqualTo(1);
    assertThat(sum(1e300, TINY, 1, -1e300, -1)).isEqualTo(TINY);
    assertThat(sum(MAX, TINY, -MAX)).isEqualTo(TINY);
    assertThat(sum(0.1, 0.2, -0.3)).isEqualTo(0x1p-55);
  }

  @Test
  void overflowOnTheWayIsNone() {
    assertThat(sum(1e308, 1e308, 1e308, -1e308, -1e308)).isEqualTo(1e308);
    assertThat(mean(MAX, MAX, MAX, MAX)).isEqualTo(MAX);
    double[] many = new double[2000];
    Arrays.setAll(many, i -> i < 1000 ? 1e308 : -1e308);
    assertThat(sum(many)).isZero();
  }

  @Test
  void sumBeyondTheLargestDoubleIsInfinite() {
    assertThat(sum(MAX, MAX)).isEqualTo(INFINITE);
    assertThat(sum(-MAX, -MAX)).isEqualTo(-INFINITE);
    assertThat(sum(MAX, Math.ulp(MAX) / 2)).as("a tie goes up to 2^1024").isEqualTo(INFINITE);
    assertThat(sum(MAX, Math.ulp(MAX) / 2, -TINY)).isEqualTo(MAX);
  }

  @Test
  void tieIsDecidedByTheSmallestValue() {
    assertThat(sum(1, 0x1p-53)).isEqualTo(1);
    assertThat(sum(1, 0x1p-53, TINY)).isEqualTo(1 + 0x1p-52);
    assertThat(sum(1, 0x1p-53, -TINY)).isEqualTo(1);
    assertThat(sum(1 + 0x1p-52, 0x1p-53)).isEqualTo(1 + 0x1p-51);
    assertThat(sum(1 + 0x1p-52, 0x1p-53, -TINY)).isEqualTo(1 + 0x1p-52);
  }

  @Test
  void subnormalsAddUpExactly() {
    assertThat(sum(TINY, TINY, TINY)).isEqualTo(3 * TINY);
    assertThat(mean(TINY, TINY, TINY, 0)).isEqualTo(TINY);
    assertThat(mean(TINY, 0)).as("a tie goes to even").isZero();
    assertThat(mean(TINY, TINY, TINY, 0, 0, 0)).as("1.5 / 3 of the smallest").isZero();
    assertThat(sum(Double.MIN_NORMAL, -TINY)).isEqualTo(Double.MIN_NORMAL - TINY);
  }

  @Test
  void zeroHasNoSign() {
    assertThat(sum(-0.0)).isEqualTo(0.0);
    assertThat(mean(-0.0, -0.0)).isEqualTo(0.0);
    assertThat(sum(1e300, -1e300)).isEqualTo(0.0);
    assertThat(mean(-TINY, 0, 0)).isEqualTo(0.0);
  }

  @Test
  void infinitiesAndNanWinWhateverElseThereIs() {
    assertThat(sum(1, INFINITE, -MAX)).isEqualTo(INFINITE);
    assertThat(mean(1, -INFINITE)).isEqualTo(-INFINITE);
    assertThat(sum(INFINITE, 1, -INFINITE)).isNaN();
    assertThat(sum(Double.NaN, INFINITE)).isNaN();
    assertThat(mean(Double.NaN, 1)).isNaN();
    assertThat(mean(INFINITE, INFINITE)).isEqualTo(INFINITE);
  }

  @Test
  void nullsCountForNothing() {
    DoubleColumn column =
        DoubleColumn.of(new double[] {1e300, 2, Double.NaN}, new boolean[] {true, false, true}, 3);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, column, new Random(1)))
        .isEqualTo(2.0);
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column, new Random(1)))
        .isEqualTo(2.0);
    DoubleColumn nulls = DoubleColumn.of(new double[2], new boolean[] {true, true}, 2);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, nulls, new Random(1))).isNull();
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, nulls, new Random(1))).isNull();
  }

  /** The test of the test: a plain loop gets many of these sums wrong. */
  @Test
  void adversarialValuesDefeatAPlainLoop() {
    Random random = new Random(7);
    int wrong = 0;
    for (int i = 0; i < 200; i++) {
      double[] values = adversarial(random);
      double plain = 0;
      for (double value : values) {
        plain += value;
      }
      wrong += plain == exactSum(values).doubleValue() ? 0 : 1;
    }
    assertThat(wrong).isGreaterThan(50);
  }

  /** Values of all magnitudes, many of which cancel. */
  private static double[] adversarial(Random random) {
    int count = 1 + random.nextInt(40);
    double[] values = new double[count];
    int spread = random.nextInt(3) == 0 ? 2000 : 1 + random.nextInt(150);
    int centre = random.nextInt(2046 - Math.min(spread, 2045)) - 1022;
    for (int i = 0; i < count; i++) {
      int exponent = Math.min(1023, centre + random.nextInt(spread));
      values[i] =
          switch (random.nextInt(6)) {
            case 0 -> i == 0 ? 1 : -values[random.nextInt(i)];
            case 1 -> i == 0 ? 1 : Math.nextUp(values[random.nextInt(i)]);
            case 2 -> Math.scalb(random.nextBoolean() ? 1.0 : -1.0, exponent);
            default ->
                Math.scalb(1 + random.nextDouble(), exponent) * (random.nextBoolean() ? 1 : -1);
          };
      if (!Double.isFinite(values[i])) {
        values[i] = -MAX;
      }
    }
    return values;
  }

  private static BigDecimal exactSum(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum;
  }

  private static double sum(double... values) {
    return (Double) AccumulatorTesting.finish(StandardAggregate.SUM, column(values), new Random(1));
  }

  private static double mean(double... values) {
    return (Double) AccumulatorTesting.finish(StandardAggregate.AVG, column(values), new Random(1));
  }

  private static DoubleColumn column(double... values) {
    assertThat(DoubleColumn.of(values, values.length).type()).isEqualTo(ColumnType.DOUBLE);
    return DoubleColumn.of(values, values.length);
  }
}

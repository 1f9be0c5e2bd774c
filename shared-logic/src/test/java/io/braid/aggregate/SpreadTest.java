package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** VAR_POP, VAR_SAMP, STDDEV_POP and STDDEV_SAMP. */
class SpreadTest {

  private static final List<StandardAggregate> FUNCTIONS =
      List.of(
          StandardAggregate.VAR_POP,
          StandardAggregate.VAR_SAMP,
          StandardAggregate.STDDEV_POP,
          StandardAggregate.STDDEV_SAMP);

  private static final ColumnType WIDE = ColumnType.decimal(38, 10);
  private static final double MAX = Double.MAX_VALUE;
  private static final double TINY = Double.MIN_VALUE;
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  @Property(tries = 200)
  void spreadOfDoublesIsRoundedOnceWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = new double[1 + random.nextInt(25)];
    int spread = random.nextInt(3) == 0 ? 2000 : 1 + random.nextInt(80);
    int centre = random.nextInt(2047 - Math.min(spread, 2046)) - 1074;
    for (int i = 0; i < values.length; i++) {
      double value = Math.scalb(1 + random.nextDouble(), centre + random.nextInt(spread));
      values[i] =
          switch (random.nextInt(8)) {
            case 0 -> i == 0 ? MAX : Math.nextUp(values[random.nextInt(i)]);
            case 1 -> i == 0 ? TINY : -values[random.nextInt(i)];
            case 2 -> 0.0;
            default -> random.nextBoolean() ? value : -value;
          };
      values[i] = Double.isInfinite(values[i]) ? MAX : values[i];
    }
    check(column(values), random);
  }

  @Property(tries = 200)
  void spreadOfOrdinaryDoublesIsRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(1 + random.nextInt(60)).map(v -> 1000 + v).toArray();
    check(column(values), random);
  }

  @Property(tries = 200)
  void spreadOfIntegersIsRoundedOnceWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    long[] values = new long[1 + random.nextInt(40)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (random.nextInt(6)) {
            case 0 -> Long.MAX_VALUE - random.nextInt(2);
            case 1 -> Long.MIN_VALUE + random.nextInt(2);
            case 2 -> 1L << random.nextInt(63);
            case 3 -> random.nextLong();
            default -> random.nextInt(5) - 2;
          };
    }
    check(LongColumn.of(ColumnType.BIGINT, values, values.length), random);
  }

  @Property(tries = 200)
  void spreadOfDecimalsIsRoundedOnceWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    BigDecimal[] values = new BigDecimal[1 + random.nextInt(30)];
    for (int i = 0; i < values.length; i++) {
      BigInteger unscaled =
          switch (random.nextInt(3)) {
            case 0 -> most;
            case 1 -> BigInteger.valueOf(random.nextInt(1000));
            default -> new BigInteger(random.nextInt(126), random);
          };
      values[i] = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), 10);
    }
    check(DecimalColumn.of(WIDE, values, values.length), random);
  }

  @Test
  void textbookValues() {
    assertThat(spread(column(2, 4, 4, 4, 5, 5, 7, 9)))
        .containsExactly(4.0, 32 / 7.0, 2.0, Math.sqrt(32 / 7.0));
    assertThat(spread(longs(ColumnType.INT, 1, 2, 3, 4)))
        .containsExactly(1.25, 5 / 3.0, Math.sqrt(1.25), Math.sqrt(5 / 3.0));
    BigDecimal[] decimals = {new BigDecimal("0.1000000000"), new BigDecimal("0.3000000000")};
    assertThat(spread(DecimalColumn.of(WIDE, decimals, 2)).subList(0, 2))
        .containsExactly(0.01, 0.02);
  }

  @Test
  void smallDifferencesOfLargeValuesAreNotLost() {
    assertThat(spread(column(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16)).get(1)).isEqualTo(30.0);
    check(column(1e308, 1e308, Math.nextUp(1e308)), new Random(1));
    assertThat(spread(column(0.1, 0.1, 0.1))).containsExactly(0.0, 0.0, 0.0, 0.0);
    assertThat(spread(longs(ColumnType.BIGINT, Long.MAX_VALUE, Long.MAX_VALUE - 2)).get(0))
        .isEqualTo(1.0);
  }

  @Test
  void resultIsInfiniteOnlyBeyondTheLargestDouble() {
    assertThat(spread(column(MAX, -MAX))).containsExactly(INFINITE, INFINITE, MAX, INFINITE);
    assertThat(spread(column(1e308, -1e308, 1e308, -1e308)).get(2)).isEqualTo(1e308);
    assertThat(spread(column(MAX, MAX))).containsExactly(0.0, 0.0, 0.0, 0.0);
    assertThat(spread(column(0x1p512, -0x1p512)).get(0)).isEqualTo(INFINITE);
    assertThat(spread(column(0x1p511, -0x1p511)).get(0)).isEqualTo(0x1p1022);
  }

  @Test
  void squaresBelowTheLeastDoubleCount() {
    assertThat(spread(column(TINY, -TINY))).containsExactly(0.0, 0.0, TINY, TINY);
    assertThat(spread(column(3 * TINY, -3 * TINY)).get(2)).isEqualTo(3 * TINY);
    assertThat(spread(column(0x1p-537, -0x1p-537)).get(0)).isEqualTo(TINY);
    assertThat(spread(column(1e-200, -1e-200)).get(2)).isEqualTo(1e-200);
  }

  @Test
  void squaresAtTheBordersOf128BitsAreExact() {
    long[] least = new long[9];
    Arrays.fill(least, Long.MIN_VALUE);
    least[8] = 0;
    check(longs(ColumnType.BIGINT, least), new Random(1));
    check(longs(ColumnType.BIGINT, Arrays.copyOf(least, 5)), new Random(1));
  }

  @Test
  void infinitiesAndNanHaveNoSpread() {
    assertThat(spread(column(1, INFINITE))).containsExactly(NAN, NAN, NAN, NAN);
    assertThat(spread(column(INFINITE, INFINITE))).containsExactly(NAN, NAN, NAN, NAN);
    assertThat(spread(column(NAN))).containsExactly(NAN, null, NAN, null);
    assertThat(spread(column(MAX, -INFINITE, TINY))).containsExactly(NAN, NAN, NAN, NAN);
  }

  @Test
  void oneValueHasNoSampleVariance() {
    assertThat(spread(column(0.1))).containsExactly(0.0, null, 0.0, null);
    assertThat(spread(column(-0.0))).containsExactly(0.0, null, 0.0, null);
    assertThat(spread(longs(ColumnType.BIGINT, Long.MIN_VALUE)))
        .containsExactly(0.0, null, 0.0, null);
  }

  @Test
  void overNoValueThereIsNone() {
    List<Object> none = Collections.nCopies(4, null);
    assertThat(spread(Column.nulls(ColumnType.DOUBLE, 3))).isEqualTo(none);
    assertThat(spread(Column.nulls(ColumnType.INT, 2))).isEqualTo(none);
    assertThat(spread(Column.nulls(WIDE, 0))).isEqualTo(none);
  }

  @Test
  void nullsCountForNothing() {
    double[] values = {5, NAN, 7};
    assertThat(spread(DoubleColumn.of(values, new boolean[] {false, true, false}, 3)))
        .containsExactly(1.0, 2.0, 1.0, Math.sqrt(2));
  }

  @Test
  void textHasNoSpread() {
    for (StandardAggregate function : FUNCTIONS) {
      assertThatThrownBy(() -> Aggregate.of(function, ColumnType.STRING))
          .hasMessage(function + " cannot be applied to VARCHAR; it takes a number");
    }
  }

  private static List<Object> spread(Column column) {
    List<Object> finished = new ArrayList<>();
    for (StandardAggregate function : FUNCTIONS) {
      finished.add(AccumulatorTesting.finish(function, column, new Random(1)));
    }
    return finished;
  }

  /**
   * Holds all four against the exact rational variance: a result is rounded once when no other
   * double is nearer.
   */
  private static void check(Column column, Random random) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (int i = 0; i < column.size(); i++) {
      BigDecimal value =
          column instanceof DoubleColumn doubles
              ? new BigDecimal(doubles.get(i))
              : new BigDecimal(column.value(i).toString());
      sum = sum.add(value);
      squares = squares.add(value.multiply(value));
    }
    BigDecimal n = BigDecimal.valueOf(column.size());
    BigDecimal numerator = n.multiply(squares).subtract(sum.multiply(sum));
    for (StandardAggregate function : FUNCTIONS) {
      Object finished = AccumulatorTesting.finish(function, column, random);
      boolean ofSample = function.name().endsWith("_SAMP");
      if (ofSample && column.size() == 1) {
        assertThat(finished).isNull();
        continue;
      }
      BigDecimal denominator = n.multiply(ofSample ? n.subtract(BigDecimal.ONE) : n);
      checkNearest((Double) finished, numerator, denominator, function);
    }
  }

  private static void checkNearest(
      double result, BigDecimal numerator, BigDecimal denominator, StandardAggregate function) {
    boolean even = (Double.doubleToLongBits(result) & 1) == 0;
    if (result > 0) {
      BigDecimal below = middle(Math.nextDown(result), function);
      assertThat(numerator.compareTo(below.multiply(denominator)))
          .as("%s above the middle below %s", function, result)
          .isGreaterThanOrEqualTo(even ? 0 : 1);
    } else {
      assertThat(Double.doubleToLongBits(result)).as("0.0").isZero();
    }
    if (result < INFINITE) {
      BigDecimal above = middle(result, function);
      assertThat(numerator.compareTo(above.multiply(denominator)))
          .as("%s below the middle above %s", function, result)
          .isLessThanOrEqualTo(even ? 0 : -1);
    }
  }

  /** The middle between a double and the next, squared for a standard deviation. */
  private static BigDecimal middle(double value, StandardAggregate function) {
    BigDecimal gap = new BigDecimal(value == 0 ? TINY : Math.ulp(value));
    BigDecimal middle = new BigDecimal(value).add(gap.divide(BigDecimal.valueOf(2)));
    return function.name().startsWith("STDDEV") ? middle.multiply(middle) : middle;
  }

  private static DoubleColumn column(double... values) {
    return DoubleColumn.of(values, values.length);
  }

  private static LongColumn longs(ColumnType type, long... values) {
    return LongColumn.of(type, values, values.length);
  }
}

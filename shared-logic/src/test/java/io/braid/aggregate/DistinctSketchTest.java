package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctSketchTest {

  private static final StandardAggregate FUNCTION = StandardAggregate.APPROX_COUNT_DISTINCT;
  private static final ColumnType DECIMAL = ColumnType.decimal(30, 2);

  /** What Ertl's paper says of 4,096 registers. */
  private static final double STANDARD_ERROR = Math.sqrt(0.6119 / 4096);

  @Property(tries = 100)
  void stateDependsOnTheSetAlone(
      @ForAll long seed,
      @ForAll @IntRange(max = 4) int kind,
      @ForAll @IntRange(max = 1_500) int n) {
    Random random = new Random(seed);
    int range = 1 + random.nextInt(1_200);
    Integer[] drawn = new Integer[n];
    Set<Integer> set = new HashSet<>();
    for (int i = 0; i < n; i++) {
      drawn[i] = random.nextInt(10) == 0 ? null : random.nextInt(range);
      if (drawn[i] != null) {
        set.add(drawn[i]);
      }
    }
    Integer[] once = set.toArray(new Integer[0]);

    Aggregate aggregate = Aggregate.of(FUNCTION, column(kind, drawn).type());
    List<Object> states = AccumulatorTesting.states(aggregate, column(kind, drawn), random);

    assertThat(states)
        .usingRecursiveComparison()
        .isEqualTo(AccumulatorTesting.states(aggregate, column(kind, once), new Random(1)));
    Object finished = AccumulatorTesting.finish(FUNCTION, column(kind, drawn), random);
    if (set.size() <= 512) {
      assertThat(finished).isEqualTo((long) set.size());
    } else {
      assertThat((double) (long) finished)
          .isCloseTo(set.size(), within(set.size() * 5 * STANDARD_ERROR));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 5_000, 100_000})
  void errorIsWhatThePaperSays(int distinct) {
    int tries = 100;
    double squares = 0;
    for (int seed = 0; seed < tries; seed++) {
      long[] values = new long[distinct];
      long step = new Random(seed).nextLong() | 1; // an odd step meets no number twice
      Arrays.setAll(values, i -> i * step);
      double estimate = count(LongColumn.of(ColumnType.BIGINT, values, distinct));
      double error = (estimate - distinct) / distinct;
      assertThat(Math.abs(error)).isLessThan(5 * STANDARD_ERROR);
      squares += error * error;
    }
    double rootMeanSquare = Math.sqrt(squares / tries);
    // The root mean square of 100 normal errors is off by a quarter less than once in 1,000 times.
    assertThat(rootMeanSquare).isLessThan(1.25 * STANDARD_ERROR).isLessThan(0.02);
  }

  @Test
  void numbersInARowAreNoWorseThanRandomOnes() {
    int distinct = 200_000;
    long[] values = new long[distinct];
    String[] texts = new String[distinct];
    for (int i = 0; i < distinct; i++) {
      values[i] = i;
      texts[i] = "user-" + i;
    }
    double allowed = distinct * 4 * STANDARD_ERROR;
    assertThat((double) count(LongColumn.of(ColumnType.BIGINT, values, distinct)))
        .isCloseTo(distinct, within(allowed));
    assertThat((double) count(texts(new Dictionary(), texts))).isCloseTo(distinct, within(allowed));
  }

  @Test
  void doublesAreEqualAsInGroupBy() {
    double otherNan = Double.longBitsToDouble(0x7FF8_0000_0000_0001L);
    double[] values = {0.0, -0.0, Double.NaN, otherNan, 1, 1};
    assertThat(count(DoubleColumn.of(values, values.length))).isEqualTo(4);
  }

  @Test
  void dictionariesThatGrowAndChangeKeepTextsApart() {
    Accumulators accumulators = Aggregate.of(FUNCTION, ColumnType.STRING).accumulators();
    accumulators.grow(1);
    Dictionary growing = new Dictionary();
    for (int batch = 0; batch < 20; batch++) {
      Dictionary other = new Dictionary();
      lift(accumulators, texts(growing, "a" + batch, "a" + batch / 2, "b"));
      lift(accumulators, texts(other, "b", "c" + batch, "a" + batch));
    }
    assertThat(accumulators.finish().value(0)).isEqualTo(41L);
  }

  @Test
  void hashesAreThoseOfStoredStates() {
    assertThat(state(LongColumn.of(ColumnType.BIGINT, new long[] {1}, 1)))
        .isEqualTo(state(LongColumn.of(ColumnType.INT, new long[] {1}, 1)))
        .isEqualTo("0085671091eda75eb5");
    assertThat(state(DoubleColumn.of(new double[] {1}, 1))).isEqualTo("0031db1625ebf9a61b");
    assertThat(state(texts(new Dictionary(), "é日本"))).isEqualTo("0038e588564f7eb368");
    BigDecimal price = new BigDecimal("1.50");
    assertThat(state(DecimalColumn.of(ColumnType.decimal(10, 2), new BigDecimal[] {price}, 1)))
        .isEqualTo("0098cac125a9b2e1ed");
    assertThat(state(DecimalColumn.of(ColumnType.decimal(38, 2), new BigDecimal[] {price}, 1)))
        .isEqualTo("000936a80ef6c80dc2");
  }

  private static String state(Column column) {
    Accumulators accumulators = Aggregate.of(FUNCTION, column.type()).accumulators();
    accumulators.grow(1);
    lift(accumulators, column);
    return HexFormat.of().formatHex(((BytesColumn) accumulators.states().get(0)).get(0));
  }

  private static long count(Column column) {
    Accumulators accumulators = Aggregate.of(FUNCTION, column.type()).accumulators();
    accumulators.grow(1);
    lift(accumulators, column);
    return (long) accumulators.finish().value(0);
  }

  private static void lift(Accumulators accumulators, Column column) {
    accumulators.lift(List.of(column), new int[column.size()], column.size());
  }

  /** Returns numbers as values of one type, distinct where the numbers are. */
  private static Column column(int kind, Integer[] numbers) {
    int size = numbers.length;
    long[] longs = new long[size];
    double[] doubles = new double[size];
    boolean[] nulls = new boolean[size];
    BigDecimal[] decimals = new BigDecimal[size];
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), size);
    for (int i = 0; i < size; i++) {
      nulls[i] = numbers[i] == null;
      if (nulls[i]) {
        texts.appendNull();
      } else {
        longs[i] = numbers[i] * 1_000_003L;
        doubles[i] = numbers[i] / 3.0;
        decimals[i] =
            new BigDecimal(BigInteger.TEN.pow(25).multiply(BigInteger.valueOf(numbers[i])), 2);
        texts.append("text " + numbers[i]);
      }
    }
    return switch (kind) {
      case 0 -> LongColumn.of(ColumnType.BIGINT, longs, nulls, size);
      case 1 -> LongColumn.of(ColumnType.TIMESTAMP, longs, nulls, size);
      case 2 -> DoubleColumn.of(doubles, nulls, size);
      case 3 -> DecimalColumn.of(DECIMAL, decimals, size);
      default -> texts.build();
    };
  }

  private static StringColumn texts(Dictionary dictionary, String... texts) {
    StringColumn.Builder builder = new StringColumn.Builder(dictionary, texts.length);
    for (String text : texts) {
      builder.append(text);
    }
    return builder.build();
  }
}

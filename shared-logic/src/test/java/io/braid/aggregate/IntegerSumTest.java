package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IntegerSumTest {

  @Property(tries = 1000)
  void sumAndMeanAreThoseOfBigIntegersWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    long[] values = new long[1 + random.nextInt(40)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (random.nextInt(5)) {
            case 0 -> Long.MAX_VALUE - random.nextInt(2);
            case 1 -> Long.MIN_VALUE + random.nextInt(2);
            case 2 -> random.nextInt(3) - 1;
            case 3 -> 1L << random.nextInt(63);
            default -> random.nextLong();
          };
    }
    BigInteger sum =
        Arrays.stream(values)
            .mapToObj(BigInteger::valueOf)
            .reduce(BigInteger.ZERO, BigInteger::add);
    LongColumn column = LongColumn.of(ColumnType.BIGINT, values, values.length);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, column, random))
        .isEqualTo(new BigDecimal(sum));
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column, random))
        .isEqualTo(
            new BigDecimal(sum)
                .divide(BigDecimal.valueOf(values.length), new MathContext(200))
                .doubleValue());
  }

  @Test
  void sumsAtTheBordersOf64BitsAreExact() {
    assertThat(sum(Long.MAX_VALUE, 1)).isEqualTo(new BigDecimal("9223372036854775808"));
    assertThat(sum(Long.MIN_VALUE, -1)).isEqualTo(new BigDecimal("-9223372036854775809"));
    assertThat(sum(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
        .isEqualTo(new BigDecimal("-2"));
    assertThat(sum(-1, 1)).isEqualTo(BigDecimal.ZERO);
    assertThat(sum(-1, -1, -1)).isEqualTo(new BigDecimal("-3"));
  }

  @Test
  void nullsCountForNothing() {
    LongColumn column =
        LongColumn.of(ColumnType.INT, new long[] {5, 7}, new boolean[] {true, false}, 2);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, column, new Random(1)))
        .isEqualTo(new BigDecimal(7));
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column, new Random(1)))
        .isEqualTo(7.0);
    assertThat(AccumulatorTesting.finish(StandardAggregate.COUNT, column, new Random(1)))
        .isEqualTo(1L);
    LongColumn nulls = LongColumn.of(ColumnType.INT, new long[1], new boolean[] {true}, 1);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, nulls, new Random(1))).isNull();
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, nulls, new Random(1))).isNull();
    assertThat(AccumulatorTesting.finish(StandardAggregate.COUNT, nulls, new Random(1)))
        .isEqualTo(0L);
  }

  private static Object sum(long... values) {
    LongColumn column = LongColumn.of(ColumnType.BIGINT, values, values.length);
    return AccumulatorTesting.finish(StandardAggregate.SUM, column, new Random(1));
  }
}

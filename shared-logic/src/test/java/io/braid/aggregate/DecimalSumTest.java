package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DecimalSumTest {

  private static final ColumnType WIDE = ColumnType.decimal(38, 10);
  private static final BigDecimal MOST =
      new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 10);
  private static final BigDecimal LEAST = BigDecimal.valueOf(1, 10);

  @Property(tries = 800)
  void sumAndMeanAreThoseOfBigDecimalsWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    BigDecimal[] values = new BigDecimal[1 + random.nextInt(30)];
    for (int i = 0; i < values.length; i++) {
      BigInteger unscaled =
          switch (random.nextInt(3)) {
            case 0 -> MOST.unscaledValue();
            case 1 -> BigInteger.valueOf(random.nextInt(5));
            default -> new BigInteger(random.nextInt(126), random);
          };
      values[i] = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), 10);
    }
    BigDecimal sum = Arrays.stream(values).reduce(BigDecimal.ZERO, BigDecimal::add).setScale(10);
    assertThat(AccumulatorTesting.finish(StandardAggregate.SUM, column(values), random))
        .isEqualTo(sum.precision() > 38 ? null : sum);
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column(values), random))
        .isEqualTo(
            sum.divide(BigDecimal.valueOf(values.length), new MathContext(200)).doubleValue());
  }

  @Test
  void sumOfMoreThan38DigitsIsNull() {
    assertThat(sum(MOST)).isEqualTo(MOST);
    assertThat(sum(MOST, LEAST)).isNull();
    assertThat(sum(MOST.negate(), LEAST.negate())).isNull();
  }

  @Test
  void sumThatCancelsBackInto38DigitsIsThereAgain() {
    assertThat(sum(MOST, LEAST, LEAST.negate())).isEqualTo(MOST);
    assertThat(sum(MOST, MOST, MOST, MOST.negate(), MOST.negate())).isEqualTo(MOST);
  }

  @Test
  void meanIsExactHoweverLargeTheSum() {
    assertThat(
            AccumulatorTesting.finish(
                StandardAggregate.AVG, column(MOST, MOST, MOST), new Random(1)))
        .isEqualTo(MOST.doubleValue());
  }

  @Test
  void nullsCountForNothing() {
    assertThat(sum(null, LEAST, null)).isEqualTo(LEAST);
    assertThat(sum(null, null)).isNull();
    assertThat(AccumulatorTesting.finish(StandardAggregate.AVG, column(null, LEAST), new Random(1)))
        .isEqualTo(1e-10);
  }

  @Test
  void sumKeepsTheScaleOfItsType() {
    assertThat(sum(LEAST, LEAST.negate())).isEqualTo(BigDecimal.valueOf(0, 10));
  }

  private static Object sum(BigDecimal... values) {
    return AccumulatorTesting.finish(StandardAggregate.SUM, column(values), new Random(1));
  }

  private static DecimalColumn column(BigDecimal... values) {
    return DecimalColumn.of(WIDE, values, values.length);
  }
}

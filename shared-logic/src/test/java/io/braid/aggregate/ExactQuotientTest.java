package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ExactQuotientTest {

  /** More digits than any tie between two doubles has: truncating cannot make one. */
  private static final MathContext LONG_DIVISION = new MathContext(1500, RoundingMode.DOWN);

  @Property(tries = 2000)
  void quotientOfLongsIsRoundedOnce(
      @ForAll long numerator, @ForAll @LongRange(min = 1) long denominator) {
    assertThat(ExactQuotient.of(numerator, denominator))
        .isEqualTo(slow(BigDecimal.valueOf(numerator), BigDecimal.valueOf(denominator)));
  }

  @Property(tries = 1000)
  void quotientOfLargeNumbersIsRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    BigInteger numerator = new BigInteger(random.nextInt(1200), random);
    BigInteger denominator = new BigInteger(random.nextInt(1300), random).add(BigInteger.ONE);
    if (random.nextBoolean()) {
      numerator = numerator.negate();
    }
    assertThat(ExactQuotient.of(numerator, denominator) + 0.0)
        .isEqualTo(slow(new BigDecimal(numerator), new BigDecimal(denominator)) + 0.0);
  }

  /** Numerators around the middle between two neighbouring doubles, where one bit decides. */
  @Property(tries = 1000)
  void quotientNextToATieIsRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    BigInteger denominator = BigInteger.valueOf(1 + random.nextInt(1_000_000));
    BigInteger middle =
        BigInteger.valueOf((1L << 53) + random.nextInt(1000) * 2L + 1).multiply(denominator);
    int shift = random.nextInt(2200) - 1100;
    BigInteger numerator = middle.shiftLeft(60).add(BigInteger.valueOf(random.nextInt(3) - 1));
    BigInteger scaled = shift >= 0 ? numerator.shiftLeft(shift) : numerator;
    BigInteger divisor = denominator.shiftLeft(60 + (shift < 0 ? -shift : 0));
    assertThat(ExactQuotient.of(scaled, divisor))
        .isEqualTo(slow(new BigDecimal(scaled), new BigDecimal(divisor)));
  }

  @Test
  void tiesGoToEven() {
    BigInteger two53 = BigInteger.ONE.shiftLeft(53);
    assertThat(ExactQuotient.of(two53.add(BigInteger.ONE), BigInteger.ONE)).isEqualTo(0x1p53);
    assertThat(ExactQuotient.of(two53.add(BigInteger.valueOf(3)), BigInteger.ONE))
        .isEqualTo(0x1p53 + 4);
  }

  @Test
  void quotientsAtTheEdgesOfDouble() {
    BigInteger one = BigInteger.ONE;
    assertThat(ExactQuotient.of(one, one.shiftLeft(1074))).isEqualTo(Double.MIN_VALUE);
    assertThat(ExactQuotient.of(one, one.shiftLeft(1075))).as("a tie goes to even").isZero();
    assertThat(ExactQuotient.of(one.shiftLeft(1).add(one), one.shiftLeft(1076)))
        .isEqualTo(Double.MIN_VALUE);
    assertThat(ExactQuotient.of(one.shiftLeft(1024), one)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(ExactQuotient.of(one.shiftLeft(1024).subtract(one), BigInteger.TWO))
        .isEqualTo(0x1p1023);
    assertThat(ExactQuotient.of(Long.MIN_VALUE, 1)).isEqualTo(-0x1p63);
    assertThat(ExactQuotient.of(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(1);
    assertThat(ExactQuotient.of(0, 5)).isEqualTo(0.0);
  }

  @Test
  void decimalsOfAnyScaleAreDivided() {
    assertThat(ExactQuotient.of(new BigDecimal("0.3"), 3)).isEqualTo(0.1);
    assertThat(ExactQuotient.of(new BigDecimal("3E+2"), 3)).isEqualTo(100);
    assertThat(ExactQuotient.of(new BigDecimal("-0.00"), 3)).isEqualTo(0.0);
  }

  private static double slow(BigDecimal numerator, BigDecimal denominator) {
    return numerator.divide(denominator, LONG_DIVISION).doubleValue();
  }
}

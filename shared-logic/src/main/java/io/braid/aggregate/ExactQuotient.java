package io.braid.aggregate;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Quotients of exact numbers, rounded once to the nearest double, ties to even. */
final class ExactQuotient {

  /** Below this, both operands of a division are doubles themselves and IEEE 754 rounds once. */
  private static final long EXACT_LONG = 1L << 53;

  private ExactQuotient() {}

  static double of(long numerator, long denominator) {
    boolean exact = Math.abs(numerator) <= EXACT_LONG && denominator <= EXACT_LONG;
    return exact && numerator != Long.MIN_VALUE
        ? (double) numerator / denominator
        : of(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  static double of(BigDecimal numerator, long denominator) {
    BigInteger count = BigInteger.valueOf(denominator);
    return numerator.scale() >= 0
        ? of(numerator.unscaledValue(), count.multiply(BigInteger.TEN.pow(numerator.scale())))
        : of(numerator.toBigIntegerExact(), count);
  }

  /**
   * Divides by scaling the quotient to 64 bits or more and noting in its last bit whether anything
   * was left over: 11 bits beyond a double's 53, so that the sticky bit decides ties and nothing
   * else.
   *
   * @param denominator positive
   */
  static double of(BigInteger numerator, BigInteger denominator) {
    if (numerator.signum() == 0) {
      return 0;
    }
    BigInteger magnitude = numerator.abs();
    int shift = 65 - (magnitude.bitLength() - denominator.bitLength());
    BigInteger scaled = shift >= 0 ? magnitude.shiftLeft(shift) : magnitude;
    BigInteger divisor = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
    BigInteger[] parts = scaled.divideAndRemainder(divisor);
    BigInteger quotient = parts[1].signum() == 0 ? parts[0] : parts[0].setBit(0);
    double rounded = Math.scalb(quotient.doubleValue(), -shift);
    if (rounded < Double.MIN_NORMAL) {
      // scalb would round a second time: let BigDecimal round the whole number once.
      rounded =
          new BigDecimal(quotient)
              .divide(new BigDecimal(BigInteger.ONE.shiftLeft(shift)))
              .doubleValue();
    }
    return numerator.signum() < 0 ? -rounded : rounded;
  }
}

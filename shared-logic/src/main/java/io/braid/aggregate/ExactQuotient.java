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
    double rounded = round(parts[0], parts[1].signum() != 0, shift);
    return numerator.signum() < 0 ? -rounded : rounded;
  }

  /**
   * Returns the square root of a quotient, rounded once: that of the quotient scaled to 130 bits or
   * more by an even power of two, so that the root has 65.
   *
   * @param numerator not negative
   * @param denominator positive
   */
  static double root(BigInteger numerator, BigInteger denominator) {
    if (numerator.signum() == 0) {
      return 0;
    }
    int shift = 131 - (numerator.bitLength() - denominator.bitLength());
    shift += shift & 1;
    BigInteger scaled = shift >= 0 ? numerator.shiftLeft(shift) : numerator;
    BigInteger divisor = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
    BigInteger[] parts = scaled.divideAndRemainder(divisor);
    BigInteger[] root = parts[0].sqrtAndRemainder();
    return round(root[0], root[1].signum() != 0 || parts[1].signum() != 0, shift / 2);
  }

  /**
   * Returns {@code units} times 2 to the power of {@code -shift}, rounded once, ties to even.
   *
   * @param units 64 bits or more: enough for a last bit that stands for all that follows
   * @param more whether the true number is somewhat larger, by less than a unit
   */
  private static double round(BigInteger units, boolean more, int shift) {
    BigInteger sticky = more ? units.setBit(0) : units;
    double rounded = Math.scalb(sticky.doubleValue(), -shift);
    return rounded < Double.MIN_NORMAL ? roundSubnormal(sticky, shift) : rounded;
  }

  /** Rounds to a multiple of the least double; {@code scalb} would round a second time. */
  private static double roundSubnormal(BigInteger units, int shift) {
    int dropped = shift + Math.getExponent(Double.MIN_NORMAL) - 52;
    if (dropped > units.bitLength()) {
      return 0;
    }
    long kept = units.shiftRight(dropped).longValueExact();
    boolean half = units.testBit(dropped - 1);
    boolean tie = units.getLowestSetBit() == dropped - 1;
    return (half && (!tie || (kept & 1) != 0) ? kept + 1 : kept) * Double.MIN_VALUE;
  }
}

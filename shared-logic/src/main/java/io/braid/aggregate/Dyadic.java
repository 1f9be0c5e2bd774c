package io.braid.aggregate;

import java.math.BigInteger;

/**
 * The number {@code units} times 2 to the power of {@code exponent}: what sums and products of
 * doubles are, exactly.
 */
record Dyadic(BigInteger units, int exponent) {

  static final Dyadic ZERO = new Dyadic(BigInteger.ZERO, 0);

  private static final int FRACTION_BITS = 52;

  /** Returns a whole number. */
  static Dyadic of(BigInteger integer) {
    return new Dyadic(integer, 0);
  }

  /** Returns a finite double, in the largest units that it is a multiple of. */
  static Dyadic of(double value) {
    if (value == 0) {
      return ZERO;
    }
    long bits = Double.doubleToRawLongBits(value);
    long fraction = bits & ((1L << FRACTION_BITS) - 1);
    int biased = (int) (bits >>> FRACTION_BITS) & 0x7FF;
    long significand = biased == 0 ? fraction : fraction | (1L << FRACTION_BITS);
    int exponent = Math.max(biased, 1) - Double.MAX_EXPONENT - FRACTION_BITS;
    int zeros = Long.numberOfTrailingZeros(significand);
    long units = significand >> zeros;
    return new Dyadic(BigInteger.valueOf(bits < 0 ? -units : units), exponent + zeros);
  }

  Dyadic plus(Dyadic other) {
    if (units.signum() == 0) {
      return other;
    } else if (other.units.signum() == 0) {
      return this;
    }
    int common = Math.min(exponent, other.exponent);
    return new Dyadic(unitsOf(common).add(other.unitsOf(common)), common);
  }

  Dyadic minus(Dyadic other) {
    return plus(new Dyadic(other.units.negate(), other.exponent));
  }

  Dyadic times(Dyadic other) {
    return new Dyadic(units.multiply(other.units), exponent + other.exponent);
  }

  /** Returns this number in units of 2 to the power of {@code exponent}, at most its own. */
  BigInteger unitsOf(int exponent) {
    return units.shiftLeft(this.exponent - exponent);
  }

  /** Returns the quotient, rounded once; the divisor is positive. */
  double over(BigInteger divisor) {
    return ExactQuotient.of(numerator(), denominator(divisor));
  }

  /** Returns the square root of the quotient, rounded once; the divisor is positive. */
  double rootOver(BigInteger divisor) {
    return ExactQuotient.root(numerator(), denominator(divisor));
  }

  private BigInteger numerator() {
    return units.shiftLeft(Math.max(exponent, 0));
  }

  private BigInteger denominator(BigInteger divisor) {
    return divisor.shiftLeft(Math.max(-exponent, 0));
  }
}

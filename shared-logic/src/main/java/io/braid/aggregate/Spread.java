package io.braid.aggregate;

import java.math.BigInteger;

/** The measures of how far values lie apart. */
enum Spread {
  VAR_POP,
  VAR_SAMP,
  STDDEV_POP,
  STDDEV_SAMP;

  /** Returns the least number of values that there is such a measure of. */
  long leastCount() {
    return this == VAR_SAMP || this == STDDEV_SAMP ? 2 : 1;
  }

  /**
   * Returns the measure, rounded once: n values have the variance (n Q - S S) / (n n), the sample
   * variance (n Q - S S) / (n (n - 1)), where S is their sum and Q that of their squares.
   *
   * @param count n, at least {@link #leastCount}
   * @param sum S, in any unit
   * @param squares Q, in the square of that unit
   * @param unit by which the measure of values is to be divided
   */
  double of(long count, Dyadic sum, Dyadic squares, BigInteger unit) {
    BigInteger n = BigInteger.valueOf(count);
    Dyadic numerator = squares.times(Dyadic.of(n)).minus(sum.times(sum));
    BigInteger divisor = n.multiply(BigInteger.valueOf(count + 1 - leastCount()));
    BigInteger denominator = divisor.multiply(unit).multiply(unit);
    return switch (this) {
      case VAR_POP, VAR_SAMP -> numerator.over(denominator);
      case STDDEV_POP, STDDEV_SAMP -> numerator.rootOver(denominator);
    };
  }
}

package io.braid.batch.oracle;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;

/**
 * Where Spark SQL and Braid say the same in different ways, and what the {@link Corpus} does about
 * it:
 *
 * <ul>
 *   <li>Spark hands out instants and dates as objects; here they are epoch milliseconds and days.
 *   <li>Its INTEGER and BIGINT are different objects; here both are longs.
 *   <li>SUM of integers overflows in Spark or wraps; questions cast to DECIMAL(38, 0) first.
 *   <li>AVG and variance of DECIMAL are DECIMAL in Spark; questions cast to DOUBLE first.
 *   <li>Sums of doubles are rounded after each step in Spark; a tolerance covers the last digits.
 *   <li>Integer division is {@code div} in Spark, where {@code /} is always a fraction.
 * </ul>
 */
final class SparkDifferences {

  private SparkDifferences() {}

  /** Returns Spark's value as a column of Braid holds it. */
  static Object normalised(Object value) {
    if (value instanceof Timestamp timestamp) {
      return timestamp.getTime();
    } else if (value instanceof Date date) {
      return date.toLocalDate().toEpochDay();
    } else if (value instanceof Number number
        && !(number instanceof Double)
        && !(number instanceof BigDecimal)) {
      return number.longValue();
    }
    return value;
  }

  /** Returns whether values agree: numbers of any type by value, doubles within the tolerance. */
  static boolean agree(Object ours, Object theirs, double tolerance) {
    if (ours instanceof Number a && theirs instanceof Number b) {
      if (ours instanceof Double || theirs instanceof Double) {
        double difference = Math.abs(a.doubleValue() - b.doubleValue());
        return difference <= tolerance * Math.max(1, Math.abs(b.doubleValue()));
      }
      return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
    }
    return ours == null ? theirs == null : ours.equals(theirs);
  }

  /** Returns a value as text that puts rows in order, the same for values that agree. */
  static String order(Object value) {
    boolean mayDiffer = value instanceof Double || value instanceof BigDecimal;
    return mayDiffer
        ? "%.4f".formatted(((Number) value).doubleValue() + 0.0)
        : String.valueOf(value);
  }
}

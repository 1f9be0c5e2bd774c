package io.braid.expression;

import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;

/**
 * Comparisons of a column with one constant, which most filters are: no column is made of the
 * constant, and a text is looked up in the dictionary once. Orders are those of {@link Comparison}.
 */
final class ConstantComparison {

  private ConstantComparison() {}

  /**
   * Compares every value with a constant.
   *
   * @param constant not NULL, and stored as the values are
   */
  static LongColumn compare(
      ComparisonOperator operator, Column values, Literal constant, int size) {
    long[] results = new long[size];
    if (operator.isEquality()) {
      addEqual(values, constant, results);
    } else if (operator.isSwapped()) {
      greater(values, constant, results);
    } else {
      less(values, constant, results);
    }
    if (operator.isNegated()) {
      for (int i = 0; i < size; i++) {
        results[i] ^= 1;
      }
    }
    return NullMask.of(size, values).column(ColumnType.BOOLEAN, results);
  }

  /** Sets the result of every row whose value equals a constant that is not NULL to 1. */
  static void addEqual(Column values, Literal constant, long[] results) {
    if (values instanceof LongColumn longs) {
      long sought = constant.asLong();
      for (int i = 0; i < results.length; i++) {
        results[i] |= longs.get(i) == sought ? 1 : 0;
      }
    } else if (values instanceof DoubleColumn doubles) {
      double sought = constant.asDouble();
      for (int i = 0; i < results.length; i++) {
        results[i] |= Double.compare(doubles.get(i), sought) == 0 ? 1 : 0;
      }
    } else if (values instanceof StringColumn texts) {
      addEqual(texts, constant.asText(), results);
    } else {
      DecimalColumn decimals = (DecimalColumn) values;
      BigDecimal sought = constant.asDecimal();
      for (int i = 0; i < results.length; i++) {
        BigDecimal value = decimals.get(i);
        results[i] |= value != null && value.compareTo(sought) == 0 ? 1 : 0;
      }
    }
  }

  private static void addEqual(StringColumn texts, String sought, long[] results) {
    if (isSearchable(texts.dictionary(), results.length)) {
      int code = texts.dictionary().find(sought);
      if (code != Dictionary.NULL) {
        for (int i = 0; i < results.length; i++) {
          results[i] |= texts.code(i) == code ? 1 : 0;
        }
      }
    } else {
      for (int i = 0; i < results.length; i++) {
        results[i] |= !texts.isNull(i) && texts.get(i).equals(sought) ? 1 : 0;
      }
    }
  }

  /**
   * Returns whether one look-up costs less than a comparison of texts in every row: a dictionary
   * that is a snapshot indexes all its texts at the first look-up.
   */
  private static boolean isSearchable(Dictionary dictionary, int rows) {
    return dictionary.size() <= 2 * rows;
  }

  private static void less(Column values, Literal constant, long[] results) {
    if (values instanceof LongColumn longs) {
      long bound = constant.asLong();
      for (int i = 0; i < results.length; i++) {
        results[i] = longs.get(i) < bound ? 1 : 0;
      }
    } else if (values instanceof DoubleColumn doubles) {
      double bound = constant.asDouble();
      if (isPlain(bound)) {
        for (int i = 0; i < results.length; i++) {
          results[i] = doubles.get(i) < bound ? 1 : 0;
        }
      } else {
        for (int i = 0; i < results.length; i++) {
          results[i] = Double.compare(doubles.get(i), bound) < 0 ? 1 : 0;
        }
      }
    } else {
      ordered(values, constant, -1, results);
    }
  }

  private static void greater(Column values, Literal constant, long[] results) {
    if (values instanceof LongColumn longs) {
      long bound = constant.asLong();
      for (int i = 0; i < results.length; i++) {
        results[i] = longs.get(i) > bound ? 1 : 0;
      }
    } else if (values instanceof DoubleColumn doubles) {
      double bound = constant.asDouble();
      if (isPlain(bound)) {
        for (int i = 0; i < results.length; i++) {
          results[i] = doubles.get(i) <= bound ? 0 : 1; // NaN is greater
        }
      } else {
        for (int i = 0; i < results.length; i++) {
          results[i] = Double.compare(doubles.get(i), bound) > 0 ? 1 : 0;
        }
      }
    } else {
      ordered(values, constant, 1, results);
    }
  }

  /** Returns whether the total order around {@code bound} is what the processor compares by. */
  private static boolean isPlain(double bound) {
    return !Double.isNaN(bound) && bound != 0;
  }

  private static void ordered(Column values, Literal constant, int sign, long[] results) {
    if (values instanceof StringColumn texts) {
      String bound = constant.asText();
      for (int i = 0; i < results.length; i++) {
        results[i] = !texts.isNull(i) && sign * CodePoints.compare(texts.get(i), bound) > 0 ? 1 : 0;
      }
    } else {
      DecimalColumn decimals = (DecimalColumn) values;
      BigDecimal bound = constant.asDecimal();
      for (int i = 0; i < results.length; i++) {
        BigDecimal value = decimals.get(i);
        results[i] = value != null && sign * value.compareTo(bound) > 0 ? 1 : 0;
      }
    }
  }
}

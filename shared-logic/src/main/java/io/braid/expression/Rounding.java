package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A number rounded to digits behind the point, or before it where {@code digits} is negative; ties
 * go away from zero. A result with more digits than the type is NULL and counted.
 *
 * <p>A DOUBLE is rounded from its exact value: 2.675 is a little less than that, so its two digits
 * are 2.67. The result is the DOUBLE nearest to the rounded number, never -0.0; infinities and NaN
 * stay as they are.
 *
 * @param digits an integer, negative for digits before the point
 * @param type the operand's, or for DECIMAL one of another precision and scale
 */
record Rounding(Expression operand, Expression digits, ColumnType type) implements Expression {

  /** The powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final int MOST_LONG_ZEROS = 18;
  private static final int MOST_DOUBLE_SCALE = 1074; // the digits of the least double
  private static final int MOST_DOUBLE_DIGITS = 310; // one more than the greatest double has
  private static final double TWO_POW_51 = 0x1p51;
  private static final double TWO_POW_52 = 0x1p52;

  @Override
  public List<Expression> operands() {
    return List.of(operand, digits);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    Column column = operand.evaluate(batch, errors);
    LongOperand scales = LongOperand.of(digits, batch, errors);
    if (column instanceof DoubleColumn doubles) {
      double[] results = new double[size];
      for (int i = 0; i < size; i++) {
        results[i] = round(doubles.get(i), scales.get(i));
      }
      return NullMask.of(size, column, scales.column()).column(results);
    }
    return column instanceof DecimalColumn decimals
        ? decimals(decimals, scales, size, errors)
        : integers((LongColumn) column, scales, size, errors);
  }

  /**
   * Rounds with one multiplication and one division where both are safe. The product's own rounding
   * error is known exactly from a fused multiplication, so that the fraction can be compared with
   * one half without loss; the quotient of two exact doubles is the double nearest to it.
   */
  private static double round(double value, long scale) {
    double magnitude = Math.abs(value);
    if (scale >= 0 && (magnitude >= TWO_POW_52 || scale > MOST_DOUBLE_SCALE)) {
      return value + 0.0; // whole already, or all its digits asked for
    }
    if (scale >= 0 && scale < EXACT_POWERS.length) {
      double power = EXACT_POWERS[(int) scale];
      double product = magnitude * power;
      if (product < TWO_POW_51) {
        double error = Math.fma(magnitude, power, -product);
        double whole = Math.floor(product);
        double overHalf = product - whole - 0.5 + error;
        double rounded = (overHalf >= 0 ? whole + 1 : whole) / power;
        return value < 0 ? 0.0 - rounded : rounded;
      }
    }
    if (!Double.isFinite(value)) {
      return value;
    }
    if (scale < -MOST_DOUBLE_DIGITS) {
      return 0;
    }
    return new BigDecimal(value).setScale((int) scale, RoundingMode.HALF_UP).doubleValue();
  }

  private DecimalColumn decimals(
      DecimalColumn column, LongOperand scales, int size, ExpressionErrors errors) {
    int most = operand.type().scale();
    NullMask nulls = NullMask.of(size, column, scales.column());
    BigDecimal[] results = new BigDecimal[size];
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      int scale = (int) Math.max(-ColumnType.MAX_PRECISION - 1L, Math.min(scales.get(i), most));
      results[i] = Decimals.fit(column.get(i).setScale(scale, RoundingMode.HALF_UP), type);
      if (results[i] == null) {
        errors.add();
      }
    }
    return DecimalColumn.of(type, results, size);
  }

  private LongColumn integers(
      LongColumn column, LongOperand scales, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column, scales.column());
    long[] results = new long[size];
    for (int i = 0; i < size; i++) {
      long value = column.get(i);
      long scale = scales.get(i);
      if (nulls.isNull(i) || scale >= 0) {
        results[i] = value;
      } else if (scale >= -MOST_LONG_ZEROS) {
        long power = (long) EXACT_POWERS[(int) -scale];
        long rest = value % power;
        long carried = 2 * Math.abs(rest) >= power ? Long.signum(rest) : 0;
        long quotient = value / power + carried;
        results[i] = quotient * power;
        if (Math.multiplyHigh(quotient, power) != results[i] >> 63) {
          results[i] = 0;
          nulls.fail(i, errors);
        }
      } else if (scale == -MOST_LONG_ZEROS - 1 && isOverHalf(value)) {
        nulls.fail(i, errors);
      }
    }
    if (type.kind() == ColumnType.Kind.INT) {
      Cast.checkInt(results, nulls, errors);
    }
    return nulls.column(type, results);
  }

  /** Returns whether 10^19, beyond every BIGINT, is nearer than zero. */
  private static boolean isOverHalf(long value) {
    long half = 5_000_000_000_000_000_000L;
    return value >= half || value <= -half;
  }

  @Override
  public String text() {
    return "round(" + operand.text() + ", " + digits.text() + "):" + type;
  }
}

package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.List;

/**
 * A comparison of two operands that are stored alike.
 *
 * <p>All orders are total. Texts compare by code point, booleans FALSE before TRUE, doubles as
 * {@link Double#compare} has it: -0.0 before 0.0, NaN equal to itself and above infinity. Grouping,
 * MIN and MAX follow that same order, so values that are equal here are one group there.
 */
record Comparison(ComparisonOperator operator, Expression left, Expression right)
    implements Expression {

  @Override
  public ColumnType type() {
    return ColumnType.BOOLEAN;
  }

  @Override
  public List<Expression> operands() {
    return List.of(left, right);
  }

  @Override
  public LongColumn evaluate(Batch batch, ExpressionErrors errors) {
    if (left instanceof Literal constant && !constant.isNull()) {
      Column values = right.evaluate(batch, errors);
      return ConstantComparison.compare(operator.mirrored(), values, constant, batch.size());
    }
    return compare(operator, left.evaluate(batch, errors), right, batch, errors);
  }

  /** Compares the values of a column with those of an expression, stored alike. */
  static LongColumn compare(
      ComparisonOperator operator,
      Column values,
      Expression other,
      Batch batch,
      ExpressionErrors errors) {
    return other instanceof Literal constant && !constant.isNull()
        ? ConstantComparison.compare(operator, values, constant, batch.size())
        : compare(operator, values, other.evaluate(batch, errors), batch.size());
  }

  /** Compares row by row two columns that are stored alike. */
  static LongColumn compare(ComparisonOperator operator, Column left, Column right, int size) {
    Column a = operator.isSwapped() ? right : left;
    Column b = operator.isSwapped() ? left : right;
    long[] results = new long[size];
    NullMask nulls = NullMask.of(size, a, b);
    boolean equality = operator.isEquality();
    if (a instanceof LongColumn x && b instanceof LongColumn y) {
      longs(equality, x, y, results);
    } else if (a instanceof DoubleColumn x && b instanceof DoubleColumn y) {
      doubles(equality, x, y, results);
    } else if (a instanceof StringColumn x && b instanceof StringColumn y) {
      strings(equality, x, y, results);
    } else {
      decimals(equality, (DecimalColumn) a, (DecimalColumn) b, results);
    }
    if (operator.isNegated()) {
      for (int i = 0; i < size; i++) {
        results[i] ^= 1;
      }
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  private static void longs(boolean equality, LongColumn a, LongColumn b, long[] results) {
    if (equality) {
      for (int i = 0; i < results.length; i++) {
        results[i] = a.get(i) == b.get(i) ? 1 : 0;
      }
    } else {
      for (int i = 0; i < results.length; i++) {
        results[i] = a.get(i) < b.get(i) ? 1 : 0;
      }
    }
  }

  private static void doubles(boolean equality, DoubleColumn a, DoubleColumn b, long[] results) {
    if (equality) {
      for (int i = 0; i < results.length; i++) {
        results[i] = Double.compare(a.get(i), b.get(i)) == 0 ? 1 : 0;
      }
    } else {
      for (int i = 0; i < results.length; i++) {
        results[i] = Double.compare(a.get(i), b.get(i)) < 0 ? 1 : 0;
      }
    }
  }

  private static void decimals(boolean equality, DecimalColumn a, DecimalColumn b, long[] results) {
    for (int i = 0; i < results.length; i++) {
      if (a.get(i) != null && b.get(i) != null) {
        int order = a.get(i).compareTo(b.get(i));
        results[i] = (equality ? order == 0 : order < 0) ? 1 : 0;
      }
    }
  }

  private static void strings(boolean equality, StringColumn a, StringColumn b, long[] results) {
    if (!equality) {
      for (int i = 0; i < results.length; i++) {
        if (!a.isNull(i) && !b.isNull(i)) {
          results[i] = CodePoints.compare(a.get(i), b.get(i)) < 0 ? 1 : 0;
        }
      }
    } else if (a.dictionary() == b.dictionary()) {
      for (int i = 0; i < results.length; i++) {
        results[i] = a.code(i) == b.code(i) ? 1 : 0;
      }
    } else {
      for (int i = 0; i < results.length; i++) {
        if (!a.isNull(i) && !b.isNull(i)) {
          results[i] = a.get(i).equals(b.get(i)) ? 1 : 0;
        }
      }
    }
  }

  @Override
  public String text() {
    return "(" + left.text() + " " + operator.symbol() + " " + right.text() + ")";
  }
}

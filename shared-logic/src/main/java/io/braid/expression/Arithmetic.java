package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import java.math.BigDecimal;
import java.util.List;

/**
 * Arithmetic of two operands that are stored alike: both integers, both DOUBLE or both DECIMAL.
 *
 * <p>NULL and counted: integer results beyond the type, DECIMAL results with more digits than the
 * type, and every division by zero, of doubles too. Doubles overflow to infinity as IEEE 754 says.
 */
record Arithmetic(ArithmeticOperator operator, Expression left, Expression right, ColumnType type)
    implements Expression {

  @Override
  public List<Expression> operands() {
    return List.of(left, right);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    boolean exchangeable =
        operator == ArithmeticOperator.PLUS || operator == ArithmeticOperator.TIMES;
    boolean exchanged = exchangeable && left instanceof Literal; // constants are best on the right
    Expression first = exchanged ? right : left;
    Expression second = exchanged ? left : right;
    Column a = first.evaluate(batch, errors);
    return switch (type.kind()) {
      case DOUBLE ->
          doubles((DoubleColumn) a, DoubleOperand.of(second, batch, errors), size, errors);
      case DECIMAL ->
          decimals((DecimalColumn) a, (DecimalColumn) second.evaluate(batch, errors), size, errors);
      default -> integers((LongColumn) a, LongOperand.of(second, batch, errors), size, errors);
    };
  }

  private LongColumn integers(LongColumn a, LongOperand b, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, a, b.column());
    long[] results = new long[size];
    switch (operator) {
      case PLUS -> plus(a, b, results, nulls, errors);
      case MINUS -> minus(a, b, results, nulls, errors);
      case TIMES -> times(a, b, results, nulls, errors);
      case DIVIDE, REMAINDER -> divide(a, b, results, nulls, errors);
    }
    if (type.kind() == ColumnType.Kind.INT) {
      Cast.checkInt(results, nulls, errors);
    }
    return nulls.column(type, results);
  }

  // A first loop without branches computes and only notes that something overflowed, which may be
  // the meaningless value of a NULL; the second loop, seldom run, finds out which.

  private static void plus(
      LongColumn a, LongOperand b, long[] results, NullMask nulls, ExpressionErrors errors) {
    long overflow = 0;
    for (int i = 0; i < results.length; i++) {
      long x = a.get(i);
      long y = b.get(i);
      long sum = x + y;
      results[i] = sum;
      overflow |= (x ^ sum) & (y ^ sum);
    }
    if (overflow < 0) {
      for (int i = 0; i < results.length; i++) {
        if (((a.get(i) ^ results[i]) & (b.get(i) ^ results[i])) < 0 && !nulls.isNull(i)) {
          results[i] = 0;
          nulls.fail(i, errors);
        }
      }
    }
  }

  private static void minus(
      LongColumn a, LongOperand b, long[] results, NullMask nulls, ExpressionErrors errors) {
    long overflow = 0;
    for (int i = 0; i < results.length; i++) {
      long x = a.get(i);
      long y = b.get(i);
      long difference = x - y;
      results[i] = difference;
      overflow |= (x ^ y) & (x ^ difference);
    }
    if (overflow < 0) {
      for (int i = 0; i < results.length; i++) {
        if (((a.get(i) ^ b.get(i)) & (a.get(i) ^ results[i])) < 0 && !nulls.isNull(i)) {
          results[i] = 0;
          nulls.fail(i, errors);
        }
      }
    }
  }

  private static void times(
      LongColumn a, LongOperand b, long[] results, NullMask nulls, ExpressionErrors errors) {
    long overflow = 0;
    for (int i = 0; i < results.length; i++) {
      long x = a.get(i);
      long y = b.get(i);
      long product = x * y;
      results[i] = product;
      overflow |= Math.multiplyHigh(x, y) ^ (product >> 63);
    }
    if (overflow != 0) {
      for (int i = 0; i < results.length; i++) {
        if (Math.multiplyHigh(a.get(i), b.get(i)) != results[i] >> 63 && !nulls.isNull(i)) {
          results[i] = 0;
          nulls.fail(i, errors);
        }
      }
    }
  }

  private void divide(
      LongColumn a, LongOperand b, long[] results, NullMask nulls, ExpressionErrors errors) {
    boolean remainder = operator == ArithmeticOperator.REMAINDER;
    for (int i = 0; i < results.length; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      long x = a.get(i);
      long y = b.get(i);
      if (y == 0 || (x == Long.MIN_VALUE && y == -1 && !remainder)) {
        nulls.fail(i, errors);
      } else {
        results[i] = remainder ? x % y : x / y;
      }
    }
  }

  private DoubleColumn doubles(DoubleColumn a, DoubleOperand b, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, a, b.column());
    double[] results = new double[size];
    switch (operator) {
      case PLUS -> {
        for (int i = 0; i < size; i++) {
          results[i] = a.get(i) + b.get(i);
        }
      }
      case MINUS -> {
        for (int i = 0; i < size; i++) {
          results[i] = a.get(i) - b.get(i);
        }
      }
      case TIMES -> {
        for (int i = 0; i < size; i++) {
          results[i] = a.get(i) * b.get(i);
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < size; i++) {
          results[i] = a.get(i) / b.get(i);
        }
        failByZero(b, results, nulls, errors);
      }
      case REMAINDER -> {
        for (int i = 0; i < size; i++) {
          results[i] = a.get(i) % b.get(i);
        }
        failByZero(b, results, nulls, errors);
      }
    }
    return nulls.column(results);
  }

  private static void failByZero(
      DoubleOperand divisors, double[] results, NullMask nulls, ExpressionErrors errors) {
    for (int i = 0; i < results.length; i++) {
      if (divisors.get(i) == 0) {
        results[i] = 0;
        if (!nulls.isNull(i)) {
          nulls.fail(i, errors);
        }
      }
    }
  }

  private DecimalColumn decimals(
      DecimalColumn a, DecimalColumn b, int size, ExpressionErrors errors) {
    BigDecimal[] results = new BigDecimal[size];
    for (int i = 0; i < size; i++) {
      BigDecimal x = a.get(i);
      BigDecimal y = b.get(i);
      if (x == null || y == null) {
        continue;
      }
      BigDecimal exact =
          switch (operator) {
            case PLUS -> x.add(y);
            case MINUS -> x.subtract(y);
            case TIMES -> x.multiply(y);
            case REMAINDER -> y.signum() == 0 ? null : x.remainder(y);
            case DIVIDE -> throw new IllegalStateException("Quotients are DOUBLE, not " + type);
          };
      results[i] = exact == null ? null : Decimals.fit(exact, type);
      if (results[i] == null) {
        errors.add();
      }
    }
    return DecimalColumn.of(type, results, size);
  }

  @Override
  public String text() {
    return "(" + left.text() + " " + operator.symbol() + " " + right.text() + "):" + type;
  }
}

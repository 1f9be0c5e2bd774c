package io.braid.expression;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One row at a time, in objects and unbounded numbers: what the columns must agree with. */
final class SlowEvaluation {

  private final Object[] row;
  private long errors;

  SlowEvaluation(Object[] row) {
    this.row = row;
  }

  long errors() {
    return errors;
  }

  private Object fail() {
    errors++;
    return null;
  }

  Object evaluate(Expression expression) {
    List<Expression> operands = expression.operands();
    if (expression instanceof ColumnReference reference) {
      return row[reference.index()];
    }
    if (expression instanceof Literal literal) {
      return literal.value().orElse(null);
    }
    if (expression instanceof Logic logic) {
      return logic(logic);
    }
    if (expression instanceof Case) {
      int i = 0;
      while (i + 1 < operands.size()) {
        if (Boolean.TRUE.equals(evaluate(operands.get(i)))) {
          return evaluate(operands.get(i + 1));
        }
        i += 2;
      }
      return evaluate(operands.get(i));
    }
    if (expression instanceof Coalesce) {
      for (Expression operand : operands) {
        Object value = evaluate(operand);
        if (value != null) {
          return value;
        }
      }
      return null;
    }
    Object[] values = operands.stream().map(this::evaluate).toArray();
    if (expression instanceof Truth truth) {
      return truth(truth.kind(), values[0]);
    }
    if (expression instanceof Membership) {
      boolean unknown = false;
      for (int i = 1; i < values.length; i++) {
        if (values[0] == null || values[i] == null) {
          unknown = true;
        } else if (compare(values[0], values[i]) == 0) {
          return true;
        }
      }
      return unknown ? null : false;
    }
    if (expression instanceof Between) {
      return and(
          (values[0] == null || values[1] == null) ? null : compare(values[0], values[1]) >= 0,
          (values[0] == null || values[2] == null) ? null : compare(values[0], values[2]) <= 0);
    }
    if (expression instanceof NullIf nullIf) {
      if (values[0] == null || values[1] == null) {
        return values[0];
      }
      boolean doubles = nullIf.compared().kind() == Kind.DOUBLE;
      Object left =
          doubles ? cast(values[0], operands.get(0).type(), ColumnType.DOUBLE) : values[0];
      Object right =
          doubles ? cast(values[1], operands.get(1).type(), ColumnType.DOUBLE) : values[1];
      return compare(left, right) == 0 ? null : values[0];
    }
    if (Arrays.stream(values).anyMatch(value -> value == null)) {
      return null;
    }
    if (expression instanceof Arithmetic arithmetic) {
      return arithmetic(arithmetic, values[0], values[1]);
    }
    if (expression instanceof SignChange change) {
      return signChange(change, values[0]);
    }
    if (expression instanceof Comparison comparison) {
      int order = compare(values[0], values[1]);
      return switch (comparison.operator()) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
    if (expression instanceof Cast cast) {
      return cast(values[0], cast.operand().type(), cast.type());
    }
    if (expression instanceof LetterCase letters) {
      String text = (String) values[0];
      return letters.upper() ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    }
    throw new IllegalStateException("Not known to the slow evaluation: " + expression.text());
  }

  private Boolean logic(Logic logic) {
    Boolean result = logic.and();
    for (Expression operand : logic.operands()) {
      if (result != null && result != logic.and()) {
        return result;
      }
      Boolean value = (Boolean) evaluate(operand);
      result = logic.and() ? and(result, value) : or(result, value);
    }
    return result;
  }

  private static Boolean and(Boolean left, Boolean right) {
    if (Boolean.FALSE.equals(left) || Boolean.FALSE.equals(right)) {
      return false;
    }
    return (left == null || right == null) ? null : true;
  }

  private static Boolean or(Boolean left, Boolean right) {
    if (Boolean.TRUE.equals(left) || Boolean.TRUE.equals(right)) {
      return true;
    }
    return (left == null || right == null) ? null : false;
  }

  private static Boolean truth(Truth.Kind kind, Object value) {
    return switch (kind) {
      case NOT -> value == null ? null : !(Boolean) value;
      case IS_NULL -> value == null;
      case IS_NOT_NULL -> value != null;
      case IS_TRUE -> Boolean.TRUE.equals(value);
      case IS_NOT_TRUE -> !Boolean.TRUE.equals(value);
      case IS_FALSE -> Boolean.FALSE.equals(value);
      case IS_NOT_FALSE -> !Boolean.FALSE.equals(value);
    };
  }

  /** UTF-8 bytes, unsigned, are in the order of code points. */
  private static int compare(Object left, Object right) {
    if (left instanceof String a) {
      return Arrays.compareUnsigned(
          a.getBytes(StandardCharsets.UTF_8), ((String) right).getBytes(StandardCharsets.UTF_8));
    }
    if (left instanceof Boolean a) {
      return Boolean.compare(a, (Boolean) right);
    }
    if (left instanceof Double a) {
      return Double.compare(a, (Double) right);
    }
    return new BigDecimal(left.toString()).compareTo(new BigDecimal(right.toString()));
  }

  private Object arithmetic(Arithmetic node, Object left, Object right) {
    if (node.type().kind() == Kind.DOUBLE) {
      double a = (Double) left;
      double b = (Double) right;
      return switch (node.operator()) {
        case PLUS -> a + b;
        case MINUS -> a - b;
        case TIMES -> a * b;
        case DIVIDE -> b == 0 ? fail() : (Object) (a / b);
        case REMAINDER -> b == 0 ? fail() : (Object) (a % b);
      };
    }
    BigDecimal a = new BigDecimal(left.toString());
    BigDecimal b = new BigDecimal(right.toString());
    boolean divides =
        node.operator() == ArithmeticOperator.DIVIDE
            || node.operator() == ArithmeticOperator.REMAINDER;
    if (divides && b.signum() == 0) {
      return fail();
    }
    BigDecimal exact =
        switch (node.operator()) {
          case PLUS -> a.add(b);
          case MINUS -> a.subtract(b);
          case TIMES -> a.multiply(b);
          case DIVIDE -> new BigDecimal(a.toBigIntegerExact().divide(b.toBigIntegerExact()));
          case REMAINDER -> a.subtract(b.multiply(a.divideToIntegralValue(b)));
        };
    return fit(exact, node.type());
  }

  private Object signChange(SignChange node, Object value) {
    if (value instanceof Double number) {
      return node.absolute() ? Math.abs(number) : -number;
    }
    BigDecimal number = new BigDecimal(value.toString());
    return fit(node.absolute() ? number.abs() : number.negate(), node.type());
  }

  private Object fit(BigDecimal exact, ColumnType type) {
    if (type.kind() == Kind.DECIMAL) {
      BigDecimal scaled = exact.setScale(type.scale(), RoundingMode.HALF_UP);
      BigInteger limit = BigInteger.TEN.pow(type.precision());
      return scaled.unscaledValue().abs().compareTo(limit) >= 0 ? fail() : scaled;
    }
    BigInteger whole = exact.toBigInteger();
    int bits = type.kind() == Kind.INT ? 31 : 63;
    return whole.bitLength() > bits ? fail() : (Object) whole.longValue();
  }

  private Object cast(Object value, ColumnType from, ColumnType to) {
    if (from.equals(to)) {
      return value;
    }
    return switch (to.kind()) {
      case STRING ->
          value instanceof BigDecimal decimal
              ? decimal.toPlainString()
              : value.toString().toUpperCase(Locale.ROOT);
      case BOOLEAN ->
          switch (((String) value).strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> fail();
          };
      case DOUBLE -> {
        if (value instanceof Long number) {
          yield (double) number;
        }
        yield isNumber(value) ? (Object) Double.parseDouble(value.toString().strip()) : fail();
      }
      default -> {
        if (value instanceof Double number) {
          yield Double.isFinite(number) ? fit(new BigDecimal(number), to) : fail();
        }
        yield isNumber(value) ? fit(new BigDecimal(value.toString().strip()), to) : fail();
      }
    };
  }

  private static boolean isNumber(Object value) {
    try {
      return new BigDecimal(value.toString().strip()).precision() > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

package io.braid.expression;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes expressions, and converts operands to what they have in common.
 *
 * <p>Numbers meet as SQL has it: with a DOUBLE both become DOUBLE, otherwise with a DECIMAL both
 * become DECIMAL. All methods throw {@link IllegalArgumentException} for types that do not fit.
 */
public final class Expressions {

  /** A scale that a product or sum keeps before it gives digits to the side before the point. */
  private static final int KEPT_SCALE = 6; // as SQL Server and Spark, whose rule this is

  private Expressions() {}

  /**
   * Returns a constant.
   *
   * @param value String, Boolean, Long (integers, epoch milliseconds, epoch days), Double or
   *     BigDecimal at the type's scale
   */
  public static Expression literal(ColumnType type, Object value) {
    return new Literal(type, Optional.of(value));
  }

  /** Returns the constant NULL. */
  public static Expression nullOf(ColumnType type) {
    return new Literal(type, Optional.empty());
  }

  /** Returns arithmetic of two numbers, of the type that {@link #arithmeticType} says. */
  public static Expression arithmetic(
      ArithmeticOperator operator, Expression left, Expression right) {
    return arithmetic(operator, left, right, arithmeticType(operator, left.type(), right.type()));
  }

  /**
   * Returns arithmetic of two numbers.
   *
   * @param type of the result: an integer type when both are integers, DOUBLE when one is, or when
   *     there is a quotient of anything but integers, otherwise DECIMAL
   */
  public static Expression arithmetic(
      ArithmeticOperator operator, Expression left, Expression right, ColumnType type) {
    Kind natural = arithmeticType(operator, left.type(), right.type()).kind();
    if (natural != type.kind() && !(type.isInteger() && ColumnTypes.isInteger(natural))) {
      throw new IllegalArgumentException(
          "Invalid type of %s %s %s: %s, must be %s"
              .formatted(left.type(), operator.symbol(), right.type(), type, natural));
    }
    return switch (type.kind()) {
      case DOUBLE -> new Arithmetic(operator, toDouble(left), toDouble(right), type);
      case DECIMAL -> new Arithmetic(operator, toDecimal(left), toDecimal(right), type);
      default -> new Arithmetic(operator, left, right, type);
    };
  }

  /**
   * Returns the type of a result. Of integers the wider one; with a DOUBLE, and for every quotient
   * of anything but integers, DOUBLE; otherwise DECIMAL with all digits that can occur. Where these
   * are more than 38, digits behind the point give way down to six, then the value may overflow.
   */
  public static ColumnType arithmeticType(
      ArithmeticOperator operator, ColumnType left, ColumnType right) {
    if (!left.isNumeric() || !right.isNumeric()) {
      throw new IllegalArgumentException(
          "Cannot compute %s %s %s: expected numbers".formatted(left, operator.symbol(), right));
    }
    if (left.isInteger() && right.isInteger()) {
      return left.kind() == Kind.INT && right.kind() == Kind.INT
          ? ColumnType.INT
          : ColumnType.BIGINT;
    }
    if (operator == ArithmeticOperator.DIVIDE
        || left.kind() == Kind.DOUBLE
        || right.kind() == Kind.DOUBLE) {
      return ColumnType.DOUBLE;
    }
    ColumnType a = ColumnTypes.asDecimal(left);
    ColumnType b = ColumnTypes.asDecimal(right);
    int scale = Math.max(a.scale(), b.scale());
    int whole = Math.max(a.precision() - a.scale(), b.precision() - b.scale());
    return switch (operator) {
      case PLUS, MINUS -> limited(whole + 1, scale);
      case TIMES ->
          limited(a.precision() - a.scale() + b.precision() - b.scale(), a.scale() + b.scale());
      case REMAINDER ->
          limited(Math.min(a.precision() - a.scale(), b.precision() - b.scale()), scale);
      case DIVIDE -> throw new IllegalStateException("Quotients are DOUBLE");
    };
  }

  private static ColumnType limited(int wholeDigits, int scale) {
    if (wholeDigits + scale <= ColumnType.MAX_PRECISION) {
      return ColumnType.decimal(Math.max(wholeDigits + scale, 1), scale);
    }
    int kept = Math.max(ColumnType.MAX_PRECISION - wholeDigits, Math.min(scale, KEPT_SCALE));
    return ColumnType.decimal(ColumnType.MAX_PRECISION, kept);
  }

  /** Returns the number with its sign turned. */
  public static Expression negate(Expression operand) {
    requireNumber("-", operand);
    if (operand instanceof Literal literal && literal.value().isPresent()) {
      Object value = literal.value().get();
      if (value instanceof BigDecimal decimal) {
        return literal(operand.type(), decimal.negate());
      }
      if (value instanceof Double number) {
        return literal(operand.type(), -number);
      }
      long number = (Long) value;
      long least = operand.type().kind() == Kind.INT ? Integer.MIN_VALUE : Long.MIN_VALUE;
      if (number != least) {
        return literal(operand.type(), -number);
      }
    }
    return new SignChange(operand, false);
  }

  /** Returns the number without its sign. */
  public static Expression absolute(Expression operand) {
    requireNumber("ABS", operand);
    return new SignChange(operand, true);
  }

  private static void requireNumber(String function, Expression operand) {
    if (!operand.type().isNumeric()) {
      throw new IllegalArgumentException(
          "Cannot compute %s of %s: expected a number".formatted(function, operand.type()));
    }
  }

  /** Returns a comparison of operands that have a type in common. */
  public static Expression compare(ComparisonOperator operator, Expression left, Expression right) {
    List<Expression> common = toCommonType(List.of(left, right));
    return new Comparison(operator, common.get(0), common.get(1));
  }

  /** Returns whether {@code operand} equals one of {@code members}, which are one or more. */
  public static Expression in(Expression operand, List<Expression> members) {
    List<Expression> all = new ArrayList<>(List.of(operand));
    all.addAll(members);
    return new Membership(toCommonType(all));
  }

  /** Returns whether {@code operand} lies between two values, both included. */
  public static Expression between(Expression operand, Expression least, Expression greatest) {
    List<Expression> common = toCommonType(List.of(operand, least, greatest));
    return new Between(common.get(0), common.get(1), common.get(2));
  }

  /** Returns AND of boolean operands, one or more. */
  public static Expression and(List<Expression> operands) {
    return logic(true, operands);
  }

  /** Returns OR of boolean operands, one or more. */
  public static Expression or(List<Expression> operands) {
    return logic(false, operands);
  }

  private static Expression logic(boolean and, List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      if (operand instanceof Logic nested && nested.and() == and) {
        flat.addAll(nested.operands());
      } else {
        flat.add(toBoolean(operand));
      }
    }
    return flat.size() == 1 ? flat.get(0) : Logic.of(and, flat);
  }

  /** Returns NOT of a boolean operand. */
  public static Expression not(Expression operand) {
    return new Truth(Truth.Kind.NOT, toBoolean(operand));
  }

  /** Returns whether the operand is NULL. */
  public static Expression isNull(Expression operand) {
    return new Truth(Truth.Kind.IS_NULL, operand);
  }

  /** Returns whether the operand is not NULL. */
  public static Expression isNotNull(Expression operand) {
    return new Truth(Truth.Kind.IS_NOT_NULL, operand);
  }

  /** Returns whether a boolean operand is {@code truth}; FALSE where it is NULL. */
  public static Expression is(boolean truth, Expression operand) {
    return new Truth(truth ? Truth.Kind.IS_TRUE : Truth.Kind.IS_FALSE, toBoolean(operand));
  }

  /** Returns whether a boolean operand is not {@code truth}; TRUE where it is NULL. */
  public static Expression isNot(boolean truth, Expression operand) {
    return new Truth(truth ? Truth.Kind.IS_NOT_TRUE : Truth.Kind.IS_NOT_FALSE, toBoolean(operand));
  }

  /**
   * Returns CASE.
   *
   * @param operands condition, result, condition, result, …, result for none of the conditions
   * @param type that the results are cast to
   */
  public static Expression caseOf(List<Expression> operands, ColumnType type) {
    List<Expression> converted = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      boolean condition = i % 2 == 0 && i < operands.size() - 1;
      converted.add(condition ? toBoolean(operands.get(i)) : cast(operands.get(i), type));
    }
    return new Case(converted);
  }

  /**
   * Returns the first operand that is not NULL.
   *
   * @param type that all are cast to
   */
  public static Expression coalesce(List<Expression> operands, ColumnType type) {
    return new Coalesce(operands.stream().map(operand -> cast(operand, type)).toList());
  }

  /** Returns {@code value}, or NULL where it equals {@code other}. */
  public static Expression nullIf(Expression value, Expression other) {
    if (isNullLiteral(value)) {
      return value;
    }
    ColumnType common = commonType(List.of(value, other));
    return new NullIf(value, isNullLiteral(other) ? nullOf(common) : other, common);
  }

  /** Returns text in upper case. */
  public static Expression upper(Expression operand) {
    return new LetterCase(cast(operand, ColumnType.STRING), true);
  }

  /** Returns text in lower case. */
  public static Expression lower(Expression operand) {
    return new LetterCase(cast(operand, ColumnType.STRING), false);
  }

  /**
   * Returns whether text matches a pattern of LIKE.
   *
   * @param escape one code point, or empty for a pattern without
   * @throws IllegalArgumentException also when a constant pattern is wrong about its escape
   */
  public static Expression like(Expression operand, Expression pattern, Optional<String> escape) {
    if (escape.isPresent() && escape.get().codePointCount(0, escape.get().length()) != 1) {
      throw new IllegalArgumentException(
          "Invalid escape '%s', must be one character".formatted(escape.get()));
    }
    Expression patterns = cast(pattern, ColumnType.STRING);
    if (patterns instanceof Literal literal && !literal.isNull()) {
      requirePattern(literal.asText(), escape);
    }
    return new Like(requireText("LIKE", operand), requireText("LIKE", patterns), escape);
  }

  /**
   * Checks a pattern of LIKE.
   *
   * @param escape one code point, or empty for a pattern without
   * @throws IllegalArgumentException when the escape stands before a character that has no meaning
   */
  public static void requirePattern(String pattern, Optional<String> escape) {
    LikePattern.of(pattern, escape.map(e -> e.codePointAt(0)).orElse(-1));
  }

  /** Returns text without those of {@code characters} that stand at its sides. */
  public static Expression trim(TrimSide side, Expression characters, Expression operand) {
    return new Trim(side, requireText("TRIM", characters), requireText("TRIM", operand));
  }

  /**
   * Returns part of a text, counted in code points from 1.
   *
   * @param length empty for all that follows
   */
  public static Expression substring(
      Expression operand, Expression start, Optional<Expression> length) {
    return new Substring(
        requireText("SUBSTRING", operand),
        requireInteger("SUBSTRING", start),
        length.map(l -> requireInteger("SUBSTRING", l)));
  }

  /** Returns texts, one or more, one behind the other. */
  public static Expression concat(List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      if (operand instanceof Concat nested) {
        flat.addAll(nested.operands());
      } else {
        flat.add(requireText("CONCAT", operand));
      }
    }
    return new Concat(flat);
  }

  /** Returns the nearest whole number at or below; an integer itself. */
  public static Expression floor(Expression operand) {
    return wholeNumber("FLOOR", operand, false);
  }

  /** Returns the nearest whole number at or above; an integer itself. */
  public static Expression ceil(Expression operand) {
    return wholeNumber("CEIL", operand, true);
  }

  private static Expression wholeNumber(String function, Expression operand, boolean ceiling) {
    requireNumber(function, operand);
    ColumnType type = operand.type();
    if (type.kind() != Kind.DOUBLE && type.scale() == 0) {
      return operand;
    }
    boolean exact = type.kind() == Kind.DECIMAL;
    return new WholeNumber(
        operand, ceiling, exact ? ColumnType.decimal(type.precision(), 0) : type);
  }

  /**
   * Returns a number rounded half away from zero, of the type that {@link #roundType} says.
   *
   * @param digits an integer: how many digits behind the point stay; negative for zeros before it
   */
  public static Expression round(Expression operand, Expression digits) {
    Expression integer = requireInteger("ROUND", digits);
    requireNumber("ROUND", operand);
    OptionalLong constant =
        integer instanceof Literal literal && !literal.isNull()
            ? OptionalLong.of(literal.asLong())
            : OptionalLong.empty();
    return new Rounding(operand, integer, roundType(operand.type(), constant));
  }

  /**
   * Returns the type of a rounded number: that of the number, but a DECIMAL has no more digits
   * behind the point than were asked for, and room for one before it that is carried over.
   *
   * @param digits as a constant, or empty when they differ from row to row
   */
  public static ColumnType roundType(ColumnType type, OptionalLong digits) {
    if (type.kind() != Kind.DECIMAL || digits.isEmpty() || digits.getAsLong() >= type.scale()) {
      return type;
    }
    int scale = (int) Math.max(digits.getAsLong(), 0);
    int precision = type.precision() - type.scale() + 1 + scale;
    return ColumnType.decimal(Math.min(precision, ColumnType.MAX_PRECISION), scale);
  }

  /**
   * Returns the least operand.
   *
   * @param type that all are cast to
   */
  public static Expression least(List<Expression> operands, ColumnType type) {
    return new RowExtremum(false, operands.stream().map(o -> cast(o, type)).toList());
  }

  /**
   * Returns the greatest operand.
   *
   * @param type that all are cast to
   */
  public static Expression greatest(List<Expression> operands, ColumnType type) {
    return new RowExtremum(true, operands.stream().map(o -> cast(o, type)).toList());
  }

  /** Returns a field of a TIMESTAMP or DATE, as a BIGINT; a DATE has none finer than a day. */
  public static Expression extract(TimeField field, Expression operand) {
    requireTime("EXTRACT", field, field.isFinerThanDay(), operand);
    return new Extraction(field, operand);
  }

  /** Returns the start of the unit that a time lies in; of a DATE none finer than a day. */
  public static Expression floor(Expression operand, CalendarUnit unit) {
    requireTime("FLOOR", unit, unit.isFinerThanDay(), operand);
    return new CalendarRounding(false, unit, operand);
  }

  /** Returns the first start of a unit not before a time; of a DATE none finer than a day. */
  public static Expression ceil(Expression operand, CalendarUnit unit) {
    requireTime("CEIL", unit, unit.isFinerThanDay(), operand);
    return new CalendarRounding(true, unit, operand);
  }

  private static void requireTime(
      String function, Enum<?> unit, boolean finerThanDay, Expression operand) {
    Kind kind = operand.type().kind();
    if (kind != Kind.TIMESTAMP && (kind != Kind.DATE || finerThanDay)) {
      throw new IllegalArgumentException(
          "Cannot compute %s of %s by %s: expected a timestamp%s"
              .formatted(function, operand.type(), unit, finerThanDay ? "" : " or date"));
    }
  }

  private static Expression requireText(String function, Expression operand) {
    if (operand.type().kind() != Kind.STRING && !isNullLiteral(operand)) {
      throw new IllegalArgumentException(
          "Cannot compute %s of %s: expected text".formatted(function, operand.type()));
    }
    return cast(operand, ColumnType.STRING);
  }

  private static Expression requireInteger(String function, Expression operand) {
    if (!operand.type().isInteger() && !isNullLiteral(operand)) {
      throw new IllegalArgumentException(
          "Cannot compute %s with %s: expected an integer".formatted(function, operand.type()));
    }
    return isNullLiteral(operand) ? nullOf(ColumnType.BIGINT) : operand;
  }

  /** Returns whether values of the types can be compared. */
  public static boolean isComparable(ColumnType left, ColumnType right) {
    return left.equals(right) || (left.isNumeric() && right.isNumeric());
  }

  /** Returns whether values of one type can be cast to another. */
  public static boolean isCastPossible(ColumnType from, ColumnType to) {
    return Cast.isPossible(from, to);
  }

  /** Returns the operand as another type; itself when it is of that type. */
  public static Expression cast(Expression operand, ColumnType type) {
    if (operand.type().equals(type)) {
      return operand;
    }
    if (isNullLiteral(operand)) {
      return nullOf(type);
    }
    Optional<Expression> widened = widenLiteral(operand, type);
    return widened.orElseGet(() -> new Cast(operand, type));
  }

  /** Keeps {@code x > 5} for a DOUBLE x a comparison with a constant, not with a conversion. */
  private static Optional<Expression> widenLiteral(Expression operand, ColumnType type) {
    if (!(operand instanceof Literal literal)) {
      return Optional.empty();
    }
    Object value = literal.value().orElseThrow();
    if (!(value instanceof Long) && !(value instanceof BigDecimal)) {
      return Optional.empty();
    }
    if (!operand.type().isNumeric() || !Cast.isTotal(operand.type(), type)) {
      return Optional.empty();
    }
    BigDecimal exact =
        value instanceof Long number ? BigDecimal.valueOf(number) : (BigDecimal) value;
    return switch (type.kind()) {
      case BIGINT -> Optional.of(literal(type, value));
      case DOUBLE -> Optional.of(literal(type, exact.doubleValue()));
      case DECIMAL -> Optional.of(literal(type, exact.setScale(type.scale())));
      default -> Optional.empty();
    };
  }

  private static boolean isNullLiteral(Expression operand) {
    return operand instanceof Literal literal && literal.isNull();
  }

  private static Expression toDouble(Expression operand) {
    return cast(operand, ColumnType.DOUBLE);
  }

  private static Expression toDecimal(Expression operand) {
    return cast(operand, ColumnTypes.asDecimal(operand.type()));
  }

  private static Expression toBoolean(Expression operand) {
    if (operand.type().kind() != Kind.BOOLEAN && !isNullLiteral(operand)) {
      throw new IllegalArgumentException(
          "Invalid condition of type %s, must be boolean".formatted(operand.type()));
    }
    return cast(operand, ColumnType.BOOLEAN);
  }

  /** Converts operands so that they are stored alike and compare without loss where possible. */
  private static List<Expression> toCommonType(List<Expression> operands) {
    ColumnType common = commonType(operands);
    return operands.stream().map(operand -> toStorageOf(operand, common)).toList();
  }

  private static Expression toStorageOf(Expression operand, ColumnType common) {
    if (isNullLiteral(operand)) {
      return nullOf(common);
    }
    return cast(operand, ColumnTypes.comparedAs(operand.type(), common));
  }

  private static ColumnType commonType(List<Expression> operands) {
    ColumnType common =
        operands.stream()
            .filter(operand -> !isNullLiteral(operand))
            .findFirst()
            .orElse(operands.get(0))
            .type();
    for (Expression operand : operands) {
      if (!isNullLiteral(operand)) {
        common = ColumnTypes.common(common, operand.type());
      }
    }
    return common;
  }

  /** Returns whether evaluation cannot count an error. */
  public static boolean isTotal(Expression expression) {
    boolean itself =
        expression instanceof ColumnReference
            || expression instanceof Literal
            || expression instanceof Comparison
            || expression instanceof Membership
            || expression instanceof Between
            || expression instanceof Logic
            || expression instanceof Truth
            || expression instanceof LetterCase
            || expression instanceof Case
            || expression instanceof Coalesce
            || expression instanceof Trim
            || expression instanceof Concat
            || expression instanceof WholeNumber
            || expression instanceof RowExtremum
            || expression instanceof Extraction
            || (expression instanceof Like like && like.pattern() instanceof Literal)
            || (expression instanceof Substring substring && substring.isTotal())
            || (expression instanceof CalendarRounding rounding && !rounding.ceiling())
            || (expression instanceof Cast cast
                && Cast.isTotal(cast.operand().type(), cast.type()));
    return itself && expression.operands().stream().allMatch(Expressions::isTotal);
  }
}

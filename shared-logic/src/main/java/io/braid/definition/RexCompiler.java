package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.expression.ArithmeticOperator;
import io.braid.expression.CalendarUnit;
import io.braid.expression.ComparisonOperator;
import io.braid.expression.Expression;
import io.braid.expression.Expressions;
import io.braid.expression.TimeField;
import io.braid.expression.TrimSide;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/** Makes our expressions of Calcite's. Immutable. */
final class RexCompiler {

  private final List<Expression> inputs;

  /** Compiles expressions over {@code inputs}, which Calcite's input references stand for. */
  RexCompiler(List<Expression> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Returns the expression.
   *
   * @throws IllegalArgumentException when it cannot be evaluated, as a sentence
   */
  Expression compile(RexNode node) {
    if (node instanceof RexInputRef reference) {
      return inputs.get(reference.getIndex());
    }
    if (node instanceof RexLiteral literal) {
      return literal(literal);
    }
    if (node instanceof RexCall call) {
      return call(call);
    }
    throw new IllegalArgumentException("'%s' is not supported yet".formatted(node));
  }

  private static Expression literal(RexLiteral literal) {
    ColumnType type = SqlTypes.fromCalcite(literal.getType());
    if (literal.isNull()) {
      return Expressions.nullOf(type);
    }
    return switch (type.kind()) {
      case STRING -> Expressions.literal(type, literal.getValueAs(String.class));
      case BOOLEAN -> Expressions.literal(type, literal.getValueAs(Boolean.class));
      case INT, BIGINT, TIMESTAMP -> Expressions.literal(type, literal.getValueAs(Long.class));
      case DATE -> Expressions.literal(type, (long) literal.getValueAs(Integer.class));
      case DOUBLE -> Expressions.literal(type, literal.getValueAs(Double.class));
      case DECIMAL ->
          Expressions.literal(
              type,
              literal
                  .getValueAs(BigDecimal.class)
                  .setScale(type.scale(), RoundingMode.UNNECESSARY));
      case BYTES -> throw new IllegalArgumentException("binary constants are not supported");
    };
  }

  private Expression call(RexCall call) {
    List<RexNode> operands = call.getOperands();
    return switch (call.getKind()) {
      case PLUS -> arithmetic(ArithmeticOperator.PLUS, call);
      case MINUS -> arithmetic(ArithmeticOperator.MINUS, call);
      case TIMES -> arithmetic(ArithmeticOperator.TIMES, call);
      case DIVIDE -> arithmetic(ArithmeticOperator.DIVIDE, call);
      case MOD -> arithmetic(ArithmeticOperator.REMAINDER, call);
      case MINUS_PREFIX -> Expressions.negate(compile(operands.get(0)));
      case PLUS_PREFIX -> compile(operands.get(0));
      case EQUALS -> compare(ComparisonOperator.EQUAL, operands);
      case NOT_EQUALS -> compare(ComparisonOperator.NOT_EQUAL, operands);
      case LESS_THAN -> compare(ComparisonOperator.LESS, operands);
      case LESS_THAN_OR_EQUAL -> compare(ComparisonOperator.LESS_OR_EQUAL, operands);
      case GREATER_THAN -> compare(ComparisonOperator.GREATER, operands);
      case GREATER_THAN_OR_EQUAL -> compare(ComparisonOperator.GREATER_OR_EQUAL, operands);
      case AND -> conjunction(operands);
      case OR -> membership(operands).orElseGet(() -> Expressions.or(compileAll(operands)));
      case NOT -> Expressions.not(compile(operands.get(0)));
      case IS_NULL, IS_UNKNOWN -> Expressions.isNull(compile(operands.get(0)));
      case IS_NOT_NULL -> Expressions.isNotNull(compile(operands.get(0)));
      case IS_TRUE -> Expressions.is(true, compile(operands.get(0)));
      case IS_FALSE -> Expressions.is(false, compile(operands.get(0)));
      case IS_NOT_TRUE -> Expressions.isNot(true, compile(operands.get(0)));
      case IS_NOT_FALSE -> Expressions.isNot(false, compile(operands.get(0)));
      case CASE -> Expressions.caseOf(compileAll(operands), typeOf(call));
      case COALESCE -> Expressions.coalesce(compileAll(operands), typeOf(call));
      case NULLIF -> Expressions.nullIf(compile(operands.get(0)), compile(operands.get(1)));
      case CAST -> Expressions.cast(compile(operands.get(0)), typeOf(call));
      default -> function(call);
    };
  }

  private Expression function(RexCall call) {
    List<RexNode> operands = call.getOperands();
    return switch (call.getOperator().getName()) {
      case "ABS" -> Expressions.absolute(compile(operands.get(0)));
      case "LOWER" -> Expressions.lower(compile(operands.get(0)));
      case "UPPER" -> Expressions.upper(compile(operands.get(0)));
      case "LIKE" -> like(operands);
      case "TRIM" ->
          Expressions.trim(
              TrimSide.valueOf(symbol(operands.get(0)).name()),
              compile(operands.get(1)),
              compile(operands.get(2)));
      case "SUBSTRING" ->
          Expressions.substring(
              compile(operands.get(0)), compile(operands.get(1)), third(operands));
      case "CONCAT", "||" -> Expressions.concat(compileAll(operands));
      case "FLOOR" ->
          operands.size() == 1
              ? Expressions.floor(compile(operands.get(0)))
              : Expressions.floor(compile(operands.get(0)), unit(operands.get(1)));
      case "CEIL" ->
          operands.size() == 1
              ? Expressions.ceil(compile(operands.get(0)))
              : Expressions.ceil(compile(operands.get(0)), unit(operands.get(1)));
      case "ROUND" ->
          Expressions.round(
              compile(operands.get(0)),
              operands.size() == 1
                  ? Expressions.literal(ColumnType.INT, 0L)
                  : compile(operands.get(1)));
      case "LEAST" -> Expressions.least(compileAll(operands), typeOf(call));
      case "GREATEST" -> Expressions.greatest(compileAll(operands), typeOf(call));
      case "EXTRACT" ->
          Expressions.extract(
              TimeField.valueOf(symbol(operands.get(0)).name()), compile(operands.get(1)));
      default ->
          throw new IllegalArgumentException(
              "%s is not supported yet".formatted(call.getOperator().getName()));
    };
  }

  private Expression like(List<RexNode> operands) {
    Optional<String> escape =
        operands.size() < 3
            ? Optional.empty()
            : Optional.of(((RexLiteral) operands.get(2)).getValueAs(String.class));
    return Expressions.like(compile(operands.get(0)), compile(operands.get(1)), escape);
  }

  private Optional<Expression> third(List<RexNode> operands) {
    return operands.size() < 3 ? Optional.empty() : Optional.of(compile(operands.get(2)));
  }

  private static CalendarUnit unit(RexNode node) {
    return CalendarUnit.valueOf(symbol(node).name());
  }

  /** Words amid the arguments of a function, such as LEADING or MONTH, arrive as symbols. */
  private static Enum<?> symbol(RexNode node) {
    return ((RexLiteral) node).getValueAs(Enum.class);
  }

  private Expression arithmetic(ArithmeticOperator operator, RexCall call) {
    ColumnType type = typeOf(call);
    Expression left = compile(call.getOperands().get(0));
    Expression right = compile(call.getOperands().get(1));
    if (isNull(call.getOperands().get(0)) || isNull(call.getOperands().get(1))) {
      return Expressions.nullOf(type);
    }
    return Expressions.cast(Expressions.arithmetic(operator, left, right), type);
  }

  private static boolean isNull(RexNode node) {
    return node instanceof RexLiteral literal && literal.isNull();
  }

  private Expression compare(ComparisonOperator operator, List<RexNode> operands) {
    return Expressions.compare(operator, compile(operands.get(0)), compile(operands.get(1)));
  }

  /** {@code x BETWEEN a AND b} arrives as {@code x >= a AND x <= b}, amid other operands. */
  private Expression conjunction(List<RexNode> operands) {
    List<Expression> conditions = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      if (i + 1 < operands.size()
          && isBetween(operands.get(i), operands.get(i + 1))
          && compareAlike(List.of(operands.get(i), operands.get(i + 1)))) {
        List<RexNode> least = ((RexCall) operands.get(i)).getOperands();
        List<RexNode> greatest = ((RexCall) operands.get(i + 1)).getOperands();
        conditions.add(
            Expressions.between(
                compile(least.get(0)), compile(least.get(1)), compile(greatest.get(1))));
        i++;
      } else {
        conditions.add(compile(operands.get(i)));
      }
    }
    return Expressions.and(conditions);
  }

  private static boolean isBetween(RexNode first, RexNode second) {
    return first.getKind() == SqlKind.GREATER_THAN_OR_EQUAL
        && second.getKind() == SqlKind.LESS_THAN_OR_EQUAL
        && ((RexCall) first).getOperands().get(0).equals(((RexCall) second).getOperands().get(0));
  }

  /** {@code x IN (a, b)} arrives as {@code x = a OR x = b}. */
  private Optional<Expression> membership(List<RexNode> operands) {
    List<Expression> members = new ArrayList<>();
    RexNode sought = null;
    for (RexNode operand : operands) {
      if (operand.getKind() != SqlKind.EQUALS) {
        return Optional.empty();
      }
      List<RexNode> sides = ((RexCall) operand).getOperands();
      if (sought == null) {
        sought = sides.get(0);
      } else if (!sought.equals(sides.get(0))) {
        return Optional.empty();
      }
      members.add(compile(sides.get(1)));
    }
    if (!compareAlike(operands)) {
      return Optional.empty();
    }
    return Optional.of(Expressions.in(compile(sought), members));
  }

  /**
   * Returns whether comparisons of one value may be made as one. All of them compare as DOUBLE, or
   * none: {@code b = 9007199254740993 OR b = 0.5e0} is exact in the first only if it stays by
   * itself. And none behind the first can fail: {@code d = 0 OR d = 10 / d} counts no error.
   */
  private boolean compareAlike(List<RexNode> comparisons) {
    if (!comparisons.stream()
        .skip(1)
        .map(comparison -> compile(((RexCall) comparison).getOperands().get(1)))
        .allMatch(Expressions::isTotal)) {
      return false;
    }
    List<RexNode> sides = ((RexCall) comparisons.get(0)).getOperands();
    return isDouble(sides.get(0))
        || comparisons.stream()
                .map(comparison -> ((RexCall) comparison).getOperands().get(1))
                .filter(other -> !isNull(other))
                .map(RexCompiler::isDouble)
                .distinct()
                .count()
            <= 1;
  }

  private static boolean isDouble(RexNode node) {
    return node.getType().getSqlTypeName() == SqlTypeName.DOUBLE;
  }

  private List<Expression> compileAll(List<RexNode> nodes) {
    return nodes.stream().map(this::compile).toList();
  }

  private static ColumnType typeOf(RexNode node) {
    RelDataType type = node.getType();
    return SqlTypes.fromCalcite(type);
  }
}

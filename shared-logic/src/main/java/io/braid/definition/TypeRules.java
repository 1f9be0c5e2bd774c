package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.expression.Expressions;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;

/** Types that Calcite lets through and we do not, checked on a validated statement. */
final class TypeRules {

  private final SqlValidator validator;

  TypeRules(SqlValidator validator) {
    this.validator = validator;
  }

  /**
   * Checks a statement or a piece of it.
   *
   * @throws StatementException for the first mistake
   */
  void check(SqlNode node) {
    if (node instanceof SqlNodeList list) {
      list.forEach(this::checkIfPresent);
    } else if (node instanceof SqlCall call) {
      checkCall(call);
      call.getOperandList().forEach(this::checkIfPresent);
    }
  }

  private void checkIfPresent(SqlNode node) {
    if (node != null) {
      check(node);
    }
  }

  private void checkCall(SqlCall call) {
    List<SqlNode> operands = call.getOperandList();
    switch (call.getKind()) {
      case EQUALS,
          NOT_EQUALS,
          LESS_THAN,
          LESS_THAN_OR_EQUAL,
          GREATER_THAN,
          GREATER_THAN_OR_EQUAL,
          NULLIF ->
          requireComparable(call, operands.get(0), operands.get(1));
      case LEAST, GREATEST -> {
        for (int i = 1; i < operands.size(); i++) {
          requireComparable(call, operands.get(0), operands.get(i));
        }
      }
      case EXTRACT -> requireTime(call, operands.get(1), operands.get(0));
      case FLOOR, CEIL -> {
        if (operands.size() > 1) {
          requireTime(call, operands.get(0), operands.get(1));
        }
      }
      case CAST -> requireCast(call, operands.get(0), (SqlDataTypeSpec) operands.get(1));
      default -> {
        if (SqlText.functionName(call).equals("SUBSTRING")) {
          operands.subList(1, operands.size()).forEach(o -> requireInteger(call, o));
        }
      }
    }
  }

  /** Calcite takes every number for a place in a text. */
  private void requireInteger(SqlCall call, SqlNode operand) {
    Optional<ColumnType> type = typeOf(operand);
    if (type.isPresent() && !type.get().isInteger()) {
      throw StatementException.at(
          operand,
          "start and length of %s are integers, not %s; CAST it to INTEGER"
              .formatted(SqlText.functionName(call), type.get().sqlName()));
    }
  }

  private void requireTime(SqlCall call, SqlNode operand, SqlNode unit) {
    Optional<ColumnType> type = typeOf(operand);
    if (type.isPresent() && type.get().kind() == ColumnType.Kind.DATE) {
      ScalarFunctions.checkUnitOfDate(call, unit);
    }
  }

  private void requireComparable(SqlCall call, SqlNode left, SqlNode right) {
    Optional<ColumnType> a = typeOf(left);
    Optional<ColumnType> b = typeOf(right);
    if (a.isPresent() && b.isPresent() && !Expressions.isComparable(a.get(), b.get())) {
      throw StatementException.at(
          call,
          "%s cannot compare %s with %s; CAST one of them"
              .formatted(call.getOperator().getName(), a.get().sqlName(), b.get().sqlName()));
    }
  }

  private void requireCast(SqlCall call, SqlNode operand, SqlDataTypeSpec spec) {
    Optional<ColumnType> from = typeOf(operand);
    ColumnType to = SqlTypes.fromCalcite(spec.deriveType(validator));
    if (from.isPresent() && !Expressions.isCastPossible(from.get(), to)) {
      throw StatementException.at(
          call,
          "CAST from %s to %s is not supported".formatted(from.get().sqlName(), to.sqlName()));
    }
  }

  /** Returns the type; empty for what has none, such as NULL. */
  private Optional<ColumnType> typeOf(SqlNode node) {
    RelDataType type = validator.getValidatedNodeTypeIfKnown(node);
    return type == null || type.getSqlTypeName() == SqlTypeName.NULL
        ? Optional.empty()
        : Optional.of(SqlTypes.fromCalcite(type));
  }
}

package io.braid.definition;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.AggregateFunction;
import io.braid.column.ColumnType;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.util.Optionality;

/**
 * One of our aggregate functions as Calcite sees it. Its name is not looked up anywhere: calls hold
 * the operator itself.
 */
final class AggregateOperator extends SqlAggFunction {

  private final AggregateFunction function;
  private final List<Double> constants;

  AggregateOperator(AggregateFunction function, List<Double> constants) {
    super(
        function.name() + (constants.isEmpty() ? "" : constants), // Calcite merges equal names
        null,
        SqlKind.OTHER_FUNCTION,
        null,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION,
        false,
        false,
        Optionality.FORBIDDEN);
    this.function = function;
    this.constants = List.copyOf(constants);
  }

  /** Returns the function applied to these types. */
  Aggregate applied(List<ColumnType> arguments) {
    return new Aggregate(function, arguments, constants);
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    for (SqlNode operand : call.getOperandList()) {
      validator.deriveType(scope, operand);
    }
    return validateOperands(validator, scope, call);
  }

  @Override
  public RelDataType inferReturnType(SqlOperatorBinding binding) {
    try {
      List<ColumnType> arguments =
          binding.collectOperandTypes().stream().map(SqlTypes::fromCalcite).toList();
      return SqlTypes.toCalcite(applied(arguments).type(), !function.isCount());
    } catch (IllegalArgumentException e) {
      if (binding instanceof SqlCallBinding call) {
        throw StatementException.at(call.getCall(), e.getMessage(), e);
      }
      throw e;
    }
  }

  /** The start or end of a window, which every finished row has. */
  static final class WindowBound extends SqlAggFunction {

    static final WindowBound START = new WindowBound("WINDOW_START", true);
    static final WindowBound END = new WindowBound("WINDOW_END", false);

    private final boolean start;

    private WindowBound(String name, boolean start) {
      super(
          name,
          null,
          SqlKind.OTHER_FUNCTION,
          null,
          null,
          OperandTypes.NILADIC,
          SqlFunctionCategory.USER_DEFINED_FUNCTION,
          false,
          false,
          Optionality.FORBIDDEN);
      this.start = start;
    }

    /** Returns whether this is the start. */
    boolean isStart() {
      return start;
    }

    @Override
    public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
      return validateOperands(validator, scope, call);
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding binding) {
      return SqlTypes.FACTORY.createSqlType(SqlTypeName.TIMESTAMP, 3);
    }
  }
}

package io.braid.definition;

import static io.braid.definition.SqlText.functionName;
import static io.braid.definition.StatementException.at;

import io.braid.aggregate.AggregateFunction;
import io.braid.aggregate.AggregateFunctions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.util.SqlShuttle;

/**
 * Takes out of a checked statement what Calcite would understand in its own way: aggregates become
 * {@link AggregateOperator}s, the window leaves GROUP BY, and its start and end become operators
 * without arguments.
 */
final class Lowering extends SqlShuttle {

  /** Lowers a statement in place. */
  static void lower(SqlSelect select, Grouping grouping) {
    select.setSelectList((SqlNodeList) select.getSelectList().accept(new Lowering()));
    if (grouping.windowCall().isPresent()) {
      List<SqlNode> keys = grouping.keys();
      SqlNodeList clause = select.getGroup();
      select.setGroupBy(
          new SqlNodeList(
              keys.isEmpty() ? List.of(SqlNodeList.EMPTY) : keys, clause.getParserPosition()));
    }
  }

  @Override
  public SqlNode visit(SqlCall call) {
    String name = functionName(call);
    if (Functions.isWindowStart(name)) {
      return AggregateOperator.WindowBound.START.createCall(call.getParserPosition());
    }
    if (Functions.isWindowEnd(name)) {
      return AggregateOperator.WindowBound.END.createCall(call.getParserPosition());
    }
    Optional<AggregateFunction> function = function(call);
    return function.isPresent() ? aggregate(call, function.get()) : super.visit(call);
  }

  /** Returns the aggregate function that a call calls. */
  static Optional<AggregateFunction> function(SqlCall call) {
    SqlLiteral quantifier = call.getFunctionQuantifier();
    boolean distinct =
        quantifier != null
            && quantifier.symbolValue(SqlSelectKeyword.class) == SqlSelectKeyword.DISTINCT;
    return distinct
        ? AggregateFunctions.findDistinct(functionName(call))
        : AggregateFunctions.find(functionName(call));
  }

  private SqlNode aggregate(SqlCall call, AggregateFunction function) {
    List<SqlNode> operands = call.getOperandList();
    int columns = Math.max(0, operands.size() - function.constants());
    List<SqlNode> arguments = new ArrayList<>();
    for (SqlNode operand : operands.subList(0, columns)) {
      if (!(operand instanceof SqlIdentifier identifier && identifier.isStar())) {
        arguments.add(operand.accept(this));
      }
    }
    List<Double> constants = new ArrayList<>();
    for (SqlNode operand : operands.subList(columns, operands.size())) {
      constants.add(constant(operand, call));
    }
    return new SqlBasicCall(
        new AggregateOperator(function, constants), arguments, call.getParserPosition());
  }

  private static double constant(SqlNode operand, SqlCall call) {
    if (operand instanceof SqlNumericLiteral literal) {
      return literal.getValueAs(BigDecimal.class).doubleValue();
    }
    throw at(
        operand,
        "the last argument of %s must be a number written out".formatted(functionName(call)));
  }
}

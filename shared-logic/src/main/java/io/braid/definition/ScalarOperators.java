package io.braid.definition;

import io.braid.expression.Expressions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlNameMatcher;

/**
 * Calcite's standard operators, with a few functions that the standard lacks or that Calcite types
 * in another way. Names in any case of letters.
 */
final class ScalarOperators implements SqlOperatorTable {

  private static final SqlOperandCountRange ANY_COUNT = SqlOperandCountRanges.from(1);

  private static final Map<String, SqlOperator> OWN =
      Map.of(
          "CONCAT",
          SqlLibraryOperators.CONCAT_FUNCTION,
          "GREATEST",
          extremum("GREATEST", SqlKind.GREATEST),
          "LEAST",
          extremum("LEAST", SqlKind.LEAST),
          "ROUND",
          SqlBasicFunction.create(
              "ROUND",
              ScalarOperators::roundType,
              OperandTypes.NUMERIC.or(
                  OperandTypes.family(SqlTypeFamily.NUMERIC, SqlTypeFamily.INTEGER)),
              SqlFunctionCategory.NUMERIC));

  /** Takes any types: {@link TypeRules} say it better when they do not fit together. */
  private static SqlFunction extremum(String name, SqlKind kind) {
    return SqlBasicFunction.create(
            name,
            ScalarOperators::commonType,
            OperandTypes.variadic(ANY_COUNT),
            SqlFunctionCategory.SYSTEM)
        .withKind(kind);
  }

  /** Returns the type of all operands, or of the first when they do not fit together. */
  private static RelDataType commonType(SqlOperatorBinding call) {
    RelDataType first = call.getOperandType(0);
    boolean comparable =
        call.collectOperandTypes().stream()
            .allMatch(
                type ->
                    Expressions.isComparable(
                        SqlTypes.fromCalcite(first), SqlTypes.fromCalcite(type)));
    return comparable ? call.getTypeFactory().leastRestrictive(call.collectOperandTypes()) : first;
  }

  private static RelDataType roundType(SqlOperatorBinding call) {
    RelDataType type = call.getOperandType(0);
    if (type.getSqlTypeName() != SqlTypeName.DECIMAL) {
      return type;
    }
    OptionalLong digits = OptionalLong.empty();
    if (call.getOperandCount() == 1) {
      digits = OptionalLong.of(0);
    } else if (call.isOperandLiteral(1, false)) {
      digits = OptionalLong.of(call.getOperandLiteralValue(1, Long.class));
    }
    return SqlTypes.toCalcite(
        Expressions.roundType(SqlTypes.fromCalcite(type), digits), type.isNullable());
  }

  @Override
  public void lookupOperatorOverloads(
      SqlIdentifier name,
      SqlFunctionCategory category,
      SqlSyntax syntax,
      List<SqlOperator> operators,
      SqlNameMatcher matcher) {
    SqlOperator own = name.isSimple() ? OWN.get(name.getSimple().toUpperCase(Locale.ROOT)) : null;
    if (own != null && own.getSyntax().family == syntax) {
      operators.add(own);
    } else {
      SqlStdOperatorTable.instance()
          .lookupOperatorOverloads(name, category, syntax, operators, matcher);
    }
  }

  @Override
  public List<SqlOperator> getOperatorList() {
    return SqlStdOperatorTable.instance().getOperatorList();
  }
}

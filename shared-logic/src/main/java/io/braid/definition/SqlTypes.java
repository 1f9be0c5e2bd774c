package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.expression.ArithmeticOperator;
import io.braid.expression.Expressions;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Our types among Calcite's, and the rules by which Calcite infers types for us. */
final class SqlTypes {

  /** Safe to share: it interns types in a concurrent cache. */
  static final RelDataTypeFactory FACTORY =
      new JavaTypeFactoryImpl(new TypeSystem()) {
        @Override
        public Charset getDefaultCharset() {
          return StandardCharsets.UTF_8; // Calcite's own default is Latin-1
        }
      };

  private SqlTypes() {}

  /** Returns Calcite's name for our type. */
  static RelDataType toCalcite(ColumnType type, boolean nullable) {
    RelDataType named =
        switch (type.kind()) {
          case STRING -> FACTORY.createSqlType(SqlTypeName.VARCHAR);
          case BOOLEAN -> FACTORY.createSqlType(SqlTypeName.BOOLEAN);
          case INT -> FACTORY.createSqlType(SqlTypeName.INTEGER);
          case BIGINT -> FACTORY.createSqlType(SqlTypeName.BIGINT);
          case DOUBLE -> FACTORY.createSqlType(SqlTypeName.DOUBLE);
          case DECIMAL ->
              FACTORY.createSqlType(SqlTypeName.DECIMAL, type.precision(), type.scale());
          case TIMESTAMP -> FACTORY.createSqlType(SqlTypeName.TIMESTAMP, 3);
          case DATE -> FACTORY.createSqlType(SqlTypeName.DATE);
          case BYTES -> throw new IllegalArgumentException("No source has columns of " + type);
        };
    return FACTORY.createTypeWithNullability(named, nullable);
  }

  /**
   * Returns our type for Calcite's.
   *
   * @throws IllegalArgumentException when there is none
   */
  static ColumnType fromCalcite(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR, NULL -> ColumnType.STRING;
      case BOOLEAN -> ColumnType.BOOLEAN;
      case TINYINT, SMALLINT, INTEGER -> ColumnType.INT;
      case BIGINT -> ColumnType.BIGINT;
      case DOUBLE, FLOAT, REAL -> ColumnType.DOUBLE;
      case DECIMAL -> ColumnType.decimal(type.getPrecision(), type.getScale());
      case TIMESTAMP -> ColumnType.TIMESTAMP;
      case DATE -> ColumnType.DATE;
      default ->
          throw new IllegalArgumentException("values of type " + type + " are not supported yet");
    };
  }

  /** SQL's types as the documentation of metrics states them. */
  private static final class TypeSystem extends RelDataTypeSystemImpl {

    /** Enough for {@code INTERVAL '1000000' SECOND}; Calcite's default would be two digits. */
    private static final int INTERVAL_DIGITS = 9;

    @Override
    public int getMaxPrecision(SqlTypeName typeName) {
      return typeName == SqlTypeName.DECIMAL
          ? ColumnType.MAX_PRECISION
          : super.getMaxPrecision(typeName);
    }

    @Override
    public int getMaxScale(SqlTypeName typeName) {
      return typeName == SqlTypeName.DECIMAL
          ? ColumnType.MAX_PRECISION
          : super.getMaxScale(typeName);
    }

    @Override
    @SuppressWarnings("deprecation") // still what the least restrictive type is limited by
    public int getMaxNumericPrecision() {
      return ColumnType.MAX_PRECISION;
    }

    @Override
    @SuppressWarnings("deprecation")
    public int getMaxNumericScale() {
      return ColumnType.MAX_PRECISION;
    }

    @Override
    public int getDefaultPrecision(SqlTypeName typeName) {
      if (typeName == SqlTypeName.DECIMAL) {
        return ColumnType.MAX_PRECISION;
      }
      return SqlTypeName.INTERVAL_TYPES.contains(typeName)
          ? INTERVAL_DIGITS
          : super.getDefaultPrecision(typeName);
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true; // CASE … THEN 'a' ELSE 'bbb' gives VARCHAR, not texts padded to CHAR(3)
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
      SqlTypeName summed =
          SqlTypeUtil.isApproximateNumeric(argument) ? SqlTypeName.DOUBLE : SqlTypeName.DECIMAL;
      if (!SqlTypeUtil.isNumeric(argument)) {
        return argument;
      }
      RelDataType sum =
          summed == SqlTypeName.DOUBLE
              ? factory.createSqlType(summed)
              : factory.createSqlType(summed, ColumnType.MAX_PRECISION, argument.getScale());
      return factory.createTypeWithNullability(sum, argument.isNullable());
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
      return factory.createTypeWithNullability(
          factory.createSqlType(SqlTypeName.DOUBLE), argument.isNullable());
    }

    @Override
    public RelDataType deriveDecimalPlusType(
        RelDataTypeFactory factory, RelDataType left, RelDataType right) {
      return derive(ArithmeticOperator.PLUS, left, right);
    }

    @Override
    public RelDataType deriveDecimalMultiplyType(
        RelDataTypeFactory factory, RelDataType left, RelDataType right) {
      return derive(ArithmeticOperator.TIMES, left, right);
    }

    @Override
    public RelDataType deriveDecimalDivideType(
        RelDataTypeFactory factory, RelDataType left, RelDataType right) {
      return derive(ArithmeticOperator.DIVIDE, left, right);
    }

    @Override
    public RelDataType deriveDecimalModType(
        RelDataTypeFactory factory, RelDataType left, RelDataType right) {
      return derive(ArithmeticOperator.REMAINDER, left, right);
    }

    /** Returns null, "as for other numbers", unless one is a DECIMAL and none approximate. */
    private static RelDataType derive(
        ArithmeticOperator operator, RelDataType left, RelDataType right) {
      if (!SqlTypeUtil.isExactNumeric(left)
          || !SqlTypeUtil.isExactNumeric(right)
          || !(SqlTypeUtil.isDecimal(left) || SqlTypeUtil.isDecimal(right))) {
        return null;
      }
      return toCalcite(
          Expressions.arithmeticType(operator, fromCalcite(left), fromCalcite(right)), false);
    }
  }

  /** The rules of {@link #FACTORY}. */
  static RelDataTypeSystem system() {
    return FACTORY.getTypeSystem();
  }
}

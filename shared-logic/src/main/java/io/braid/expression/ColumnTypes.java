package io.braid.expression;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;

/** What types have in common. */
final class ColumnTypes {

  private ColumnTypes() {}

  static boolean isInteger(Kind kind) {
    return kind == Kind.INT || kind == Kind.BIGINT;
  }

  /** Returns the DECIMAL that holds every value of an integer or DECIMAL type. */
  static ColumnType asDecimal(ColumnType type) {
    return switch (type.kind()) {
      case INT -> ColumnType.decimal(10, 0);
      case BIGINT -> ColumnType.decimal(19, 0);
      case DECIMAL -> type;
      default -> throw new IllegalArgumentException("No exact number type: " + type);
    };
  }

  /**
   * Returns the type in which values of both are compared.
   *
   * @throws IllegalArgumentException when they cannot be
   */
  static ColumnType common(ColumnType left, ColumnType right) {
    if (left.equals(right)) {
      return left;
    }
    if (!left.isNumeric() || !right.isNumeric()) {
      throw new IllegalArgumentException("Cannot compare %s with %s".formatted(left, right));
    }
    if (left.isInteger() && right.isInteger()) {
      return ColumnType.BIGINT;
    }
    if (left.kind() == Kind.DOUBLE || right.kind() == Kind.DOUBLE) {
      return ColumnType.DOUBLE;
    }
    ColumnType a = asDecimal(left);
    ColumnType b = asDecimal(right);
    int scale = Math.max(a.scale(), b.scale());
    int whole = Math.max(a.precision() - a.scale(), b.precision() - b.scale());
    return ColumnType.decimal(
        Math.max(1, Math.min(ColumnType.MAX_PRECISION, whole + scale)),
        Math.min(scale, ColumnType.MAX_PRECISION));
  }

  /**
   * Returns the type that a value is converted to before a comparison in type {@code common}. Never
   * loses a digit: decimals of different scales compare as they are.
   */
  static ColumnType comparedAs(ColumnType own, ColumnType common) {
    if (common.kind() == Kind.DECIMAL) {
      return asDecimal(own);
    }
    return common.isInteger() ? own : common;
  }
}

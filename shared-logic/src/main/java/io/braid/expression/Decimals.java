package io.braid.expression;

import io.braid.column.ColumnType;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** DECIMAL values at a type's scale. */
final class Decimals {

  private Decimals() {}

  /**
   * Returns {@code value} at the scale of {@code type}, rounded half up, or null when it has more
   * digits than the type.
   */
  static BigDecimal fit(BigDecimal value, ColumnType type) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO.setScale(type.scale());
    }
    // Magnitudes first: setScale of 1e999999999 would fill the memory before it could be refused.
    long digitsBeforePoint = (long) value.precision() - value.scale();
    if (digitsBeforePoint > type.precision() - type.scale()) {
      return null;
    }
    if (digitsBeforePoint < -type.scale()) {
      return BigDecimal.ZERO.setScale(type.scale());
    }
    BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
    return scaled.precision() > type.precision() ? null : scaled;
  }
}

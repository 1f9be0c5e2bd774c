package io.braid.column;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column's values.
 *
 * @param kind what a value is
 * @param precision decimal digits in all, 1 to 38; 0 unless the kind is DECIMAL
 * @param scale decimal digits behind the point, 0 to precision; 0 unless the kind is DECIMAL
 */
public record ColumnType(Kind kind, int precision, int scale) {

  /** The most digits a DECIMAL holds: the largest power of ten below 2<sup>127</sup>. */
  public static final int MAX_PRECISION = 38;

  public static final ColumnType STRING = new ColumnType(Kind.STRING, 0, 0);
  public static final ColumnType BOOLEAN = new ColumnType(Kind.BOOLEAN, 0, 0);
  public static final ColumnType INT = new ColumnType(Kind.INT, 0, 0);
  public static final ColumnType BIGINT = new ColumnType(Kind.BIGINT, 0, 0);
  public static final ColumnType DOUBLE = new ColumnType(Kind.DOUBLE, 0, 0);
  public static final ColumnType TIMESTAMP = new ColumnType(Kind.TIMESTAMP, 0, 0);
  public static final ColumnType DATE = new ColumnType(Kind.DATE, 0, 0);
  public static final ColumnType BYTES = new ColumnType(Kind.BYTES, 0, 0);

  /** The names a definition may give to a column's type, in the order of the documentation. */
  public static final List<String> NAMES =
      List.of("string", "boolean", "int", "bigint", "double", "decimal(p,s)", "timestamp", "date");

  private static final Pattern DECIMAL =
      Pattern.compile("decimal\\(\\s*(\\d{1,2})\\s*,\\s*(\\d{1,2})\\s*\\)");

  /** What a value is, and how a {@link Column} stores it. */
  public enum Kind {
    /** Text; {@link StringColumn}. */
    STRING("VARCHAR"),
    /** 0 or 1 in a {@link LongColumn}. */
    BOOLEAN("BOOLEAN"),
    /** 32-bit integer in a {@link LongColumn}. */
    INT("INTEGER"),
    /** 64-bit integer in a {@link LongColumn}. */
    BIGINT("BIGINT"),
    /** {@link DoubleColumn}. */
    DOUBLE("DOUBLE"),
    /** {@link DecimalColumn}; every value carries the type's scale. */
    DECIMAL("DECIMAL"),
    /** Epoch milliseconds in a {@link LongColumn}. */
    TIMESTAMP("TIMESTAMP"),
    /** Epoch days in a {@link LongColumn}. */
    DATE("DATE"),
    /** {@link BytesColumn}; for accumulator states only, no definition can name it. */
    BYTES("VARBINARY");

    private final String sqlName;

    Kind(String sqlName) {
      this.sqlName = sqlName;
    }
  }

  public ColumnType {
    if (kind == Kind.DECIMAL) {
      if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
        throw new IllegalArgumentException(
            "Invalid type decimal(%d,%d): precision must be 1 to 38 and scale 0 to precision"
                .formatted(precision, scale));
      }
    } else if (precision != 0 || scale != 0) {
      throw new IllegalArgumentException("Invalid type " + kind + ": it has no precision");
    }
  }

  /**
   * Returns the decimal type of these digits.
   *
   * @throws IllegalArgumentException when precision is not 1 to 38 or scale not 0 to precision
   */
  public static ColumnType decimal(int precision, int scale) {
    return new ColumnType(Kind.DECIMAL, precision, scale);
  }

  /** Returns the type that a definition names so, or empty when there is none. */
  public static Optional<ColumnType> parse(String name) {
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = Integer.parseInt(decimal.group(2));
      boolean valid = precision >= 1 && precision <= MAX_PRECISION && scale <= precision;
      return valid ? Optional.of(decimal(precision, scale)) : Optional.empty();
    }
    return switch (name) {
      case "string" -> Optional.of(STRING);
      case "boolean" -> Optional.of(BOOLEAN);
      case "int" -> Optional.of(INT);
      case "bigint" -> Optional.of(BIGINT);
      case "double" -> Optional.of(DOUBLE);
      case "timestamp" -> Optional.of(TIMESTAMP);
      case "date" -> Optional.of(DATE);
      default -> Optional.empty();
    };
  }

  /** Returns whether values are whole numbers of 32 or 64 bits. */
  public boolean isInteger() {
    return kind == Kind.INT || kind == Kind.BIGINT;
  }

  /** Returns whether arithmetic is defined on values. */
  public boolean isNumeric() {
    return isInteger() || kind == Kind.DOUBLE || kind == Kind.DECIMAL;
  }

  /** Returns the SQL name shown in answers: {@code VARCHAR}, {@code DECIMAL(38, 0)}. */
  public String sqlName() {
    return kind == Kind.DECIMAL ? "DECIMAL(%d, %d)".formatted(precision, scale) : kind.sqlName;
  }

  /** Returns the name a definition uses: {@code string}, {@code decimal(38,0)}. */
  @Override
  public String toString() {
    return kind == Kind.DECIMAL
        ? "decimal(%d,%d)".formatted(precision, scale)
        : kind.name().toLowerCase(Locale.ROOT);
  }
}

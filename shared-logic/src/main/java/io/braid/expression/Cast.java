package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Timestamps;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A value as another type.
 *
 * <p>To an integer fractions are cut off; to DECIMAL they are rounded half up, from the exact value
 * of a double. A TIMESTAMP is written {@code 2026-11-22 06:00:00.000}, in UTC, and read in that
 * form, with fewer digits or without time of day, or in ISO-8601 with offset. What does not fit,
 * and text that is no value of the type, is NULL and counted. Text may have spaces around it;
 * booleans are written {@code TRUE} and {@code FALSE}.
 */
record Cast(Expression operand, ColumnType type) implements Expression {

  private static final long DAY_MS = 86_400_000;
  private static final int DATE_LENGTH = "2026-11-22".length();

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");

  Cast {
    if (!isPossible(operand.type(), type)) {
      throw new IllegalArgumentException("Cannot cast %s to %s".formatted(operand.type(), type));
    }
  }

  /**
   * Returns whether there is a cast between the types. Doubles have no text that all Javas agree
   * on.
   */
  static boolean isPossible(ColumnType from, ColumnType to) {
    if (from.kind() == to.kind()) {
      return true;
    }
    if (from.isNumeric()) {
      return to.isNumeric() || (to.kind() == Kind.STRING && from.kind() != Kind.DOUBLE);
    }
    return switch (from.kind()) {
      case STRING -> to.kind() != Kind.BYTES;
      case BOOLEAN -> to.kind() == Kind.STRING;
      case DATE -> to.kind() == Kind.STRING || to.kind() == Kind.TIMESTAMP;
      case TIMESTAMP -> to.kind() == Kind.STRING || to.kind() == Kind.DATE;
      default -> false;
    };
  }

  /** Returns whether no value can fail to be converted. */
  static boolean isTotal(ColumnType from, ColumnType to) {
    return switch (to.kind()) {
      case STRING -> true;
      case DOUBLE -> from.isNumeric();
      case BIGINT -> from.isInteger();
      case DECIMAL -> {
        if (!from.isInteger() && from.kind() != Kind.DECIMAL) {
          yield false;
        }
        ColumnType exact = ColumnTypes.asDecimal(from);
        yield to.scale() >= exact.scale()
            && to.precision() - to.scale() >= exact.precision() - exact.scale();
      }
      case DATE, TIMESTAMP -> from.kind() != Kind.STRING;
      default -> from.kind() == to.kind();
    };
  }

  @Override
  public List<Expression> operands() {
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    return convert(operand.evaluate(batch, errors), type, batch.size(), errors);
  }

  /** Returns the values of {@code column} as {@code type}. */
  static Column convert(Column column, ColumnType type, int size, ExpressionErrors errors) {
    if (column.type().equals(type)) {
      return column;
    }
    return switch (type.kind()) {
      case STRING -> toText(column, size);
      case DOUBLE -> toDouble(column, size, errors);
      case DECIMAL -> toDecimal(column, type, size, errors);
      case BOOLEAN -> toBoolean((StringColumn) column, size, errors);
      case INT, BIGINT -> toInteger(column, type, size, errors);
      case TIMESTAMP, DATE -> toTime(column, type, size, errors);
      case BYTES ->
          throw new IllegalStateException("Cannot convert %s to %s".formatted(column.type(), type));
    };
  }

  private static StringColumn toText(Column column, int size) {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), size);
    for (int i = 0; i < size; i++) {
      if (column.isNull(i)) {
        texts.appendNull();
      } else if (column instanceof DecimalColumn decimals) {
        texts.append(decimals.get(i).toPlainString());
      } else {
        texts.append(text(column.type().kind(), ((LongColumn) column).get(i)));
      }
    }
    return texts.build();
  }

  private static String text(Kind kind, long value) {
    return switch (kind) {
      case BOOLEAN -> value == 0 ? "FALSE" : "TRUE";
      case DATE -> Timestamps.formatDate(value);
      case TIMESTAMP -> {
        String iso = Timestamps.format(value); // 2026-11-22T06:00:00.000Z
        yield iso.substring(0, iso.length() - 1).replace('T', ' ');
      }
      default -> Long.toString(value);
    };
  }

  private static LongColumn toTime(
      Column column, ColumnType type, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column);
    long[] results = new long[size];
    boolean toDate = type.kind() == Kind.DATE;
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      if (column instanceof LongColumn times) {
        long value = times.get(i);
        results[i] = toDate ? Math.floorDiv(value, DAY_MS) : value * DAY_MS;
        continue;
      }
      String text = ((StringColumn) column).get(i).strip();
      OptionalLong parsed = toDate ? Timestamps.parseDate(text) : instant(text);
      if (parsed.isPresent()) {
        results[i] = parsed.getAsLong();
      } else {
        nulls.fail(i, errors);
      }
    }
    return nulls.column(type, results);
  }

  /** Reads an instant as SQL writes it, in UTC, or as ISO-8601 has it, with offset. */
  private static OptionalLong instant(String text) {
    String iso = text.replace(' ', 'T');
    OptionalLong withOffset = Timestamps.parse(iso);
    if (withOffset.isPresent()) {
      return withOffset;
    }
    return Timestamps.parse(iso + (text.length() == DATE_LENGTH ? "T00:00:00Z" : "Z"));
  }

  private static DoubleColumn toDouble(Column column, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column);
    double[] results = new double[size];
    if (column instanceof LongColumn longs) {
      for (int i = 0; i < size; i++) {
        results[i] = (double) longs.get(i);
      }
      return nulls.column(results);
    }
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      if (column instanceof DecimalColumn decimals) {
        results[i] = decimals.get(i).doubleValue();
      } else {
        String text = ((StringColumn) column).get(i).strip();
        if (NUMBER.matcher(text).matches()) {
          results[i] = Double.parseDouble(text);
        } else {
          nulls.fail(i, errors);
        }
      }
    }
    return nulls.column(results);
  }

  private static DecimalColumn toDecimal(
      Column column, ColumnType type, int size, ExpressionErrors errors) {
    BigDecimal[] results = new BigDecimal[size];
    for (int i = 0; i < size; i++) {
      if (column.isNull(i)) {
        continue;
      }
      BigDecimal exact = exact(column, i);
      results[i] = exact == null ? null : Decimals.fit(exact, type);
      if (results[i] == null) {
        errors.add();
      }
    }
    return DecimalColumn.of(type, results, size);
  }

  private static LongColumn toInteger(
      Column column, ColumnType type, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column);
    long[] results = new long[size];
    if (column instanceof LongColumn longs) {
      for (int i = 0; i < size; i++) {
        results[i] = longs.get(i);
      }
    } else if (column instanceof DoubleColumn doubles) {
      for (int i = 0; i < size; i++) {
        if (!nulls.isNull(i)) {
          double value = doubles.get(i);
          if (value >= -0x1p63 && value < 0x1p63) { // not NaN
            results[i] = (long) value;
          } else {
            nulls.fail(i, errors);
          }
        }
      }
    } else {
      for (int i = 0; i < size; i++) {
        if (!nulls.isNull(i)) {
          BigDecimal exact = exact(column, i);
          // 19 digits before the point are the most a BIGINT has; more would cost memory below.
          BigDecimal whole =
              exact == null || (long) exact.precision() - exact.scale() > 19
                  ? null
                  : (long) exact.precision() - exact.scale() <= 0
                      ? BigDecimal.ZERO
                      : exact.setScale(0, RoundingMode.DOWN);
          if (whole == null || whole.unscaledValue().bitLength() > 63) {
            nulls.fail(i, errors);
          } else {
            results[i] = whole.longValue();
          }
        }
      }
    }
    if (type.kind() == Kind.INT) {
      checkInt(results, nulls, errors);
    }
    return nulls.column(type, results);
  }

  /** Returns the exact number at {@code row}, which is not NULL, or null when it is none. */
  private static BigDecimal exact(Column column, int row) {
    if (column instanceof LongColumn longs) {
      return BigDecimal.valueOf(longs.get(row));
    }
    if (column instanceof DoubleColumn doubles) {
      double value = doubles.get(row);
      return Double.isFinite(value) ? new BigDecimal(value) : null;
    }
    if (column instanceof DecimalColumn decimals) {
      return decimals.get(row);
    }
    String text = ((StringColumn) column).get(row).strip();
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
  }

  private static LongColumn toBoolean(StringColumn column, int size, ExpressionErrors errors) {
    NullMask nulls = NullMask.of(size, column);
    long[] results = new long[size];
    for (int i = 0; i < size; i++) {
      if (nulls.isNull(i)) {
        continue;
      }
      switch (column.get(i).strip().toLowerCase(Locale.ROOT)) {
        case "true" -> results[i] = 1;
        case "false" -> results[i] = 0;
        default -> nulls.fail(i, errors);
      }
    }
    return nulls.column(ColumnType.BOOLEAN, results);
  }

  /** Makes values that are no 32-bit integer NULL. */
  static void checkInt(long[] values, NullMask nulls, ExpressionErrors errors) {
    long overflow = 0;
    for (long value : values) {
      overflow |= value ^ (int) value;
    }
    if (overflow != 0) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != (int) values[i]) {
          if (!nulls.isNull(i)) {
            nulls.fail(i, errors);
          }
          values[i] = 0;
        }
      }
    }
  }

  @Override
  public String text() {
    return "cast(" + operand.text() + " as " + type + ")";
  }
}

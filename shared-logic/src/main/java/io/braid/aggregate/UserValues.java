package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;

/** What users' aggregates return, as values of a type. */
final class UserValues {

  private UserValues() {}

  /**
   * Returns a value as {@link Column#value} of a column of {@code type} would; null stays null.
   *
   * @throws IllegalArgumentException when it is no such value, as a sentence
   */
  static Object normalise(ColumnType type, Object value) {
    if (value == null) {
      return null;
    }
    boolean valid =
        switch (type.kind()) {
          case STRING -> value instanceof String;
          case BOOLEAN -> value instanceof Boolean;
          case INT -> value instanceof Long number && number == (int) (long) number;
          case BIGINT, TIMESTAMP, DATE -> value instanceof Long;
          case DOUBLE -> value instanceof Double;
          case DECIMAL -> value instanceof BigDecimal number && fits(type, number);
          case BYTES -> false;
        };
    if (!valid) {
      throw new IllegalArgumentException(
          "finish() gives %s of class %s, which is no value of type %s; it must be %s"
              .formatted(text(value), value.getClass().getSimpleName(), type.sqlName(), of(type)));
    }
    return value instanceof BigDecimal number ? number.setScale(type.scale()) : value;
  }

  private static boolean fits(ColumnType type, BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.scale() <= type.scale()
        && shortest.precision() - shortest.scale() <= type.precision() - type.scale();
  }

  private static String of(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> "a String";
      case BOOLEAN -> "a Boolean";
      case INT -> "a Long of 32 bits";
      case DOUBLE -> "a Double";
      case DECIMAL -> "a BigDecimal that loses no digit";
      default -> "a Long";
    };
  }

  /** Returns a value as messages show it. */
  static String text(Object value) {
    return value instanceof String ? "'" + value + "'" : value == null ? "NULL" : value.toString();
  }

  /** Returns a column of normalised values. */
  static Column column(ColumnType type, Object[] values) {
    int size = values.length;
    boolean[] nulls = new boolean[size];
    for (int i = 0; i < size; i++) {
      nulls[i] = values[i] == null;
    }
    switch (type.kind()) {
      case STRING -> {
        StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), size);
        for (Object value : values) {
          if (value == null) {
            texts.appendNull();
          } else {
            texts.append((String) value);
          }
        }
        return texts.build();
      }
      case DOUBLE -> {
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
          doubles[i] = nulls[i] ? 0 : (double) values[i];
        }
        return DoubleColumn.of(doubles, nulls, size);
      }
      case DECIMAL -> {
        BigDecimal[] decimals = new BigDecimal[size];
        for (int i = 0; i < size; i++) {
          decimals[i] = (BigDecimal) values[i];
        }
        return DecimalColumn.of(type, decimals, size);
      }
      default -> {
        long[] longs = new long[size];
        for (int i = 0; i < size; i++) {
          longs[i] =
              nulls[i]
                  ? 0
                  : values[i] instanceof Boolean truth ? (truth ? 1 : 0) : (long) values[i];
        }
        return LongColumn.of(type, longs, nulls, size);
      }
    }
  }
}

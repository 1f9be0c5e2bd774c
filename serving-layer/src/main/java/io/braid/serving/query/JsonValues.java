package io.braid.serving.query;

import io.braid.column.Column;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Timestamps;
import java.util.Base64;

/**
 * Values of columns in the form that JSON shows: numbers with all their digits, NaN and infinities
 * as texts, timestamps as ISO-8601 in UTC with milliseconds, dates as ISO-8601.
 */
public final class JsonValues {

  private JsonValues() {}

  /** Returns a String, Boolean, Long, finite Double, BigDecimal or null. */
  public static Object of(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    if (column instanceof StringColumn texts) {
      return wellFormed(texts.get(row));
    } else if (column instanceof DoubleColumn doubles) {
      double value = doubles.get(row);
      return Double.isFinite(value) ? (Object) value : Double.toString(value);
    } else if (column instanceof DecimalColumn decimals) {
      return decimals.get(row);
    } else if (column instanceof LongColumn longs) {
      return switch (column.type().kind()) {
        case TIMESTAMP -> Timestamps.format(longs.get(row));
        case DATE -> Timestamps.formatDate(longs.get(row));
        case BOOLEAN -> longs.isTrue(row);
        default -> longs.get(row);
      };
    }
    return Base64.getEncoder().encodeToString((byte[]) column.value(row));
  }

  /** Puts U+FFFD in place of half a surrogate pair, which UTF-8 has no bytes for. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return text;
  }
}

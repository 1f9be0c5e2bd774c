package io.braid.aggregate;

import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.HeapSize;
import io.braid.column.StringColumn;
import java.math.BigDecimal;

/**
 * At most one value of a type for each group: what MIN, MAX, FIRST_VALUE and LAST_VALUE keep.
 *
 * <p>All types that are kept as a {@code long} or {@code double} share one class of words whose
 * order is that of the values, see {@link Words}; texts and decimals share one of objects.
 */
abstract class HeldValues {

  /** Returns empty groups for values of a type. */
  static HeldValues of(ColumnType type) {
    return switch (type.kind()) {
      case STRING ->
          new HeldObjects<>(String.class, CodePoints::compare, HeapSize::of, HeldValues::texts);
      case DECIMAL ->
          new HeldObjects<>(
              BigDecimal.class,
              BigDecimal::compareTo,
              HeapSize::of,
              (values, count) -> DecimalColumn.of(type, values, count));
      default -> new HeldWords(type);
    };
  }

  private static StringColumn texts(String[] values, int count) {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), count);
    for (int i = 0; i < count; i++) {
      if (values[i] == null) {
        texts.appendNull();
      } else {
        texts.append(values[i]);
      }
    }
    return texts.build();
  }

  /** Returns how many bytes one value takes, in words. */
  static String bytesPerGroup(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> "8 and the text";
      case DECIMAL -> "48";
      default -> "9";
    };
  }

  abstract void ensureCapacity(int count);

  abstract boolean isEmpty(int group);

  /** Replaces what {@code group} holds by the value at {@code row}, which is not NULL. */
  abstract void hold(int group, Column column, int row);

  /** Replaces what {@code group} holds by what a group of others of one type holds, not nothing. */
  abstract void hold(int group, HeldValues other, int row);

  /**
   * Holds the least of what is there and the candidates for a {@code sign} of -1, the greatest for
   * 1. NULLs are skipped; row {@code i} goes to group {@code groups[i]}.
   */
  abstract void holdExtremes(Column candidates, int[] groups, int count, int sign);

  /** Does so with what group {@code rows[i]} of others of one type holds as the candidates. */
  abstract void holdExtremes(HeldValues other, int[] rows, int[] groups, int count, int sign);

  /** Returns a copy of what the first {@code count} groups hold, NULL for an empty one. */
  abstract Column column(int count);

  /** Returns a copy of what the first {@code count} groups of {@code rows} hold. */
  abstract Column column(int[] rows, int count);

  /**
   * Returns about what the values take on the heap, in bytes, of which there are so many groups.
   */
  abstract long memoryBytes(int groups);
}

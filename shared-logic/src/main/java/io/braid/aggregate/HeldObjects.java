package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.HeapSize;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToLongFunction;

/** Values of a type that is kept as an object. */
final class HeldObjects<T> extends HeldValues {

  private final Class<T> kind;
  private final Comparator<T> order;
  private final ToLongFunction<T> size;
  private final ToColumn<T> toColumn;
  private T[] values;

  /** Makes a column of the first values of an array, which may be kept; null for NULL. */
  interface ToColumn<T> {
    Column of(T[] values, int count);
  }

  HeldObjects(Class<T> kind, Comparator<T> order, ToLongFunction<T> size, ToColumn<T> toColumn) {
    this.kind = kind;
    this.order = order;
    this.size = size;
    this.toColumn = toColumn;
    this.values = newArray(16);
  }

  @SuppressWarnings("unchecked")
  private T[] newArray(int length) {
    return (T[]) Array.newInstance(kind, length);
  }

  @Override
  void ensureCapacity(int count) {
    if (count <= values.length) {
      return;
    }
    values = Arrays.copyOf(values, Capacity.of(values.length, count));
  }

  @Override
  boolean isEmpty(int group) {
    return values[group] == null;
  }

  @Override
  void hold(int group, Column column, int row) {
    values[group] = kind.cast(column.value(row));
  }

  @Override
  void holdExtremes(Column candidates, int[] groups, int count, int sign) {
    for (int i = 0; i < count; i++) {
      holdExtreme(kind.cast(candidates.value(i)), groups[i], sign);
    }
  }

  private void holdExtreme(T candidate, int group, int sign) {
    T held = values[group];
    if (candidate == null || candidate == held) { // codes of one dictionary share their texts
      return;
    }
    if (held == null || sign * order.compare(candidate, held) > 0) {
      values[group] = candidate;
    }
  }

  @Override
  void hold(int group, HeldValues other, int row) {
    values[group] = valuesOf(other)[row];
  }

  @Override
  void holdExtremes(HeldValues other, int[] rows, int[] groups, int count, int sign) {
    T[] theirs = valuesOf(other);
    for (int i = 0; i < count; i++) {
      holdExtreme(theirs[rows[i]], groups[i], sign);
    }
  }

  @SuppressWarnings("unchecked") // others are of one type
  private T[] valuesOf(HeldValues other) {
    return ((HeldObjects<T>) other).values;
  }

  @Override
  Column column(int count) {
    return toColumn.of(Arrays.copyOf(values, count), count);
  }

  @Override
  Column column(int[] rows, int count) {
    T[] selected = newArray(count);
    for (int i = 0; i < count; i++) {
      selected[i] = values[rows[i]];
    }
    return toColumn.of(selected, count);
  }

  @Override
  long memoryBytes(int groups) {
    return HeapSize.ofReferences(values.length)
        + HeapSize.ofAll(groups, group -> values[group], size);
  }
}

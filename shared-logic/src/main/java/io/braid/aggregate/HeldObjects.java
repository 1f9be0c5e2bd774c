package io.braid.aggregate;

import io.braid.column.Column;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Comparator;

/** Values of a type that is kept as an object. */
final class HeldObjects<T> extends HeldValues {

  private final Class<T> kind;
  private final Comparator<T> order;
  private final Copy<T> copy;
  private T[] values;

  /** Makes a column of the first values of an array, null for NULL. */
  interface Copy<T> {
    Column of(T[] values, int count);
  }

  @SuppressWarnings("unchecked")
  HeldObjects(Class<T> kind, Comparator<T> order, Copy<T> copy) {
    this.kind = kind;
    this.order = order;
    this.copy = copy;
    this.values = (T[]) Array.newInstance(kind, 16);
  }

  @Override
  void ensureCapacity(int count) {
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
      T candidate = kind.cast(candidates.value(i));
      T held = values[groups[i]];
      if (candidate == null || candidate == held) { // codes of one dictionary share their texts
        continue;
      }
      if (held == null || sign * order.compare(candidate, held) > 0) {
        values[groups[i]] = candidate;
      }
    }
  }

  @Override
  Column column(int count) {
    return copy.of(values, count);
  }
}

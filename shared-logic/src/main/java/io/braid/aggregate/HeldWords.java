package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import java.util.Arrays;

/** Values of every type that is kept as a {@code long} or {@code double}. */
final class HeldWords extends HeldValues {

  private final ColumnType type;
  private long[] words = new long[16];
  private boolean[] empty = new boolean[16];

  HeldWords(ColumnType type) {
    this.type = type;
    Arrays.fill(empty, true);
  }

  @Override
  void ensureCapacity(int count) {
    int before = words.length;
    words = Arrays.copyOf(words, Capacity.of(before, count));
    empty = Arrays.copyOf(empty, words.length);
    Arrays.fill(empty, before, words.length, true);
  }

  @Override
  boolean isEmpty(int group) {
    return empty[group];
  }

  @Override
  void hold(int group, Column column, int row) {
    words[group] = Words.word(column, row);
    empty[group] = false;
  }

  @Override
  void holdExtremes(Column candidates, int[] groups, int count, int sign) {
    boolean mayHaveNulls = candidates.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && candidates.isNull(i)) {
        continue;
      }
      int group = groups[i];
      long candidate = Words.word(candidates, i);
      if (empty[group] || sign * Long.compare(candidate, words[group]) > 0) {
        words[group] = candidate;
        empty[group] = false;
      }
    }
  }

  @Override
  Column column(int count) {
    return Words.column(type, Arrays.copyOf(words, count), Arrays.copyOf(empty, count), count);
  }
}

package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
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
    if (count <= words.length) {
      return;
    }
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
      holdExtreme(Words.word(candidates, i), groups[i], sign);
    }
  }

  private void holdExtreme(long candidate, int group, int sign) {
    if (empty[group] || sign * Long.compare(candidate, words[group]) > 0) {
      words[group] = candidate;
      empty[group] = false;
    }
  }

  @Override
  void hold(int group, HeldValues other, int row) {
    words[group] = ((HeldWords) other).words[row];
    empty[group] = false;
  }

  @Override
  void holdExtremes(HeldValues other, int[] rows, int[] groups, int count, int sign) {
    HeldWords theirs = (HeldWords) other;
    for (int i = 0; i < count; i++) {
      if (!theirs.empty[rows[i]]) {
        holdExtreme(theirs.words[rows[i]], groups[i], sign);
      }
    }
  }

  @Override
  Column column(int count) {
    return Words.column(type, Arrays.copyOf(words, count), Arrays.copyOf(empty, count), count);
  }

  @Override
  Column column(int[] rows, int count) {
    long[] selected = new long[count];
    boolean[] none = new boolean[count];
    for (int i = 0; i < count; i++) {
      selected[i] = words[rows[i]];
      none[i] = empty[rows[i]];
    }
    return Words.column(type, selected, none, count);
  }

  @Override
  long memoryBytes(int groups) {
    return HeapSize.ofArray(words.length, Long.BYTES) + HeapSize.ofArray(empty.length, 1);
  }
}

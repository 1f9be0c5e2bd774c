package io.braid.view;

import io.braid.column.HeapSize;
import java.util.Arrays;

/**
 * Numbers distinct rows of words from 0, by open addressing with linear probing: the words of a
 * key, its pane, and a word that says which of them are NULL. One owner.
 *
 * <p>All rows lie behind each other in one array, so that a probe that hits costs one cache line
 * for the slot and one for the row.
 */
final class GroupTable {

  private final int stride;
  private long[] rows;
  private int size;
  private int[] slots;
  private long lowestPane = Long.MAX_VALUE;
  private long highestPane = Long.MIN_VALUE;

  /**
   * Makes an empty table of rows of {@code stride} words, the last but one of which is the pane.
   */
  GroupTable(int stride) {
    this.stride = stride;
    this.rows = new long[16 * stride];
    this.slots = emptySlots(64);
  }

  int size() {
    return size;
  }

  /** Returns the lowest pane of all rows; of none Long.MAX_VALUE. */
  long lowestPane() {
    return lowestPane;
  }

  /** Returns the highest pane of all rows; of none Long.MIN_VALUE. */
  long highestPane() {
    return highestPane;
  }

  /** Returns the words of all rows, one after the other; valid until a row is added. */
  long[] rows() {
    return rows;
  }

  /** Makes room for {@code count} rows at once when there are none yet. */
  void reserve(int count) {
    if (size == 0 && count * (long) stride > rows.length) {
      rows = new long[Math.multiplyExact(count, stride)];
      slots = emptySlots(Math.max(slots.length, Integer.highestOneBit(count) * 4));
    }
  }

  /** Writes the numbers of {@code count} rows of {@code words} into {@code numbers} from there. */
  void find(long[] words, int count, int[] numbers, int from) {
    for (int i = 0; i < count; i++) {
      numbers[from + i] = find(words, i * stride);
    }
  }

  /** Returns the number of one row. */
  int find(long[] words) {
    return find(words, 0);
  }

  private int find(long[] words, int from) {
    int mask = slots.length - 1;
    for (int slot = hash(words, from) & mask; ; slot = (slot + 1) & mask) {
      int number = slots[slot];
      if (number < 0) {
        return add(words, from, slot);
      }
      if (same(number * stride, words, from)) {
        return number;
      }
    }
  }

  private boolean same(int row, long[] words, int from) {
    for (int i = 0; i < stride; i++) {
      if (rows[row + i] != words[from + i]) {
        return false;
      }
    }
    return true;
  }

  private int hash(long[] words, int from) {
    long hash = 0;
    for (int i = 0; i < stride; i++) {
      hash = (hash ^ words[from + i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private int add(long[] words, int from, int slot) {
    if ((size + 1) * stride > rows.length) {
      rows = Arrays.copyOf(rows, Math.addExact(rows.length, rows.length / 2 + stride));
    }
    System.arraycopy(words, from, rows, size * stride, stride);
    int number = size++;
    slots[slot] = number;
    long pane = words[from + stride - 2];
    lowestPane = Math.min(lowestPane, pane);
    highestPane = Math.max(highestPane, pane);
    if (size * 2 > slots.length) {
      rehash();
    }
    return number;
  }

  private void rehash() {
    int[] larger = emptySlots(slots.length * 2);
    int mask = larger.length - 1;
    for (int number = 0; number < size; number++) {
      int slot = hash(rows, number * stride) & mask;
      while (larger[slot] >= 0) {
        slot = (slot + 1) & mask;
      }
      larger[slot] = number;
    }
    slots = larger;
  }

  private static int[] emptySlots(int length) {
    int[] empty = new int[length];
    Arrays.fill(empty, -1);
    return empty;
  }

  /** Returns what the table takes on the heap, in bytes. */
  long memoryBytes() {
    return HeapSize.ofArray(rows.length, Long.BYTES)
        + HeapSize.ofArray(slots.length, Integer.BYTES);
  }
}

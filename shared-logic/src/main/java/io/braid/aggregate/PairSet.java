package io.braid.aggregate;

import io.braid.column.HeapSize;
import java.util.Arrays;

/** A set of (group, code), by open addressing with linear probing, 8 bytes a slot. One owner. */
final class PairSet {

  private static final long EMPTY = -1;

  private long[] slots = emptySlots(64);
  private int size;

  /** Adds a pair of numbers that are not negative; returns whether it was new. */
  boolean add(int group, int code) {
    long pair = ((long) group << 32) | code;
    int slot = slot(pair);
    if (slots[slot] == pair) {
      return false;
    }
    slots[slot] = pair;
    size++;
    if (size * 3L > slots.length * 2L) {
      long[] before = slots;
      slots = emptySlots(Math.multiplyExact(before.length, 2));
      for (long known : before) {
        if (known != EMPTY) {
          slots[slot(known)] = known;
        }
      }
    }
    return true;
  }

  private int slot(long pair) {
    int mask = slots.length - 1;
    int slot = hash(pair) & mask;
    while (slots[slot] != EMPTY && slots[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /**
   * Returns a hash whose lower bits depend on all of {@code word}; the upper half is folded in
   * first because doubles of few digits differ in nothing else.
   */
  static int hash(long word) {
    long hash = (word ^ (word >>> 32)) * 0x9E3779B97F4A7C15L;
    return (int) (hash ^ (hash >>> 32));
  }

  /** Returns the pairs of some groups, group in the upper half and code in the lower, unordered. */
  long[] of(boolean[] wantedGroups) {
    int wanted = 0;
    for (long pair : slots) {
      wanted += pair != EMPTY && wantedGroups[(int) (pair >>> 32)] ? 1 : 0;
    }
    long[] pairs = new long[wanted];
    int count = 0;
    for (long pair : slots) {
      if (pair != EMPTY && wantedGroups[(int) (pair >>> 32)]) {
        pairs[count++] = pair;
      }
    }
    return pairs;
  }

  /** Puts what {@code ranks} says of the code in the lower half of each pair, and sorts them. */
  static long[] sorted(long[] pairs, int[] ranks) {
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (pairs[i] & 0xFFFFFFFF00000000L) | ranks[(int) pairs[i]];
    }
    Arrays.sort(pairs);
    return pairs;
  }

  private static long[] emptySlots(int length) {
    long[] empty = new long[length];
    Arrays.fill(empty, EMPTY);
    return empty;
  }

  /** Returns what the set takes on the heap, in bytes. */
  long memoryBytes() {
    return HeapSize.ofArray(slots.length, Long.BYTES);
  }
}

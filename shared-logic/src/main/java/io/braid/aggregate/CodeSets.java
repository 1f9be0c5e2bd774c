package io.braid.aggregate;

import io.braid.column.HeapSize;
import java.util.Arrays;

/**
 * A set of codes for each group, by open addressing with linear probing, 4 bytes a slot. One owner.
 *
 * <p>A group's slots lie together, so that events of a few groups touch little memory however many
 * groups there are. Sets of one capacity, a power of two, share an array; one that outgrows its
 * place moves to the next array, and leaves the place to another group.
 */
final class CodeSets {

  private static final int CLASSES = 31;

  // By group. A group without a set has capacity class 0.
  private int[] sizes = {};
  private int[] places = {};
  private byte[] classes = {};

  // By class: slots of 1 + a code, 0 for none; places of 1 << class slots each. In the first slot
  // of a free place is 1 + the next free one, 0 for none.
  private final int[][] slots = new int[CLASSES][0];
  private final int[] taken = new int[CLASSES];
  private final int[] inUse = new int[CLASSES];
  private final int[] free = new int[CLASSES];

  /** Makes room for groups up to {@code count}, whose sets are empty. */
  void ensureCapacity(int count) {
    if (count > sizes.length) {
      int capacity = Capacity.of(sizes.length, count);
      sizes = Arrays.copyOf(sizes, capacity);
      places = Arrays.copyOf(places, capacity);
      classes = Arrays.copyOf(classes, capacity);
    }
  }

  /** Returns how many codes a group has. */
  int size(int group) {
    return sizes[group];
  }

  /** Adds a code, which is not negative, to the set of a group. */
  void add(int group, int code) {
    int capacityClass = classes[group];
    int mask = (1 << capacityClass) - 1;
    int base = places[group] << capacityClass;
    int[] ofClass = slots[capacityClass];
    if (capacityClass > 0) {
      int wanted = code + 1;
      int slot = slot(code, capacityClass);
      int found = ofClass[base + slot];
      while (found != wanted && found != 0) {
        slot = (slot + 1) & mask;
        found = ofClass[base + slot];
      }
      if (found == wanted) {
        return;
      }
      if ((sizes[group] + 1) * 3L <= (mask + 1) * 2L) {
        ofClass[base + slot] = wanted;
        sizes[group]++;
        return;
      }
    }
    move(group);
    put(group, code);
    sizes[group]++;
  }

  /** Returns where the search for a code starts: its upper bits depend on all of it. */
  private static int slot(int code, int capacityClass) {
    return (code * 0x9E3779B9) >>> (Integer.SIZE - capacityClass);
  }

  /** Writes a code that the set has not into the first empty slot. */
  private void put(int group, int code) {
    int capacityClass = classes[group];
    int mask = (1 << capacityClass) - 1;
    int base = places[group] << capacityClass;
    int[] ofClass = slots[capacityClass];
    int slot = slot(code, capacityClass);
    while (ofClass[base + slot] != 0) {
      slot = (slot + 1) & mask;
    }
    ofClass[base + slot] = code + 1;
  }

  /** Moves a group's set to a place twice as large. */
  private void move(int group) {
    int[] codes = codes(group);
    int before = classes[group];
    int from = places[group] << before;
    if (before > 0 && --inUse[before] == 0) {
      slots[before] = new int[0]; // most of the memory, where there are few groups
      taken[before] = 0;
      free[before] = 0;
    } else if (before > 0) {
      Arrays.fill(slots[before], from, from + (1 << before), 0);
      slots[before][from] = free[before];
      free[before] = places[group] + 1;
    }
    if (before + 1 == CLASSES) {
      throw new IllegalStateException(
          "Cannot count distinct values: a group has %d, at most %d"
              .formatted(codes.length + 1, codes.length));
    }
    classes[group] = (byte) (before + 1);
    places[group] = place(before + 1);
    for (int code : codes) {
      put(group, code);
    }
  }

  /** Takes an empty place. */
  private int place(int capacityClass) {
    inUse[capacityClass]++;
    if (free[capacityClass] > 0) {
      int place = free[capacityClass] - 1;
      int first = place << capacityClass;
      free[capacityClass] = slots[capacityClass][first];
      slots[capacityClass][first] = 0;
      return place;
    }
    int place = taken[capacityClass]++;
    int needed = Math.multiplyExact(place + 1, 1 << capacityClass);
    if (needed > slots[capacityClass].length) {
      int places = Math.min(place + (place >> 1) + 1, Integer.MAX_VALUE >> capacityClass);
      slots[capacityClass] = Arrays.copyOf(slots[capacityClass], places << capacityClass);
    }
    return place;
  }

  /** Returns the codes of a group, unordered. */
  int[] codes(int group) {
    int[] codes = new int[sizes[group]];
    int capacityClass = classes[group];
    int[] ofClass = slots[capacityClass];
    int slot = places[group] << capacityClass;
    for (int i = 0; i < codes.length; slot++) {
      if (ofClass[slot] != 0) {
        codes[i++] = ofClass[slot] - 1;
      }
    }
    return codes;
  }

  /** Returns what the sets take on the heap, in bytes. */
  long memoryBytes() {
    long bytes =
        HeapSize.ofArray(sizes.length, Integer.BYTES)
            + HeapSize.ofArray(places.length, Integer.BYTES)
            + HeapSize.ofArray(classes.length, Byte.BYTES);
    for (int[] ofClass : slots) {
      bytes += HeapSize.ofArray(ofClass.length, Integer.BYTES);
    }
    return bytes;
  }
}

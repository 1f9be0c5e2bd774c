package io.braid.aggregate;

import io.braid.column.HeapSize;
import java.util.Arrays;

/**
 * A set of codes for each group: of few of all codes a hash table, by open addressing with linear
 * probing, 4 bytes a slot; of many a bitmap, as soon as that takes no more memory. One owner.
 *
 * <p>Slots of a group lie together, so that events of a few groups touch little memory however many
 * groups there are. Tables of one capacity, a power of two, share an array; one that outgrows its
 * place moves to the next array, and leaves the place to another group.
 */
final class CodeSets {

  private static final int CLASSES = 31;

  /** Stands for the capacity class of a group that has a bitmap. */
  private static final byte BITMAP = -1;

  /** Of tables smaller than this none becomes a bitmap, which is an object of its own. */
  private static final int LEAST_BITMAP_CLASS = 5;

  private static final long[] NO_BITS = {};

  private int allCodes;

  // By group. A group without a set has capacity class 0.
  private int[] sizes = {};
  private int[] places = {};
  private byte[] classes = {};
  private long[][] bitmaps = {};
  private long bitmapBytes;

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

  /** Tells how many codes there are in all; those that are added from now on are below. */
  void ensureCodes(int count) {
    allCodes = Math.max(allCodes, count);
  }

  /** Returns how many codes a group has. */
  int size(int group) {
    return sizes[group];
  }

  /** Adds a code, which is not negative, to the set of a group. */
  void add(int group, int code) {
    int capacityClass = classes[group];
    if (capacityClass == BITMAP) {
      long[] bits = bitmaps[group];
      int word = code >>> 6;
      if (word < bits.length) {
        long added = bits[word] | 1L << code;
        if (added != bits[word]) {
          bits[word] = added;
          sizes[group]++;
        }
        return;
      }
    } else if (capacityClass > 0) {
      int mask = (1 << capacityClass) - 1;
      int base = places[group] << capacityClass;
      int[] ofClass = slots[capacityClass];
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
      if (hasRoom(sizes[group] + 1L, capacityClass)) {
        ofClass[base + slot] = wanted;
        sizes[group]++;
        return;
      }
    }
    enlarge(group);
    add(group, code);
  }

  private static boolean hasRoom(long codes, int capacityClass) {
    return codes * 3 <= (1L << capacityClass) * 2;
  }

  /** Makes room for one more code in the set of a group, in the form that takes less memory. */
  private void enlarge(int group) {
    int larger = classes[group] + 1;
    if (classes[group] == BITMAP) {
      larger = 1;
      while (!hasRoom(sizes[group] + 1L, larger)) {
        larger++;
      }
    }
    // A bitmap grows with the codes there are, and twice as far before it is a table again.
    int words = words(allCodes + allCodes / 8);
    int tableWords = 1 << (larger - 1);
    boolean bitmap =
        classes[group] == BITMAP
            ? words <= 2L * tableWords
            : larger >= LEAST_BITMAP_CLASS && words <= tableWords;
    if (!bitmap && larger >= CLASSES) {
      throw new IllegalStateException(
          "Cannot count distinct values: a group has %d, at most %d"
              .formatted(sizes[group] + 1, sizes[group]));
    }
    if (bitmap && classes[group] == BITMAP) {
      setBitmap(group, Arrays.copyOf(bitmaps[group], words));
      return;
    }
    int[] codes = codes(group);
    release(group);
    if (bitmap) {
      long[] bits = new long[words];
      for (int code : codes) {
        bits[code >>> 6] |= 1L << code;
      }
      setBitmap(group, bits);
    } else {
      classes[group] = (byte) larger;
      places[group] = place(larger);
      for (int code : codes) {
        put(group, code);
      }
    }
  }

  private static int words(int codes) {
    return (codes + Long.SIZE - 1) >>> 6;
  }

  private void setBitmap(int group, long[] bits) {
    if (group >= bitmaps.length) {
      int before = bitmaps.length;
      bitmaps = Arrays.copyOf(bitmaps, sizes.length);
      Arrays.fill(bitmaps, before, bitmaps.length, NO_BITS);
    }
    bitmapBytes += HeapSize.ofArray(bits.length, Long.BYTES);
    bitmapBytes -= bytes(bitmaps[group]);
    bitmaps[group] = bits;
    classes[group] = BITMAP;
  }

  private static long bytes(long[] bits) {
    return bits.length == 0 ? 0 : HeapSize.ofArray(bits.length, Long.BYTES);
  }

  /** Lets go of what holds the set of a group. */
  private void release(int group) {
    int before = classes[group];
    if (before == BITMAP) {
      bitmapBytes -= bytes(bitmaps[group]);
      bitmaps[group] = NO_BITS;
    } else if (before > 0 && --inUse[before] == 0) {
      slots[before] = new int[0]; // most of the memory, where there are few groups
      taken[before] = 0;
      free[before] = 0;
    } else if (before > 0) {
      int from = places[group] << before;
      Arrays.fill(slots[before], from, from + (1 << before), 0);
      slots[before][from] = free[before];
      free[before] = places[group] + 1;
    }
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

  /**
   * Adds the codes of a group of other sets to one of these.
   *
   * @param ours of each code there the one here, below what {@link #ensureCodes} was told
   */
  void addAll(int group, CodeSets others, int theirGroup, int[] ours) {
    int left = others.sizes[theirGroup];
    if (others.classes[theirGroup] == BITMAP) {
      long[] bits = others.bitmaps[theirGroup];
      for (int word = 0; left > 0; word++) {
        for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
          add(group, ours[(word << 6) + Long.numberOfTrailingZeros(rest)]);
          left--;
        }
      }
      return;
    }
    int[] ofClass = others.slots[others.classes[theirGroup]];
    int slot = others.places[theirGroup] << others.classes[theirGroup];
    for (; left > 0; slot++) {
      if (ofClass[slot] != 0) {
        add(group, ours[ofClass[slot] - 1]);
        left--;
      }
    }
  }

  /** Adds the codes of a group of other sets, which are the same here, to one of these. */
  void addAll(int group, CodeSets others, int theirGroup) {
    if (others.classes[theirGroup] != BITMAP || (sizes[group] > 0 && classes[group] != BITMAP)) {
      for (int code : others.codes(theirGroup)) {
        add(group, code);
      }
      return;
    }
    long[] theirs = others.bitmaps[theirGroup];
    if (sizes[group] == 0) {
      release(group);
      setBitmap(group, theirs.clone());
      sizes[group] = others.sizes[theirGroup];
      return;
    }
    if (theirs.length > bitmaps[group].length) {
      setBitmap(group, Arrays.copyOf(bitmaps[group], theirs.length));
    }
    long[] bits = bitmaps[group];
    int added = 0;
    for (int word = 0; word < theirs.length; word++) {
      added += Long.bitCount(theirs[word] & ~bits[word]);
      bits[word] |= theirs[word];
    }
    sizes[group] += added;
  }

  /** Sets the bits of a group's codes in {@code used}, which is long enough for all codes. */
  void mark(int group, long[] used) {
    if (classes[group] == BITMAP) {
      long[] bits = bitmaps[group];
      for (int word = Math.min(bits.length, used.length) - 1; word >= 0; word--) {
        used[word] |= bits[word];
      }
    } else {
      for (int code : codes(group)) {
        used[code >>> 6] |= 1L << code;
      }
    }
  }

  /** Returns the codes of a group: those of a bitmap ascend, others are in no order. */
  int[] codes(int group) {
    int[] codes = new int[sizes[group]];
    int next = 0;
    if (classes[group] == BITMAP) {
      long[] bits = bitmaps[group];
      for (int word = 0; next < codes.length; word++) {
        for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
          codes[next++] = (word << 6) + Long.numberOfTrailingZeros(rest);
        }
      }
      return codes;
    }
    int[] ofClass = slots[classes[group]];
    for (int slot = places[group] << classes[group]; next < codes.length; slot++) {
      if (ofClass[slot] != 0) {
        codes[next++] = ofClass[slot] - 1;
      }
    }
    return codes;
  }

  /** Returns what the sets take on the heap, in bytes. */
  long memoryBytes() {
    long bytes =
        HeapSize.ofArray(sizes.length, Integer.BYTES)
            + HeapSize.ofArray(places.length, Integer.BYTES)
            + HeapSize.ofArray(classes.length, Byte.BYTES)
            + HeapSize.ofReferences(bitmaps.length)
            + bitmapBytes;
    for (int[] ofClass : slots) {
      bytes += HeapSize.ofArray(ofClass.length, Integer.BYTES);
    }
    return bytes;
  }
}

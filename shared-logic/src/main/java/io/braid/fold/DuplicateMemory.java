package io.braid.fold;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * The event ids that a fold remembers: 128-bit hashes, each with the watermark as it stood when the
 * last record with that id had been taken in.
 *
 * <p>An id is remembered until the watermark has advanced more than {@code within} past that.
 * Within 10 minutes, an id last seen at watermark 12:00 makes a record at watermark 12:10 a
 * duplicate and is forgotten at 12:10:00.001. Forgetting is decided at look-up, so that the answer
 * never depends on when memory was tidied.
 *
 * <p>A hash table with linear probing in one array, three longs a slot: upper and lower half of the
 * id, and the watermark with its sign bit flipped, so that 0 is an empty slot. An id's place is its
 * upper half scaled to the number of slots, which may therefore be any, and which keeps the table
 * nearly in order of ids: growing and writing pass over memory once. When three quarters of the
 * slots are taken, forgotten ids are dropped in place; only when more than half remain taken does
 * the table grow, to twice what is remembered. So an id takes 24 bytes of at least 32 and at most
 * some 50: a million ids take 32 to 48 MB. When the budget does not let it grow, it is filled up
 * and then refuses. One owner.
 */
final class DuplicateMemory {

  private static final int LONGS_A_SLOT = 3;

  /** What an id takes, in memory and where it is written. */
  static final int BYTES_A_SLOT = LONGS_A_SLOT * Long.BYTES;

  private static final int LEAST_CAPACITY = 1 << 8;

  /** What is written has to fit into an array of bytes. */
  private static final int MOST_IDS = (Integer.MAX_VALUE - 64) / BYTES_A_SLOT;

  private final int partition;
  private final long withinMs;
  private final long budgetBytes;
  private final int mostCapacity;

  private long[] slots;
  private int capacity;
  private int size;
  private int tidyAt;

  // What was touched, three longs each, in the order of touching; only when asked for.
  private boolean logging;
  private long[] touched = new long[0];
  private int touchedLongs;

  /**
   * Makes an empty memory.
   *
   * @param partition named when the budget is used up
   * @param budgetBytes how large the table may grow; the smallest one may always be had
   */
  DuplicateMemory(int partition, long withinMs, long budgetBytes) {
    this.partition = partition;
    this.withinMs = withinMs;
    this.budgetBytes = budgetBytes;
    this.mostCapacity =
        (int) Math.max(LEAST_CAPACITY, Math.min(MOST_IDS, budgetBytes / BYTES_A_SLOT));
    allocate(LEAST_CAPACITY);
  }

  /** Makes an empty memory by a source's rules; of no use when they do without one. */
  static DuplicateMemory of(int partition, SourceRules rules) {
    return new DuplicateMemory(
        partition,
        rules.deduplicateWithin().map(Duration::toMillis).orElse(0L),
        rules.deduplicateBudgetBytes());
  }

  /** Returns a memory of the same ids, without what is noted beside them. */
  DuplicateMemory copy() {
    DuplicateMemory copy = new DuplicateMemory(partition, withinMs, budgetBytes);
    copy.slots = slots.clone();
    copy.capacity = capacity;
    copy.size = size;
    copy.tidyAt = tidyAt;
    return copy;
  }

  private void allocate(int newCapacity) {
    capacity = newCapacity;
    slots = new long[newCapacity * LONGS_A_SLOT];
    size = 0;
    tidyAt = (int) (newCapacity * 3L / 4);
  }

  /**
   * Takes in a record's id and returns whether it is a duplicate.
   *
   * @param watermarkMs before the record: judges whether the id is still remembered
   * @param advancedMs with the record: from here the id's memory counts anew
   * @throws DuplicateBudgetException when there is no room for one more
   */
  boolean remember(long idHigh, long idLow, long watermarkMs, long advancedMs) {
    if (logging) {
      log(idHigh, idLow, advancedMs);
    }
    int at = find(idHigh, idLow);
    if (slots[at + 2] != 0) {
      boolean duplicate = isRemembered(stood(at), watermarkMs);
      slots[at + 2] = advancedMs ^ Long.MIN_VALUE;
      return duplicate;
    }
    put(at, idHigh, idLow, advancedMs);
    if (size >= tidyAt) {
      tidy(watermarkMs);
    }
    return false;
  }

  private void log(long idHigh, long idLow, long stood) {
    if (touchedLongs + LONGS_A_SLOT > touched.length) {
      touched = Arrays.copyOf(touched, touchedLongs + touchedLongs / 2 + 64 * LONGS_A_SLOT);
    }
    touched[touchedLongs++] = idHigh;
    touched[touchedLongs++] = idLow;
    touched[touchedLongs++] = stood;
  }

  /** Has ids noted as they are touched, from now on; see {@link #takeTouched}. */
  void logTouched() {
    logging = true;
  }

  /**
   * Returns what has been touched since the last call: (upper half, lower half, watermark) each, in
   * order, an id as often as it was touched; nothing unless {@link #logTouched} was called.
   */
  long[] takeTouched() {
    long[] taken = touchedLongs == touched.length ? touched : Arrays.copyOf(touched, touchedLongs);
    touched = new long[0];
    touchedLongs = 0;
    return taken;
  }

  private boolean isRemembered(long stood, long watermarkMs) {
    return watermarkMs - stood <= withinMs;
  }

  private long stood(int at) {
    return slots[at + 2] ^ Long.MIN_VALUE;
  }

  /** Returns the slot that an id belongs to when it is free: ids are hashes already. */
  private int home(long idHigh) {
    return (int) (((idHigh >>> 32) * capacity) >>> 32);
  }

  /** Returns the index of the id's slot, or of the empty one where it would be put. */
  private int find(long idHigh, long idLow) {
    int at = home(idHigh) * LONGS_A_SLOT;
    while (slots[at + 2] != 0 && (slots[at] != idHigh || slots[at + 1] != idLow)) {
      at += LONGS_A_SLOT;
      if (at == slots.length) {
        at = 0;
      }
    }
    return at;
  }

  private void put(int at, long idHigh, long idLow, long stood) {
    slots[at] = idHigh;
    slots[at + 1] = idLow;
    slots[at + 2] = stood ^ Long.MIN_VALUE;
    size++;
  }

  /** Drops what is forgotten, and gives the table another size when that does not make it right. */
  private void tidy(long watermarkMs) {
    dropForgotten(watermarkMs);
    int wanted = (int) Math.min(mostCapacity, Math.max(LEAST_CAPACITY, size * 2L));
    if (wanted > capacity || wanted < capacity / 4) {
      resize(wanted);
    } else if (size > capacity * 0.7) {
      throw new DuplicateBudgetException(partition, size, withinMs, budgetBytes);
    }
  }

  private void resize(int newCapacity) {
    long[] old = slots;
    allocate(newCapacity);
    for (int i = 0; i < old.length; i += LONGS_A_SLOT) {
      if (old[i + 2] != 0) {
        put(find(old[i], old[i + 1]), old[i], old[i + 1], old[i + 2] ^ Long.MIN_VALUE);
      }
    }
  }

  private void dropForgotten(long watermarkMs) {
    for (int at = 0; at < slots.length; at += LONGS_A_SLOT) {
      // What closes the gap may be forgotten as well.
      while (slots[at + 2] != 0 && !isRemembered(stood(at), watermarkMs)) {
        remove(at);
      }
    }
  }

  /**
   * Empties a slot and moves later ids up that would no longer be found: Knuth, The Art of Computer
   * Programming, volume 3, section 6.4, algorithm R.
   */
  private void remove(int removed) {
    int gap = removed / LONGS_A_SLOT;
    int slot = gap;
    while (true) {
      slot = slot + 1 == capacity ? 0 : slot + 1;
      int at = slot * LONGS_A_SLOT;
      if (slots[at + 2] == 0) {
        break;
      }
      int home = home(slots[at]);
      boolean stays = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot;
      if (!stays) {
        System.arraycopy(slots, at, slots, gap * LONGS_A_SLOT, LONGS_A_SLOT);
        gap = slot;
      }
    }
    slots[gap * LONGS_A_SLOT + 2] = 0;
    size--;
  }

  /** Returns how many ids are remembered at a watermark. */
  int remembered(long watermarkMs) {
    int remembered = 0;
    for (int at = 0; at < slots.length; at += LONGS_A_SLOT) {
      if (slots[at + 2] != 0 && isRemembered(stood(at), watermarkMs)) {
        remembered++;
      }
    }
    return remembered;
  }

  /**
   * Returns the ids that are remembered at a watermark: their number, then each as (upper half,
   * lower half, watermark), ascending by both halves without sign, so that equal memories have
   * equal bytes.
   */
  byte[] write(long watermarkMs) {
    int remembered = remembered(watermarkMs);
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + remembered * BYTES_A_SLOT);
    out.putInt(remembered);
    // Ids that found no place before the end of the table went on at its start: they come last.
    for (int wrapped = 0; wrapped < 2; wrapped++) {
      for (int at = 0; at < slots.length; at += LONGS_A_SLOT) {
        if (slots[at + 2] != 0
            && isRemembered(stood(at), watermarkMs)
            && (home(slots[at]) > at / LONGS_A_SLOT) == (wrapped == 1)) {
          append(out, slots[at], slots[at + 1], stood(at));
        }
      }
    }
    return out.array();
  }

  /** Writes an id behind those that are smaller: a few places up, for the table is in order. */
  private static void append(ByteBuffer out, long idHigh, long idLow, long stood) {
    int at = out.position();
    while (at > Integer.BYTES && isAfter(out, at - BYTES_A_SLOT, idHigh, idLow)) {
      out.put(at, out, at - BYTES_A_SLOT, BYTES_A_SLOT);
      at -= BYTES_A_SLOT;
    }
    out.putLong(at, idHigh).putLong(at + 8, idLow).putLong(at + 16, stood);
    out.position(out.position() + BYTES_A_SLOT);
  }

  private static boolean isAfter(ByteBuffer out, int at, long idHigh, long idLow) {
    int order = Long.compareUnsigned(out.getLong(at), idHigh);
    return order > 0
        || (order == 0 && Long.compareUnsigned(out.getLong(at + Long.BYTES), idLow) > 0);
  }

  /**
   * Adds the ids that {@link #write} wrote.
   *
   * @throws IllegalArgumentException when the bytes are cut short
   * @throws DuplicateBudgetException when there is no room for them
   */
  void read(byte[] written) {
    ByteBuffer in = ByteBuffer.wrap(written);
    int ids = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (ids < 0 || in.remaining() != (long) ids * BYTES_A_SLOT) {
      throw new IllegalArgumentException("Cannot continue a fold: its carry is cut short");
    }
    // Room for all at once: ids in order would crowd the start of a table that grows with them.
    int wanted = (int) Math.min(mostCapacity, Math.max(capacity, (size + ids) * 2L));
    if (size + ids >= wanted * 3L / 4) {
      throw new DuplicateBudgetException(partition, size + ids, withinMs, budgetBytes);
    }
    resize(wanted);
    while (in.hasRemaining()) {
      long idHigh = in.getLong();
      long idLow = in.getLong();
      put(find(idHigh, idLow), idHigh, idLow, in.getLong());
    }
  }

  /** Returns how much is held. */
  CarrySize held() {
    return new CarrySize(size, bytes());
  }

  /** Returns how much memory the table takes, and what is noted beside it. */
  long bytes() {
    return (long) capacity * BYTES_A_SLOT + (long) touched.length * Long.BYTES;
  }
}

package io.braid.fold;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The event ids that a fold remembers: 128-bit hashes, each with the watermark as it stood when the
 * last record with that id had been taken in.
 *
 * <p>An id is remembered until the watermark has advanced more than {@code within} past that.
 * Within 10 minutes, an id last seen at watermark 12:00 makes a record at watermark 12:10 a
 * duplicate and is forgotten at 12:10:00.001. Forgetting is decided at look-up, so that the answer
 * never depends on when memory was tidied; forgotten ids are dropped when the table would have to
 * grow, which bounds it to about twice the ids that arrive within that time. One owner.
 */
final class DuplicateMemory {

  private final long withinMs;
  private long[] high;
  private long[] low;
  private long[] stoodMs;
  private boolean[] used;
  private int size;

  DuplicateMemory(long withinMs) {
    this.withinMs = withinMs;
    allocate(1 << 8);
  }

  private void allocate(int capacity) {
    high = new long[capacity];
    low = new long[capacity];
    stoodMs = new long[capacity];
    used = new boolean[capacity];
  }

  /**
   * Takes in a record's id and returns whether it is a duplicate.
   *
   * @param watermarkMs before the record: judges whether the id is still remembered
   * @param advancedMs with the record: from here the id's memory counts anew
   */
  boolean remember(long idHigh, long idLow, long watermarkMs, long advancedMs) {
    int slot = find(idHigh, idLow);
    if (used[slot]) {
      boolean duplicate = isRemembered(stoodMs[slot], watermarkMs);
      stoodMs[slot] = advancedMs;
      return duplicate;
    }
    put(slot, idHigh, idLow, advancedMs);
    if (size * 2 > used.length) {
      tidy(watermarkMs);
    }
    return false;
  }

  private boolean isRemembered(long stood, long watermarkMs) {
    return watermarkMs - stood <= withinMs;
  }

  private int find(long idHigh, long idLow) {
    int mask = used.length - 1;
    int slot = (int) (idLow ^ idHigh >>> 32) & mask; // the ids are hashes already
    while (used[slot] && (low[slot] != idLow || high[slot] != idHigh)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void put(int slot, long idHigh, long idLow, long stood) {
    high[slot] = idHigh;
    low[slot] = idLow;
    stoodMs[slot] = stood;
    used[slot] = true;
    size++;
  }

  /** Drops what is forgotten, then makes the table at most a third full. */
  private void tidy(long watermarkMs) {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldStood = stoodMs;
    boolean[] oldUsed = used;
    int remembered = remembered(watermarkMs);
    int capacity = 1 << 8;
    while (capacity < remembered * 3) {
      capacity *= 2;
    }
    allocate(capacity);
    size = 0;
    for (int i = 0; i < oldUsed.length; i++) {
      if (oldUsed[i] && isRemembered(oldStood[i], watermarkMs)) {
        put(find(oldHigh[i], oldLow[i]), oldHigh[i], oldLow[i], oldStood[i]);
      }
    }
  }

  /** Returns how many ids are remembered at a watermark. */
  int remembered(long watermarkMs) {
    int remembered = 0;
    for (int i = 0; i < used.length; i++) {
      if (used[i] && isRemembered(stoodMs[i], watermarkMs)) {
        remembered++;
      }
    }
    return remembered;
  }

  /** Writes the ids that are remembered at a watermark. */
  void write(long watermarkMs, DataOutput out) throws IOException {
    out.writeInt(remembered(watermarkMs));
    for (int i = 0; i < used.length; i++) {
      if (used[i] && isRemembered(stoodMs[i], watermarkMs)) {
        out.writeLong(high[i]);
        out.writeLong(low[i]);
        out.writeLong(stoodMs[i]);
      }
    }
  }

  /** Adds the ids that {@link #write} wrote. */
  void read(DataInput in) throws IOException {
    int ids = in.readInt();
    for (int i = 0; i < ids; i++) {
      long idHigh = in.readLong();
      long idLow = in.readLong();
      put(find(idHigh, idLow), idHigh, idLow, in.readLong());
      if (size * 2 > used.length) {
        tidy(Long.MIN_VALUE / 2);
      }
    }
  }

  long bytes() {
    return 25L * used.length;
  }
}

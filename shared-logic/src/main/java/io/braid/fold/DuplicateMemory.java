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
 *
 * <p>Open addressing with linear probing; the words of a slot lie side by side, since a look-up in
 * a table larger than the caches costs about as much as the lines it touches.
 */
final class DuplicateMemory {

  // The words of a slot.
  private static final int HIGH = 0;
  private static final int LOW = 1;

  /** The watermark plus 2<sup>63</sup>: no watermark is that low, so that 0 marks a free slot. */
  private static final int STOOD = 2;

  private static final int WORDS = 3;

  private final long withinMs;
  private long[] words;
  private int mask;
  private int size;

  DuplicateMemory(long withinMs) {
    this.withinMs = withinMs;
    allocate(1 << 8);
  }

  private void allocate(int capacity) {
    words = new long[Math.multiplyExact(capacity, WORDS)];
    mask = capacity - 1;
  }

  /**
   * Takes in a record's id and returns whether it is a duplicate.
   *
   * @param watermarkMs before the record: judges whether the id is still remembered
   * @param advancedMs with the record: from here the id's memory counts anew
   */
  boolean remember(long idHigh, long idLow, long watermarkMs, long advancedMs) {
    int at = find(idHigh, idLow);
    if (isUsed(at)) {
      boolean duplicate = isRemembered(stood(at), watermarkMs);
      words[at + STOOD] = advancedMs ^ Long.MIN_VALUE;
      return duplicate;
    }
    put(at, idHigh, idLow, advancedMs);
    if (size * 2 > mask) {
      tidy(watermarkMs);
    }
    return false;
  }

  private boolean isUsed(int at) {
    return words[at + STOOD] != 0;
  }

  private long stood(int at) {
    return words[at + STOOD] ^ Long.MIN_VALUE;
  }

  private boolean isRemembered(long stood, long watermarkMs) {
    return watermarkMs - stood <= withinMs;
  }

  /** Returns where the slot of the id begins, or the free one where it belongs. */
  private int find(long idHigh, long idLow) {
    int slot = (int) (idLow ^ idHigh >>> 32) & mask; // the ids are hashes already
    int at = slot * WORDS;
    while (isUsed(at) && (words[at + LOW] != idLow || words[at + HIGH] != idHigh)) {
      slot = (slot + 1) & mask;
      at = slot * WORDS;
    }
    return at;
  }

  private void put(int at, long idHigh, long idLow, long stood) {
    words[at + HIGH] = idHigh;
    words[at + LOW] = idLow;
    words[at + STOOD] = stood ^ Long.MIN_VALUE;
    size++;
  }

  /** Drops what is forgotten, then makes the table at most a third full. */
  private void tidy(long watermarkMs) {
    long[] old = words;
    int remembered = remembered(watermarkMs);
    int capacity = 1 << 8;
    while (capacity < remembered * 3L) {
      capacity *= 2;
    }
    allocate(capacity);
    size = 0;
    for (int at = 0; at < old.length; at += WORDS) {
      long stood = old[at + STOOD] ^ Long.MIN_VALUE;
      if (old[at + STOOD] != 0 && isRemembered(stood, watermarkMs)) {
        put(find(old[at + HIGH], old[at + LOW]), old[at + HIGH], old[at + LOW], stood);
      }
    }
  }

  /** Returns how many ids are remembered at a watermark. */
  int remembered(long watermarkMs) {
    int remembered = 0;
    for (int at = 0; at < words.length; at += WORDS) {
      if (isUsed(at) && isRemembered(stood(at), watermarkMs)) {
        remembered++;
      }
    }
    return remembered;
  }

  /** Writes the ids that are remembered at a watermark. */
  void write(long watermarkMs, DataOutput out) throws IOException {
    out.writeInt(remembered(watermarkMs));
    for (int at = 0; at < words.length; at += WORDS) {
      if (isUsed(at) && isRemembered(stood(at), watermarkMs)) {
        out.writeLong(words[at + HIGH]);
        out.writeLong(words[at + LOW]);
        out.writeLong(stood(at));
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
      if (size * 2 > mask) {
        tidy(Long.MIN_VALUE / 2);
      }
    }
  }

  long bytes() {
    return (long) words.length * Long.BYTES;
  }
}

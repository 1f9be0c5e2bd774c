package io.braid.decode;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;

/**
 * The ids of a run of events as 128-bit hashes, so that a week of them fits into memory. Two of
 * 10<sup>12</sup> distinct ids share a hash with a probability below 2<sup>-48</sup>.
 *
 * <p>Hashes are stored with a carry: the function (XXH3, 128 bits) is part of its format.
 */
public final class EventIds {

  private static final Hasher128 HASHER = Hashing.xxh3_128();

  private long[] high;
  private long[] low;
  private boolean[] absent;
  private int size;
  private byte[] wide = {};

  public EventIds(int capacity) {
    high = new long[Math.max(capacity, 8)];
    low = new long[high.length];
    absent = new boolean[high.length];
  }

  /** Returns ids that are all absent. */
  public static EventIds none(int size) {
    EventIds ids = new EventIds(size);
    Arrays.fill(ids.absent, true);
    ids.size = size;
    return ids;
  }

  /**
   * Returns the text by which a value of a column is an id; {@link io.braid.column.Column#value}.
   */
  public static String text(Object value) {
    return value.toString();
  }

  /** Appends the id that is this text. */
  public void append(String text) {
    append(HASHER.hashCharsTo128Bits(text));
  }

  /**
   * Appends the id that is this ASCII text, as {@link #append(String)} does: the hash of a text is
   * that of its UTF-16 code units, low byte first.
   *
   * @param from index of the first byte, inclusive
   */
  public void appendAscii(byte[] buffer, int from, int length) {
    if (wide.length < 2 * length) {
      wide = new byte[2 * length]; // every other byte stays 0
    }
    for (int i = 0; i < length; i++) {
      wide[2 * i] = buffer[from + i];
    }
    append(HASHER.hashBytesTo128Bits(wide, 0, 2 * length));
  }

  /** Appends the id that is these bytes. */
  public void append(byte[] bytes) {
    append(HASHER.hashBytesTo128Bits(bytes));
  }

  private void append(HashValue128 hash) {
    grow();
    high[size] = hash.getMostSignificantBits();
    low[size] = hash.getLeastSignificantBits();
    size++;
  }

  /** Appends the absence of an id: the event is nobody's duplicate. */
  public void appendAbsent() {
    grow();
    absent[size++] = true;
  }

  private void grow() {
    if (size == high.length) {
      high = Arrays.copyOf(high, size * 2);
      low = Arrays.copyOf(low, size * 2);
      absent = Arrays.copyOf(absent, size * 2);
    }
  }

  /** Returns the number of events. */
  public int size() {
    return size;
  }

  /** Returns whether the event at {@code row} has an id. */
  public boolean isPresent(int row) {
    return !absent[row];
  }

  /** Returns the upper 64 bits of the id's hash. */
  public long high(int row) {
    return high[row];
  }

  /** Returns the lower 64 bits of the id's hash. */
  public long low(int row) {
    return low[row];
  }
}

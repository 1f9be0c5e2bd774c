package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.Dictionary;
import io.braid.column.HeapSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Codes of {@link Words}, by open addressing with linear probing. A set is written as varints: the
 * first word zigzag-coded, then the difference of each from the one before, without sign.
 */
final class WordCodes extends ValueCodes {

  private long[] words;
  private int size;
  private int[] slots;

  WordCodes() {
    this(new long[16], 0, emptySlots(64));
  }

  private WordCodes(long[] words, int size, int[] slots) {
    this.words = words;
    this.size = size;
    this.slots = slots;
  }

  @Override
  WordCodes copy() {
    return new WordCodes(words.clone(), size, slots.clone());
  }

  @Override
  void encode(Column column, int count, int[] codes) {
    boolean mayHaveNulls = column.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      codes[i] = mayHaveNulls && column.isNull(i) ? Dictionary.NULL : encode(Words.word(column, i));
    }
  }

  private int encode(long word) {
    int slot = slot(word);
    if (slots[slot] >= 0) {
      return slots[slot];
    }
    if (size == words.length) {
      words = Arrays.copyOf(words, Math.addExact(size, size / 2));
    }
    int code = size++;
    words[code] = word;
    slots[slot] = code;
    if (size * 2L > slots.length) {
      slots = emptySlots(Math.multiplyExact(slots.length, 2));
      for (int known = 0; known < size; known++) {
        slots[slot(words[known])] = known;
      }
    }
    return code;
  }

  /** Returns the slot that holds a word, or the empty one where it belongs. */
  private int slot(long word) {
    int mask = slots.length - 1;
    int slot = hash(word) & mask;
    while (slots[slot] >= 0 && words[slots[slot]] != word) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /**
   * Returns a hash whose lower bits depend on all of {@code word}; the upper half is folded in
   * first because doubles of few digits differ in nothing else.
   */
  private static int hash(long word) {
    long hash = (word ^ (word >>> 32)) * 0x9E3779B97F4A7C15L;
    return (int) (hash ^ (hash >>> 32));
  }

  private static int[] emptySlots(int length) {
    int[] empty = new int[length];
    Arrays.fill(empty, -1);
    return empty;
  }

  @Override
  int encode(ValueCodes other, int code) {
    return encode(((WordCodes) other).words[code]);
  }

  @Override
  int size() {
    return size;
  }

  @Override
  int[] order(int[] codes) {
    long[] sorted = new long[codes.length];
    for (int i = 0; i < codes.length; i++) {
      sorted[i] = words[codes[i]];
    }
    Arrays.sort(sorted);
    int[] order = new int[codes.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = slots[slot(sorted[i])];
    }
    return order;
  }

  @Override
  byte[] write(int[] codes, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(count * 2);
    long first = words[codes[0]];
    writeVarint((first << 1) ^ (first >> 63), out);
    for (int i = 1; i < count; i++) {
      writeVarint(words[codes[i]] - words[codes[i - 1]], out);
    }
    return out.toByteArray();
  }

  @Override
  void read(byte[] bytes, IntConsumer codes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long zigzag = readVarint(in);
    long word = (zigzag >>> 1) ^ -(zigzag & 1);
    codes.accept(encode(word));
    while (in.hasRemaining()) {
      word += readVarint(in);
      codes.accept(encode(word));
    }
  }

  @Override
  long memoryBytes() {
    return HeapSize.ofArray(words.length, Long.BYTES)
        + HeapSize.ofArray(slots.length, Integer.BYTES);
  }
}

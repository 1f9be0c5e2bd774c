package io.braid.column;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Distinct texts, numbered from 0 in the order of their first appearance.
 *
 * <p>Grows in one thread. A text keeps its code, so that a consumer may remember what it made of a
 * code as long as it sees the same dictionary.
 */
public final class Dictionary {

  /** The code that stands for NULL. */
  public static final int NULL = -1;

  private static final int[] UNINDEXED = {};

  private String[] texts;
  private int size;
  private int[] slots;

  /** Starts an empty dictionary. */
  public Dictionary() {
    this(new String[16], 0, emptySlots(64));
  }

  private Dictionary(String[] texts, int size, int[] slots) {
    this.texts = texts;
    this.size = size;
    this.slots = slots;
  }

  /**
   * Returns a dictionary of the same codes that is safe to hand to another thread while this one
   * goes on growing. Costs nothing until it is asked for a code itself.
   */
  public Dictionary snapshot() {
    return new Dictionary(texts, size, UNINDEXED);
  }

  /** Returns a dictionary of the same codes that grows on its own. */
  public Dictionary copy() {
    if (slots == UNINDEXED) {
      Dictionary copy = snapshot();
      copy.index();
      return copy;
    }
    return new Dictionary(texts.clone(), size, slots.clone());
  }

  /** Returns the number of distinct texts. */
  public int size() {
    return size;
  }

  /** Returns the text of {@code code}, which must not be {@link #NULL}. */
  public String text(int code) {
    return texts[code];
  }

  /** Returns the code of {@code text}, or {@link #NULL} when it has none. */
  public int find(String text) {
    index();
    int mask = slots.length - 1;
    for (int slot = spread(text.hashCode()) & mask; ; slot = (slot + 1) & mask) {
      int code = slots[slot];
      if (code < 0) {
        return NULL;
      }
      if (texts[code].equals(text)) {
        return code;
      }
    }
  }

  /** Returns the code of {@code text}, given to it now when it has none. */
  public int encode(String text) {
    index();
    int mask = slots.length - 1;
    for (int slot = spread(text.hashCode()) & mask; ; slot = (slot + 1) & mask) {
      int code = slots[slot];
      if (code < 0) {
        return add(text, slot);
      }
      if (texts[code].equals(text)) {
        return code;
      }
    }
  }

  /**
   * Returns the code of a text that still lies in a buffer; a known text costs no allocation.
   *
   * @param from index of the first character, inclusive
   */
  public int encode(char[] buffer, int from, int length) {
    index();
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + buffer[i]; // String.hashCode, so that both look-ups agree
    }
    int mask = slots.length - 1;
    for (int slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      int code = slots[slot];
      if (code < 0) {
        return add(new String(buffer, from, length), slot);
      }
      if (same(texts[code], buffer, from, length)) {
        return code;
      }
    }
  }

  /**
   * Returns the code of an ASCII text that still lies in a buffer of bytes, or {@link #NULL} when
   * one of them is not ASCII; a known text costs no allocation.
   *
   * @param from index of the first byte, inclusive
   */
  public int encodeAscii(byte[] buffer, int from, int length) {
    index();
    int hash = 0;
    int signs = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + buffer[i]; // String.hashCode, so that all look-ups agree
      signs |= buffer[i];
    }
    if (signs < 0) {
      return NULL;
    }
    int mask = slots.length - 1;
    for (int slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      int code = slots[slot];
      if (code < 0) {
        return add(new String(buffer, from, length, StandardCharsets.US_ASCII), slot);
      }
      if (same(texts[code], buffer, from, length)) {
        return code;
      }
    }
  }

  private static boolean same(String text, byte[] buffer, int from, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != buffer[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(String text, char[] buffer, int from, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != buffer[from + i]) {
        return false;
      }
    }
    return true;
  }

  private int add(String text, int slot) {
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, size * 2);
    }
    int code = size++;
    texts[code] = text;
    slots[slot] = code;
    if (size * 2 > slots.length) {
      rehash(slots.length * 2);
    }
    return code;
  }

  /** Gives a snapshot texts and an index of its own before it is searched or grown. */
  private void index() {
    if (slots == UNINDEXED) {
      texts = Arrays.copyOf(texts, Math.max(16, size * 2));
      rehash(Math.max(64, Integer.highestOneBit(size + 1) * 4));
    }
  }

  private void rehash(int length) {
    int[] larger = emptySlots(length);
    int mask = larger.length - 1;
    for (int code = 0; code < size; code++) {
      int slot = spread(texts[code].hashCode()) & mask;
      while (larger[slot] >= 0) {
        slot = (slot + 1) & mask;
      }
      larger[slot] = code;
    }
    slots = larger;
  }

  private static int[] emptySlots(int length) {
    int[] empty = new int[length];
    Arrays.fill(empty, NULL);
    return empty;
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9; // Fibonacci hashing: neighbours in hash part ways in the table
    return mixed ^ (mixed >>> 16);
  }

  /** Returns about what this takes on the heap, in bytes: the texts, and the index of them. */
  public long memoryBytes() {
    return HeapSize.ofReferences(texts.length)
        + HeapSize.ofArray(slots.length, Integer.BYTES)
        + HeapSize.ofAll(size, this::text, HeapSize::of);
  }
}

package io.braid.column;

import java.util.Arrays;

/**
 * Turns codes of other dictionaries into those of one's own, to which their texts are added. What
 * was made of the codes of the dictionary seen last is remembered, so that a text is looked up once
 * and not once for every row. One owner.
 */
public final class Translation {

  private static final int UNKNOWN = -2;

  private final Dictionary own;
  private Dictionary source;
  private int[] translated = {};

  /** Makes a translation into the codes of {@code own}. */
  public Translation(Dictionary own) {
    this.own = own;
    this.source = own;
  }

  /** Prepares for the codes that {@code theirs} has by now. */
  public void follow(Dictionary theirs) {
    if (theirs != source) {
      source = theirs;
      translated = new int[0];
    }
    if (translated.length < theirs.size()) {
      int known = translated.length;
      translated = Arrays.copyOf(translated, Math.max(16, theirs.size() + (theirs.size() >> 1)));
      Arrays.fill(translated, known, translated.length, UNKNOWN);
    }
  }

  /** Returns one's own code for one of the dictionary that is followed, which is not NULL. */
  public int code(int theirs) {
    int code = translated[theirs];
    if (code == UNKNOWN) {
      code = own.encode(source.text(theirs));
      translated[theirs] = code;
    }
    return code;
  }

  /** Lets go of the dictionary that is followed and of what is remembered of it. */
  public void forget() {
    source = own;
    translated = new int[0];
  }

  /** Returns what is remembered takes on the heap, in bytes, without either dictionary. */
  public long memoryBytes() {
    return HeapSize.ofArray(translated.length, Integer.BYTES);
  }
}

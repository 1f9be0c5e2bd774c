package io.braid.view;

import io.braid.column.Column;
import io.braid.column.HeapSize;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.List;

/**
 * The short cut to a {@link GroupTable} for keys of few texts: their codes, put side by side, make
 * a small number, and with some bits of the pane the place of an array that holds the row found
 * there last. Most events then find their row without hashing, and without words of their own.
 *
 * <p>The array is a cache. A place is for one group, so a row found in it is right when its pane
 * is; otherwise the table is asked. One owner.
 */
final class FewGroups {

  /** Beyond that, a table of all groups would crowd the first-level cache. */
  private static final int MAX_GROUP_BITS = 10;

  /** Disorder spreads the events of a poll over a few panes. */
  private static final int PANE_BITS = 3;

  private static final int UNKNOWN = -1;

  private final KeyColumn[] keys;
  private final GroupTable table;
  private final int stride;
  private final int[] widths;
  private int groupBits;
  private int[] known = emptyPlaces(0);

  FewGroups(KeyColumn[] keys, GroupTable table, int stride) {
    this.keys = keys;
    this.table = table;
    this.stride = stride;
    this.widths = new int[keys.length];
  }

  private static int[] emptyPlaces(int groupBits) {
    int[] places = new int[1 << (groupBits + PANE_BITS)];
    Arrays.fill(places, UNKNOWN);
    return places;
  }

  /**
   * Writes the row of each (key, pane) into {@code rows}, adding those that the table has not.
   *
   * @return false when there are too many texts; nothing is found then, now or later
   */
  boolean find(List<Column> keyColumns, long[] paneStartsMs, int count, int[] rows) {
    int[] groups = new int[count];
    if (!encode(keyColumns, count, groups)) {
      return false;
    }
    int paneWord = keys.length;
    long[] words = table.rows();
    for (int i = 0; i < count; i++) {
      long pane = paneStartsMs[i];
      int place = (int) ((pane * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - PANE_BITS)) << groupBits;
      place |= groups[i];
      int row = known[place];
      if (row == UNKNOWN || words[row * stride + paneWord] != pane) {
        row = table.find(wordsOf(groups[i], pane));
        known[place] = row;
        words = table.rows();
      }
      rows[i] = row;
    }
    return true;
  }

  private boolean encode(List<Column> keyColumns, int count, int[] groups) {
    int bits = 0;
    boolean widened = false;
    for (int k = 0; k < keys.length; k++) {
      int width = keys[k].encodeBits((StringColumn) keyColumns.get(k), count, groups, bits);
      widened |= width != widths[k];
      widths[k] = width;
      bits += width;
      if (bits > MAX_GROUP_BITS) {
        return false;
      }
    }
    if (widened) {
      groupBits = bits;
      known = emptyPlaces(bits);
    }
    return true;
  }

  private long[] wordsOf(int group, long paneStartMs) {
    long[] words = new long[stride];
    words[keys.length] = paneStartMs;
    int rest = group;
    for (int k = 0; k < keys.length; k++) {
      int code = (rest & ((1 << widths[k]) - 1)) - 1;
      rest >>>= widths[k];
      if (code < 0) {
        words[stride - 1] |= 1L << k;
      } else {
        words[k] = code;
      }
    }
    return words;
  }

  /** Returns what the cache takes on the heap, in bytes. */
  long memoryBytes() {
    return HeapSize.ofArray(known.length, Integer.BYTES);
  }
}

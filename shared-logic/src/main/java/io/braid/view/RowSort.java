package io.braid.view;

/** Orders of rows by a number of each. */
final class RowSort {

  private static final int BITS = 11;
  private static final int DIGITS = 1 << BITS;

  private RowSort() {}

  /**
   * Returns the first {@code count} rows in the order of their values, equal ones in theirs.
   *
   * <p>A radix sort from the lowest digits (Knuth, <i>The Art of Computer Programming</i>, volume
   * 3, 5.2.5, algorithm R) that passes over digits in which all values agree: times of an answer
   * differ in few.
   */
  static int[] ascending(long[] values, int count) {
    int[] rows = new int[count];
    for (int row = 0; row < count; row++) {
      rows[row] = row;
    }
    int[] sorted = new int[count];
    for (int shift = 0; shift < Long.SIZE; shift += BITS) {
      int[] starts = new int[DIGITS + 1];
      for (int row = 0; row < count; row++) {
        starts[digit(values[row], shift) + 1]++;
      }
      if (count > 0 && starts[digit(values[0], shift) + 1] < count) {
        for (int digit = 0; digit < DIGITS; digit++) {
          starts[digit + 1] += starts[digit];
        }
        for (int i = 0; i < count; i++) {
          sorted[starts[digit(values[rows[i]], shift)]++] = rows[i];
        }
        int[] spare = rows;
        rows = sorted;
        sorted = spare;
      }
    }
    return rows;
  }

  /** Returns a digit of a value; with the sign's bit turned, negative values come first. */
  private static int digit(long value, int shift) {
    return (int) ((value ^ Long.MIN_VALUE) >>> shift) & (DIGITS - 1);
  }

  /**
   * Returns {@code rows} in the order of their groups, those of a group in the order they have.
   *
   * @param groupOf of each row, from 0 to below {@code groups}
   */
  static int[] byGroup(int[] rows, int[] groupOf, int groups) {
    int[] starts = new int[groups + 1];
    for (int row : rows) {
      starts[groupOf[row] + 1]++;
    }
    for (int group = 0; group < groups; group++) {
      starts[group + 1] += starts[group];
    }
    int[] grouped = new int[rows.length];
    for (int row : rows) {
      grouped[starts[groupOf[row]]++] = row;
    }
    return grouped;
  }
}

package io.braid.view;

import io.braid.column.HeapSize;
import java.util.Arrays;

/**
 * Numbers the sessions of keys from 0: intervals [first event, last event] of which no two of one
 * key are within a gap of each other. One owner.
 *
 * <p>An interval that is added joins every session that it comes within a gap of. When it brings
 * two together, the later one's number becomes an <em>alias</em> of the earlier one's: both stay
 * taken, and states behind either belong to one session, until {@link #compact} numbers anew.
 *
 * <p>An event that goes on a key's session touched last, as most do, costs a few comparisons. Any
 * other is found in a treap of the key's sessions by their starts (Seidel and Aragon, <i>Randomized
 * Search Trees</i>, Algorithmica 16, 1996), whose nodes are the numbers and whose priorities are a
 * hash of them. Aliases stay in the tree: they lie inside the session that they belong to, so the
 * order holds, and lead to it by union-find. Nothing is allocated but the growing arrays.
 */
final class SessionTable {

  private static final int NONE = -1;

  private final long gapMs;

  // By key.
  private int keys;
  private int[] roots = new int[16];
  private int[] earliest = new int[16];
  private int[] touchedLast = new int[16];

  // By row.
  private int rows;
  private int aliases;
  private long earliestFirst = Long.MAX_VALUE;
  private long latestLast = Long.MIN_VALUE;
  private long[] bounds = new long[32]; // first and last of row r at 2r and 2r + 1
  private int[] keyOf = new int[16];
  private int[] following = new int[16]; // the key's next session; of no meaning for an alias
  private int[] session = new int[16]; // itself, or of an alias the way to what it stands for
  private int[] left = new int[16];
  private int[] right = new int[16];

  /** Makes an empty table. */
  SessionTable(long gapMs) {
    this.gapMs = gapMs;
  }

  /** Returns the number of sessions. */
  int size() {
    return rows - aliases;
  }

  /** Returns how many numbers are taken, by sessions and aliases. */
  int rows() {
    return rows;
  }

  /** Returns how many numbers are taken by aliases. */
  int aliases() {
    return aliases;
  }

  /**
   * Adds intervals.
   *
   * @param keyNumbers of the keys, from 0 without gaps
   * @param firsts where intervals begin, inclusive
   * @param lasts and end, inclusive
   * @param numbers takes the number of the session that each belongs to, or of an alias of it; may
   *     be {@code keyNumbers}
   */
  void add(int[] keyNumbers, long[] firsts, long[] lasts, int count, int[] numbers) {
    for (int i = 0; i < count; i++) {
      numbers[i] = add(keyNumbers[i], firsts[i], lasts[i]);
    }
  }

  private int add(int key, long first, long last) {
    earliestFirst = Math.min(earliestFirst, first);
    latestLast = Math.max(latestLast, last);
    if (key >= keys) {
      growKeys(key + 1);
    }
    int row = touchedLast[key];
    if (row == NONE || first < bounds[2 * row] || first - bounds[2 * row + 1] > gapMs) {
      row = locate(key, first, last);
      touchedLast[key] = row;
    }
    if (last > bounds[2 * row + 1]) {
      bounds[2 * row + 1] = last;
      absorb(row, last);
    }
    return row;
  }

  /** Returns the session that an interval belongs to, which now begins with it or before. */
  private int locate(int key, long first, long last) {
    int before = floor(key, first);
    if (before != NONE && first - bounds[2 * before + 1] <= gapMs) {
      return before;
    }
    int next = before == NONE ? earliest[key] : following[before];
    if (next != NONE && bounds[2 * next] - last <= gapMs) {
      bounds[2 * next] = first;
      return next;
    }
    int row = newRow(key, first, last);
    following[row] = next;
    if (before == NONE) {
      earliest[key] = row;
    } else {
      following[before] = row;
    }
    insert(key, row);
    return row;
  }

  /** Joins the sessions that a session reaches by its last event. */
  private void absorb(int row, long last) {
    int next = following[row];
    while (next != NONE && bounds[2 * next] - bounds[2 * row + 1] <= gapMs) {
      bounds[2 * row + 1] = Math.max(last, bounds[2 * next + 1]);
      session[next] = row;
      aliases++;
      next = following[next];
      following[row] = next;
    }
  }

  private int sessionOf(int row) {
    int at = row;
    while (session[at] != at) {
      session[at] = session[session[at]];
      at = session[at];
    }
    return at;
  }

  /** Returns the last session that begins at {@code first} or before. */
  private int floor(int key, long first) {
    int found = NONE;
    int node = roots[key];
    while (node != NONE) {
      if (bounds[2 * node] <= first) {
        found = node;
        node = right[node];
      } else {
        node = left[node];
      }
    }
    return found == NONE ? NONE : sessionOf(found);
  }

  private void insert(int key, int row) {
    long first = bounds[2 * row];
    int parent = NONE;
    int node = roots[key];
    while (node != NONE && priority(node) >= priority(row)) {
      parent = node;
      node = first < bounds[2 * node] ? left[node] : right[node];
    }
    if (parent == NONE) {
      roots[key] = row;
    } else if (first < bounds[2 * parent]) {
      left[parent] = row;
    } else {
      right[parent] = row;
    }
    split(node, row);
  }

  /** Hangs a tree that {@code row} takes the place of under it, by what begins before and after. */
  private void split(int tree, int row) {
    long first = bounds[2 * row];
    int lower = NONE;
    int upper = NONE;
    int node = tree;
    left[row] = NONE;
    right[row] = NONE;
    while (node != NONE) {
      if (bounds[2 * node] < first) {
        if (lower == NONE) {
          left[row] = node;
        } else {
          right[lower] = node;
        }
        lower = node;
        node = right[node];
      } else {
        if (upper == NONE) {
          right[row] = node;
        } else {
          left[upper] = node;
        }
        upper = node;
        node = left[node];
      }
    }
    if (lower != NONE) {
      right[lower] = NONE;
    }
    if (upper != NONE) {
      left[upper] = NONE;
    }
  }

  private static int priority(int row) {
    int hash = (row + 1) * 0x9E3779B1;
    hash = (hash ^ (hash >>> 15)) * 0x85EBCA77;
    return hash ^ (hash >>> 13);
  }

  private int newRow(int key, long first, long last) {
    if (rows == keyOf.length) {
      int capacity = Math.addExact(rows, rows / 2 + 16);
      bounds = Arrays.copyOf(bounds, Math.multiplyExact(2, capacity));
      keyOf = Arrays.copyOf(keyOf, capacity);
      following = Arrays.copyOf(following, capacity);
      session = Arrays.copyOf(session, capacity);
      left = Arrays.copyOf(left, capacity);
      right = Arrays.copyOf(right, capacity);
    }
    int row = rows++;
    bounds[2 * row] = first;
    bounds[2 * row + 1] = last;
    keyOf[row] = key;
    session[row] = row;
    return row;
  }

  private void growKeys(int count) {
    if (count > roots.length) {
      int capacity = Math.addExact(count, count / 2);
      roots = Arrays.copyOf(roots, capacity);
      earliest = Arrays.copyOf(earliest, capacity);
      touchedLast = Arrays.copyOf(touchedLast, capacity);
    }
    Arrays.fill(roots, keys, count, NONE);
    Arrays.fill(earliest, keys, count, NONE);
    Arrays.fill(touchedLast, keys, count, NONE);
    keys = count;
  }

  /**
   * Numbers the sessions anew, in the order of their numbers so far, without aliases.
   *
   * @return the new number of every row
   */
  int[] compact() {
    int[] numbers = new int[rows];
    int sessions = 0;
    for (int row = 0; row < rows; row++) {
      if (session[row] == row) {
        bounds[2 * sessions] = bounds[2 * row];
        bounds[2 * sessions + 1] = bounds[2 * row + 1];
        keyOf[sessions] = keyOf[row];
        numbers[row] = sessions++;
      }
    }
    for (int row = 0; row < rows; row++) {
      numbers[row] = numbers[sessionOf(row)];
    }
    for (int row = 0; row < rows; row++) {
      if (session[row] == row) {
        int next = following[row];
        following[numbers[row]] = next == NONE ? NONE : numbers[next];
      }
    }
    for (int key = 0; key < keys; key++) {
      earliest[key] = numbers[earliest[key]];
      touchedLast[key] = numbers[touchedLast[key]];
    }
    rows = sessions;
    aliases = 0;
    Arrays.fill(roots, 0, keys, NONE);
    for (int row = 0; row < rows; row++) {
      session[row] = row;
      insert(keyOf[row], row);
    }
    return numbers;
  }

  /** Returns the first event time of a row; there must be no aliases. */
  long first(int row) {
    return bounds[2 * row];
  }

  /** Returns the last event time of a row; there must be no aliases. */
  long last(int row) {
    return bounds[2 * row + 1];
  }

  /** Returns the first event time of all; of none Long.MAX_VALUE. */
  long earliestFirst() {
    return earliestFirst;
  }

  /** Returns the last event time of all; of none Long.MIN_VALUE. */
  long latestLast() {
    return latestLast;
  }

  /** Returns the key of each row, at least {@link #rows} long; valid until a row is added. */
  int[] keys() {
    return keyOf;
  }

  /** Returns what the table takes on the heap, in bytes. */
  long memoryBytes() {
    return 3 * HeapSize.ofArray(roots.length, Integer.BYTES)
        + HeapSize.ofArray(bounds.length, Long.BYTES)
        + 5 * HeapSize.ofArray(keyOf.length, Integer.BYTES);
  }
}

package io.braid.speed.generation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The events that metrics dropped as late, in offset order: 16 bytes each and 8 for every 64
 * metrics. Kept because the log may be read again for what is emitted, when folds pass over what
 * they know. Guarded by its owner.
 */
final class Diversions {

  private final int longsEach;
  private long[] kept = new long[0];
  private int first;
  private int end;

  Diversions(int metrics) {
    this.longsEach = 2 + (metrics + 63) / 64;
  }

  /** Adds events behind those that are there. */
  void append(SortedMap<Long, Diversion> diverted) {
    reserve(diverted.size() * longsEach);
    diverted.forEach(
        (offset, diversion) -> {
          kept[end] = offset;
          kept[end + 1] = diversion.watermarkMs();
          long[] metrics = diversion.metrics().toLongArray();
          Arrays.fill(kept, end + 2, end + longsEach, 0);
          System.arraycopy(metrics, 0, kept, end + 2, metrics.length);
          end += longsEach;
        });
  }

  private void reserve(int longs) {
    if (end + longs > kept.length) {
      int length = end - first;
      long[] larger = length + longs > kept.length / 2 ? new long[(length + longs) * 2] : kept;
      System.arraycopy(kept, first, larger, 0, length);
      kept = larger;
      first = 0;
      end = length;
    }
  }

  /** Forgets the events below an offset. */
  void dropBelow(long offset) {
    first = indexOf(offset);
    if (first == end) {
      clear();
    }
  }

  /** Forgets all. */
  void clear() {
    kept = new long[0];
    first = 0;
    end = 0;
  }

  /** Returns how many events are kept. */
  int size() {
    return (end - first) / longsEach;
  }

  /** Returns the events with offsets in [{@code from}, {@code to}). */
  SortedMap<Long, Diversion> between(long from, long to) {
    SortedMap<Long, Diversion> found = new TreeMap<>();
    for (int i = indexOf(from); i < end && kept[i] < to; i += longsEach) {
      BitSet metrics = BitSet.valueOf(Arrays.copyOfRange(kept, i + 2, i + longsEach));
      found.put(kept[i], new Diversion(kept[i + 1], metrics));
    }
    return found;
  }

  /** Returns where the first event at or above an offset stands. */
  private int indexOf(long offset) {
    int low = 0;
    int high = (end - first) / longsEach;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (kept[first + middle * longsEach] < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return first + low * longsEach;
  }
}

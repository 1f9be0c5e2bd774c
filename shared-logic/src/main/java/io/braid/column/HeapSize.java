package io.braid.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/**
 * Estimates of what objects take on the heap, in bytes: as HotSpot lays them out with 64 bits,
 * where references take 4 bytes on heaps below 32 GB and 8 on larger ones, and everything is
 * aligned to 8.
 */
public final class HeapSize {

  private static final int REFERENCE = Runtime.getRuntime().maxMemory() < 32L << 30 ? 4 : 8;
  private static final int OBJECT_HEADER = 12;
  private static final int ARRAY_HEADER = 16;

  /** Of more objects than these, a sample is looked at. */
  private static final int MOST_VISITED = 4096;

  /** The mean of so many sizes is, for texts of usual lengths, right to a few percent. */
  private static final int SAMPLE = 1024;

  private HeapSize() {}

  /** Returns what an object with these fields takes, without what it refers to. */
  public static long ofObject(int references, int bytesOfOthers) {
    return aligned(OBJECT_HEADER + (long) references * REFERENCE + bytesOfOthers);
  }

  /** Returns what an array of numbers takes. */
  public static long ofArray(int length, int bytesEach) {
    return aligned(ARRAY_HEADER + (long) length * bytesEach);
  }

  /** Returns what an array of references takes, without what they refer to. */
  public static long ofReferences(int length) {
    return ofArray(length, REFERENCE);
  }

  /** Returns what a text takes: a byte a character when all are Latin-1, else two. */
  public static long of(String text) {
    boolean latin1 = true;
    for (int i = 0; i < text.length() && latin1; i++) {
      latin1 = text.charAt(i) <= 0xFF;
    }
    return ofObject(1, 6) + ofArray(text.length(), latin1 ? 1 : 2);
  }

  /** Returns what an integer of any size takes. */
  public static long of(BigInteger value) {
    return ofObject(1, 20) + ofArray(value.bitLength() / Integer.SIZE + 1, Integer.BYTES);
  }

  /** Returns what a decimal takes: up to 18 digits it needs no integer of its own. */
  public static long of(BigDecimal value) {
    return ofObject(2, 16) + (value.precision() > 18 ? of(value.unscaledValue()) : 0);
  }

  /**
   * Returns what objects take together, each counted once however often it is there.
   *
   * <p>Of many, 1,024 places are looked at that lie evenly among all, so that this costs some tens
   * of microseconds: from how many different objects are met once, and how many twice, follows
   * about how many there are in all (Chao, <i>Nonparametric Estimation of the Number of Classes in
   * a Population</i>, Scandinavian Journal of Statistics 11, 1984).
   *
   * @param objects by place, from 0; may be null
   * @param size of an object with what belongs to it alone
   */
  public static <T> long ofAll(int count, IntFunction<T> objects, ToLongFunction<T> size) {
    int visits = count > MOST_VISITED ? SAMPLE : count;
    IdentityHashMap<T, Integer> met = new IdentityHashMap<>();
    long bytes = 0;
    int there = 0;
    for (int i = 0; i < visits; i++) {
      T object = objects.apply(visits == count ? i : place(i, count));
      if (object != null) {
        there++;
        bytes += met.merge(object, 1, Integer::sum) == 1 ? size.applyAsLong(object) : 0;
      }
    }
    if (visits == count || there == 0) {
      return bytes;
    }
    double all = (double) count * there / visits;
    return (long) (bytes / (double) met.size() * Math.min(all, classes(met, all)));
  }

  private static double classes(IdentityHashMap<?, Integer> met, double all) {
    double once = met.values().stream().filter(times -> times == 1).count();
    double twice = met.values().stream().filter(times -> times == 2).count();
    return once == met.size() ? all : met.size() + once * once / (2 * Math.max(1, twice));
  }

  /** Returns one of {@code count} places: multiples of the golden ratio lie evenly, modulo 1. */
  private static int place(int i, int count) {
    return (int) (((i * 0x9E3779B9L & 0xFFFF_FFFFL) * count) >>> 32);
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7L;
  }
}

package io.braid.aggregate;

import io.braid.column.HeapSize;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A multiset of doubles from which any rank can be read to 1 %: the values themselves while there
 * are few, counts of buckets when there are many.
 *
 * <p>Up to {@link #MOST_VALUES} values are kept as they are. One more, and each is counted in the
 * bucket of its sign, its exponent and the first six binary digits behind its leading one: 64
 * buckets from a power of two to the next. A bucket {@code [a, b)} stands for {@code 2ab/(a + b)},
 * which is {@code (b - a)/(a + b)}, at most 1/129, away from either end. Magnitudes below
 * 2<sup>-1022</sup> have coarser buckets, and those below 2<sup>-1028</sup> stand for 0. The least
 * and the greatest value are kept, and no answer lies beyond them.
 *
 * <p>Buckets are fixed and are found by a shift of a double's bits, without a logarithm that could
 * differ between machines. Nothing ever collapses. So values or buckets, and every count, are a
 * function of the multiset, whatever the order of {@link #add} and {@link #merge}.
 *
 * <p>Sources: Masson, Rim, Lee, DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees, PVLDB 12(12), 2019, for fixed buckets of a relative width and what
 * follows from them; its logarithm is replaced by the bits.
 *
 * <p>Bytes: 0, then the values, 8 bytes each, in total order; or 1, least and greatest, 8 bytes
 * each, then of each bucket, ascending, as LEB128 its distance to the bucket before less one (of
 * the first its zigzag number) and its count. One owner.
 */
final class QuantileSketch {

  /** 512 bytes, about what the buckets of a group of some more values take. */
  static final int MOST_VALUES = 64;

  static final String ACCURACY = "within 1 % of the value; exact up to " + MOST_VALUES + " values";

  static final String BYTES_PER_GROUP =
      "8 a value up to " + MOST_VALUES + ", then 512 a power of two that values lie in";

  /** What is left of the 52 digits of a double behind the first six. */
  private static final int SHIFT = 46;

  private static final int LEAST_ROOM = 4;

  /** What a sketch takes on the heap before the first value. */
  static final long BYTES_WHEN_EMPTY =
      HeapSize.ofObject(2, 28) + HeapSize.ofArray(LEAST_ROOM, Double.BYTES);

  private static final byte VALUES = 0;
  private static final byte BUCKETS = 1;
  private static final double[] NONE = {};

  /** Buckets a page: those from a power of two to the next. */
  private static final int PAGE = 64;

  private static final long[] EMPTY_PAGE = {};
  private static final long[][] NO_PAGES = {};
  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE);

  /** LEB128 of 18 bits: buckets are from -0x1FFC1 to 0x1FFE0. */
  private static final int MOST_BUCKET_BYTES = 3;

  /** LEB128 of 63 bits. */
  private static final int MOST_COUNT_BYTES = 9;

  private double[] values = new double[LEAST_ROOM];
  private long count;

  private double least;
  private double greatest;

  // Counts by page and bucket; a page without values is empty. Page 0 starts at firstPage * PAGE.
  private long[][] pages = NO_PAGES;
  private int firstPage;

  /** Returns the number of values. */
  long count() {
    return count;
  }

  private boolean isExact() {
    return count <= MOST_VALUES;
  }

  /** Adds one value; returns by how many bytes this has grown. */
  long add(double added) {
    double value = Double.longBitsToDouble(Double.doubleToLongBits(added)); // one NaN
    if (count < MOST_VALUES) {
      int next = (int) count;
      long before = values.length;
      if (next == before) {
        values = Arrays.copyOf(values, Math.min(MOST_VALUES, next * 2));
      }
      values[next] = value;
      count++;
      return (values.length - before) * Double.BYTES;
    }
    long grown = toBuckets();
    count++;
    limit(value, value);
    return grown + count(bucket(value), 1);
  }

  /** Counts the values in buckets unless they are; returns by how many bytes this has grown. */
  private long toBuckets() {
    if (pages.length > 0) {
      return 0;
    }
    int kept = (int) count;
    double[] sorted = Arrays.copyOf(values, kept);
    Arrays.sort(sorted);
    least = kept == 0 ? Double.NaN : sorted[0]; // the last in total order
    greatest = kept == 0 ? Double.NEGATIVE_INFINITY : sorted[kept - 1];
    long grown = -HeapSize.ofArray(values.length, Double.BYTES);
    for (double value : sorted) {
      grown += count(bucket(value), 1);
    }
    values = NONE;
    return grown;
  }

  private void limit(double lower, double upper) {
    least = Double.compare(lower, least) < 0 ? lower : least;
    greatest = Double.compare(upper, greatest) > 0 ? upper : greatest;
  }

  /** Returns the bucket of a value; buckets are in the order of their values. */
  static int bucket(double value) {
    long bits = Double.doubleToLongBits(value);
    int magnitude = (int) ((bits & Long.MAX_VALUE) >>> SHIFT);
    return bits < 0 ? ~magnitude : magnitude;
  }

  /** Returns the value that a bucket stands for. */
  static double value(int bucket) {
    int magnitude = bucket < 0 ? ~bucket : bucket;
    double from = Double.longBitsToDouble((long) magnitude << SHIFT);
    double to = Double.longBitsToDouble(((long) magnitude + 1) << SHIFT);
    double value =
        magnitude == 0 || !Double.isFinite(from)
            ? from
            : from * (Math.min(to, Double.MAX_VALUE) / middle(from, to));
    return bucket < 0 ? -value : value;
  }

  private static double middle(double from, double to) {
    return from / 2 + Math.min(to, Double.MAX_VALUE) / 2;
  }

  /** Counts values; returns by how many bytes this has grown. */
  private long count(int bucket, long more) {
    long grown = 0;
    int page = (bucket >> PAGE_SHIFT) - firstPage;
    if (page < 0 || page >= pages.length) {
      grown = reach(bucket >> PAGE_SHIFT);
      page = (bucket >> PAGE_SHIFT) - firstPage;
    }
    long[] counts = pages[page];
    if (counts.length == 0) {
      counts = new long[PAGE];
      pages[page] = counts;
      grown += HeapSize.ofArray(PAGE, Long.BYTES);
    }
    counts[bucket & (PAGE - 1)] += more;
    return grown;
  }

  private long reach(int page) {
    int from = pages.length == 0 ? page : Math.min(page, firstPage);
    int to = pages.length == 0 ? page + 1 : Math.max(page + 1, firstPage + pages.length);
    long[][] reaching = new long[to - from][];
    Arrays.fill(reaching, EMPTY_PAGE);
    System.arraycopy(pages, 0, reaching, pages.length == 0 ? 0 : firstPage - from, pages.length);
    long before = pages.length == 0 ? 0 : HeapSize.ofReferences(pages.length);
    pages = reaching;
    firstPage = from;
    return HeapSize.ofReferences(pages.length) - before;
  }

  /** Returns the value of a rank, from 1 to {@link #count}. */
  double value(long rank) {
    if (isExact()) {
      return sorted()[(int) rank - 1];
    }
    if (rank == 1 || rank == count) {
      return rank == 1 ? least : greatest;
    }
    long below = 0;
    int page = 0;
    int i = 0;
    while (true) {
      long[] counts = pages[page];
      if (i == counts.length) {
        page++;
        i = 0;
      } else {
        below += counts[i];
        if (below >= rank) {
          break;
        }
        i++;
      }
    }
    double value = value(bucketAt(page, i));
    value = Double.compare(value, least) < 0 ? least : value;
    return Double.compare(value, greatest) > 0 ? greatest : value;
  }

  private int bucketAt(int page, int i) {
    return ((firstPage + page) << PAGE_SHIFT) + i;
  }

  private double[] sorted() {
    double[] sorted = Arrays.copyOf(values, (int) count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Returns the bytes of this sketch: equal multisets have equal bytes. */
  byte[] toBytes() {
    if (isExact()) {
      ByteBuffer bytes = ByteBuffer.allocate(1 + (int) count * Double.BYTES).put(VALUES);
      bytes.asDoubleBuffer().put(sorted());
      return bytes.array();
    }
    int most = 1 + 2 * Double.BYTES;
    for (long[] counts : pages) {
      most += counts.length * (MOST_BUCKET_BYTES + MOST_COUNT_BYTES);
    }
    ByteBuffer bytes = ByteBuffer.allocate(most).put(BUCKETS).putDouble(least).putDouble(greatest);
    boolean first = true;
    int before = 0;
    for (int page = 0; page < pages.length; page++) {
      long[] counts = pages[page];
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
          int bucket = bucketAt(page, i);
          put(bytes, first ? zigzag(bucket) : bucket - before - 1);
          put(bytes, counts[i]);
          first = false;
          before = bucket;
        }
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static long zigzag(int number) {
    return (((long) number << 1) ^ (number >> 31)) & 0xFFFF_FFFFL;
  }

  private static void put(ByteBuffer bytes, long number) {
    long rest = number;
    while (rest > 0x7F) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  private static long take(ByteBuffer bytes) {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      number |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }

  /**
   * Adds the values of a sketch that was written by {@link #toBytes}; returns by how many bytes
   * this has grown.
   */
  long merge(byte[] sketch) {
    long grown = 0;
    ByteBuffer bytes = ByteBuffer.wrap(sketch);
    if (bytes.get() == VALUES) {
      while (bytes.hasRemaining()) {
        grown += add(bytes.getDouble());
      }
      return grown;
    }
    grown = toBuckets();
    limit(bytes.getDouble(), bytes.getDouble());
    int bucket = 0;
    boolean first = true;
    while (bytes.hasRemaining()) {
      long number = take(bytes);
      bucket = first ? (int) ((number >>> 1) ^ -(number & 1)) : bucket + 1 + (int) number;
      first = false;
      long more = take(bytes);
      grown += count(bucket, more);
      count += more;
    }
    return grown;
  }

  /**
   * Adds the values of another sketch, which stays as it is; returns by how many bytes this has
   * grown.
   */
  long merge(QuantileSketch other) {
    long grown = 0;
    if (other.isExact()) {
      for (int i = 0; i < other.count; i++) {
        grown += add(other.values[i]);
      }
      return grown;
    }
    grown = toBuckets();
    limit(other.least, other.greatest);
    for (int page = 0; page < other.pages.length; page++) {
      long[] counts = other.pages[page];
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
          grown += count(other.bucketAt(page, i), counts[i]);
        }
      }
    }
    count += other.count;
    return grown;
  }
}

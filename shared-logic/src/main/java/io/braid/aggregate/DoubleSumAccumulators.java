package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import io.braid.column.HeapSize;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * SUM over DOUBLE, exact until one final rounding and therefore independent of order.
 *
 * <p>A group's sum is kept as a floating-point expansion: doubles whose exact sum is the exact sum
 * of the values. The first two components live in arrays; most data never needs more. What the
 * second cannot hold goes to a list that grows by Shewchuk's GROW-EXPANSION. Values of magnitude
 * 2<sup>960</sup> and above, whose partial sums could overflow, are summed apart as integers in
 * units of a power of two, for SUM 2<sup>900</sup>; infinities and NaN are only remembered. The
 * components depend on the order of the values, their exact sum does not, and only that is
 * finished.
 *
 * <p>Source: J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
 * Predicates, Discrete &amp; Computational Geometry 18 (1997), section 2: TWO-SUM (theorem 7, after
 * Knuth) and GROW-EXPANSION (theorem 10).
 */
final class DoubleSumAccumulators extends SumAccumulators {

  private static final double HUGE = 0x1p960;
  private static final int HUGE_UNIT_EXPONENT = 900;

  private static final byte ANY = 1;
  private static final byte POSITIVE_INFINITY = 2;
  private static final byte NEGATIVE_INFINITY = 4;
  private static final byte NAN = 8;

  private static final long BYTES_A_REMAINDER =
      HeapSize.ofObject(2, Integer.BYTES) + HeapSize.ofArray(2, Double.BYTES);

  private final int unitExponent;
  private double[] first = new double[16];
  private double[] second = new double[16];
  private byte[] flags = new byte[16];
  private Remainder[] remainders = new Remainder[0];
  private long remainderBytes;

  /** What the first two components of a group cannot hold. */
  private static final class Remainder {
    private double[] expansion = new double[2];
    private int size;
    private BigInteger whole = BigInteger.ZERO;

    /**
     * GROW-EXPANSION with zero elimination, in place: what was read may be overwritten. Returns by
     * how many bytes this has grown.
     */
    long grow(double value) {
      long before = expansion.length;
      double carry = value;
      int kept = 0;
      for (int i = 0; i < size; i++) {
        double component = expansion[i];
        double sum = carry + component;
        double virtual = sum - carry;
        double error = (carry - (sum - virtual)) + (component - virtual);
        if (error != 0) {
          expansion[kept++] = error;
        }
        carry = sum;
      }
      if (kept == expansion.length) {
        expansion = Arrays.copyOf(expansion, kept * 2);
      }
      if (carry != 0) {
        expansion[kept++] = carry;
      }
      size = kept;
      return (expansion.length - before) * Double.BYTES;
    }
  }

  /** Makes empty sums. */
  DoubleSumAccumulators() {
    this(HUGE_UNIT_EXPONENT);
  }

  /**
   * Makes empty sums to which {@link #addUnits} adds multiples of 2 to the power of {@code
   * unitExponent}, which is at most 900.
   */
  DoubleSumAccumulators(int unitExponent) {
    this.unitExponent = unitExponent;
  }

  @Override
  void ensureCapacity(int count) {
    if (count <= first.length) {
      return;
    }
    int capacity = Capacity.of(first.length, count);
    first = Arrays.copyOf(first, capacity);
    second = Arrays.copyOf(second, capacity);
    flags = Arrays.copyOf(flags, capacity);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    DoubleColumn values = (DoubleColumn) arguments.get(0);
    boolean mayHaveNulls = values.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (!mayHaveNulls || !values.isNull(i)) {
        add(groups[i], values.get(i));
      }
    }
  }

  /** Adds a value to the sum of {@code group}. */
  void add(int group, double value) {
    flags[group] |= ANY;
    if (!(Math.abs(value) < HUGE)) {
      addExtreme(group, value);
      return;
    }
    double a = first[group];
    double sum = a + value;
    double virtual = sum - a;
    double error = (a - (sum - virtual)) + (value - virtual);
    first[group] = sum;
    if (error != 0) {
      addError(group, error);
    }
  }

  private void addError(int group, double value) {
    double a = second[group];
    double sum = a + value;
    double virtual = sum - a;
    double error = (a - (sum - virtual)) + (value - virtual);
    second[group] = sum;
    if (error != 0) {
      Remainder remainder = remainder(group); // counts what a new one takes
      remainderBytes += remainder.grow(error);
    }
  }

  private void addExtreme(int group, double value) {
    if (Double.isNaN(value)) {
      flags[group] |= NAN;
    } else if (Double.isInfinite(value)) {
      flags[group] |= value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
    } else {
      addUnits(group, Dyadic.of(value));
    }
  }

  /** Adds a multiple of the units to the sum of {@code group}, whatever its magnitude. */
  void addUnits(int group, Dyadic value) {
    flags[group] |= ANY;
    Remainder remainder = remainder(group);
    BigInteger before = remainder.whole;
    remainder.whole = before.add(value.unitsOf(unitExponent));
    remainderBytes += HeapSize.of(remainder.whole) - HeapSize.of(before);
  }

  private Remainder remainder(int group) {
    if (group >= remainders.length) {
      remainders = Arrays.copyOf(remainders, first.length);
    }
    if (remainders[group] == null) {
      remainders[group] = new Remainder();
      remainderBytes += BYTES_A_REMAINDER;
    }
    return remainders[group];
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.DOUBLE, ColumnType.DOUBLE, ColumnType.BYTES);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    double[] firsts = new double[count];
    double[] seconds = new double[count];
    boolean[] empty = new boolean[count];
    byte[][] rest = new byte[count][];
    for (int i = 0; i < count; i++) {
      int group = rows[i];
      firsts[i] = first[group];
      seconds[i] = second[group];
      empty[i] = isEmpty(group);
      rest[i] = rest(group);
    }
    return List.of(
        DoubleColumn.of(firsts, empty, count),
        DoubleColumn.of(seconds, empty, count),
        BytesColumn.of(rest, count));
  }

  /**
   * Flags, number of components, components, bytes of the whole units; null when all that is empty.
   */
  private byte[] rest(int group) {
    Remainder remainder = group < remainders.length ? remainders[group] : null;
    if (remainder == null && flags[group] <= ANY) {
      return null;
    }
    Remainder parts = remainder == null ? new Remainder() : remainder;
    byte[] whole = parts.whole.toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate(5 + 8 * parts.size + whole.length);
    bytes.put(flags[group]).putInt(parts.size);
    for (int i = 0; i < parts.size; i++) {
      bytes.putDouble(parts.expansion[i]);
    }
    return bytes.put(whole).array();
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    DoubleColumn firsts = (DoubleColumn) states.get(0);
    DoubleColumn seconds = (DoubleColumn) states.get(1);
    BytesColumn rests = (BytesColumn) states.get(2);
    for (int i = 0; i < count; i++) {
      if (firsts.isNull(i)) {
        continue;
      }
      int group = groups[i];
      addComponent(group, firsts.get(i));
      addComponent(group, seconds.get(i));
      flags[group] |= ANY;
      if (!rests.isNull(i)) {
        mergeRest(group, ByteBuffer.wrap(rests.get(i)));
      }
    }
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    DoubleSumAccumulators theirs = (DoubleSumAccumulators) other;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (theirs.isEmpty(row)) {
        continue;
      }
      int group = groups[i];
      addComponent(group, theirs.first[row]);
      addComponent(group, theirs.second[row]);
      flags[group] |= theirs.flags[row];
      if (!theirs.isShort(row)) {
        mergeRest(group, theirs.remainders[row]);
      }
    }
  }

  private void mergeRest(int group, Remainder rest) {
    for (int i = 0; i < rest.size; i++) {
      addComponent(group, rest.expansion[i]);
    }
    addWhole(group, rest.whole);
  }

  /** Adds a component of another sum: below 2<sup>1023</sup>, but perhaps above the huge bound. */
  private void addComponent(int group, double component) {
    if (component != 0) {
      add(group, component);
    }
  }

  private void mergeRest(int group, ByteBuffer rest) {
    flags[group] |= rest.get();
    int components = rest.getInt();
    for (int i = 0; i < components; i++) {
      addComponent(group, rest.getDouble());
    }
    byte[] whole = new byte[rest.remaining()];
    rest.get(whole);
    addWhole(group, new BigInteger(whole));
  }

  private void addWhole(int group, BigInteger units) {
    if (units.signum() != 0) {
      addUnits(group, new Dyadic(units, unitExponent));
    }
  }

  @Override
  boolean isEmpty(int group) {
    return flags[group] == 0;
  }

  @Override
  boolean isFinite(int group) {
    return flags[group] <= ANY;
  }

  /** Returns the sum of a group that holds NaN or an infinity. */
  private double limit(int group) {
    boolean both =
        (flags[group] & POSITIVE_INFINITY) != 0 && (flags[group] & NEGATIVE_INFINITY) != 0;
    if (both || (flags[group] & NAN) != 0) {
      return Double.NaN;
    }
    return (flags[group] & POSITIVE_INFINITY) != 0
        ? Double.POSITIVE_INFINITY
        : Double.NEGATIVE_INFINITY;
  }

  private boolean isShort(int group) {
    return group >= remainders.length || remainders[group] == null;
  }

  @Override
  Dyadic exact(int group) {
    Dyadic sum = Dyadic.of(first[group]).plus(Dyadic.of(second[group]));
    if (!isShort(group)) {
      Remainder remainder = remainders[group];
      for (int i = 0; i < remainder.size; i++) {
        sum = sum.plus(Dyadic.of(remainder.expansion[i]));
      }
      sum = sum.plus(new Dyadic(remainder.whole, unitExponent));
    }
    return sum;
  }

  @Override
  double mean(int group, long count) {
    if (!isFinite(group)) {
      return limit(group);
    }
    if (isShort(group) && count < 1L << 53) {
      // The quotient of the rounded sum is right unless the exact rest reaches about half an ulp.
      double sum = first[group] + second[group];
      double virtual = sum - first[group];
      double error = (first[group] - (sum - virtual)) + (second[group] - virtual);
      double divisor = (double) count;
      double quotient = sum / divisor;
      double rest = Math.fma(-quotient, divisor, sum) + error;
      boolean normal = Math.abs(quotient) > 0x1p-900 && Math.abs(quotient) < 0x1p900;
      if (normal
          && Math.abs(rest) < 0.499 * Math.ulp(quotient) * divisor
          && !isPowerOfTwo(quotient)) {
        return quotient;
      }
    }
    return exact(group).over(BigInteger.valueOf(count)) + 0.0;
  }

  /** Below a power of two the spacing of doubles halves, and with it the bound of the short cut. */
  private static boolean isPowerOfTwo(double value) {
    return (Double.doubleToRawLongBits(value) & ((1L << 52) - 1)) == 0;
  }

  @Override
  public Column finish() {
    int groups = groups();
    double[] sums = new double[groups];
    boolean[] empty = new boolean[groups];
    for (int group = 0; group < groups; group++) {
      empty[group] = isEmpty(group);
      if (!isFinite(group)) {
        sums[group] = limit(group);
      } else if (isShort(group)) {
        sums[group] = first[group] + second[group] + 0.0; // one rounding; never -0.0
      } else {
        sums[group] = exact(group).over(BigInteger.ONE) + 0.0;
      }
    }
    return DoubleColumn.of(sums, empty, groups);
  }

  @Override
  public long memoryBytes() {
    return HeapSize.ofArray(first.length, Double.BYTES)
        + HeapSize.ofArray(second.length, Double.BYTES)
        + HeapSize.ofArray(flags.length, 1)
        + HeapSize.ofReferences(remainders.length)
        + remainderBytes;
  }
}

package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Variances and standard deviations: a count, an exact sum and an exact sum of squares, of which
 * the result is computed exactly and rounded once. NaN when a value is infinite or NaN.
 */
final class SpreadAccumulators extends Accumulators {

  private final Spread spread;
  private final BigInteger unit;
  private final CountAccumulators counts = new CountAccumulators();
  private final SumAccumulators sums;
  private final SquareSums squares;

  SpreadAccumulators(ColumnType type, Spread spread) {
    this.spread = spread;
    this.unit = BigInteger.TEN.pow(type.scale());
    this.sums = SumAccumulators.of(type);
    this.squares = SquareSums.of(type);
  }

  /** Returns what ordinary values take; far-apart doubles take more. */
  static String bytesPerGroup(ColumnType type) {
    String squares = type.kind() == ColumnType.Kind.DOUBLE ? "34" : "16";
    return "8 + " + SumAccumulators.bytesPerGroup(type) + " + " + squares;
  }

  @Override
  void ensureCapacity(int count) {
    counts.grow(count);
    sums.grow(count);
    squares.ensureCapacity(count);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    counts.lift(arguments, groups, count);
    sums.lift(arguments, groups, count);
    squares.lift(arguments.get(0), groups, count);
  }

  @Override
  public List<ColumnType> stateTypes() {
    List<ColumnType> types = new ArrayList<>(counts.stateTypes());
    types.addAll(sums.stateTypes());
    types.addAll(squares.stateTypes());
    return types;
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    List<Column> states = new ArrayList<>(counts.states(rows, count));
    states.addAll(sums.states(rows, count));
    states.addAll(squares.states(rows, count));
    return states;
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    int squaresFrom = 1 + sums.stateTypes().size();
    counts.merge(states.subList(0, 1), groups, count);
    sums.merge(states.subList(1, squaresFrom), groups, count);
    squares.merge(states.subList(squaresFrom, states.size()), groups, count);
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    SpreadAccumulators theirs = (SpreadAccumulators) other;
    counts.merge(theirs.counts, rows, groups, count);
    sums.merge(theirs.sums, rows, groups, count);
    squares.merge(theirs.squares, rows, groups, count);
  }

  @Override
  public Column finish() {
    int groups = groups();
    double[] finished = new double[groups];
    boolean[] none = new boolean[groups];
    for (int group = 0; group < groups; group++) {
      long count = counts.count(group);
      none[group] = count < spread.leastCount();
      if (!none[group]) {
        finished[group] =
            sums.isFinite(group)
                ? spread.of(count, sums.exact(group), squares.exact(group), unit)
                : Double.NaN;
      }
    }
    return DoubleColumn.of(finished, none, groups);
  }

  @Override
  public long memoryBytes() {
    return counts.memoryBytes() + sums.memoryBytes() + squares.memoryBytes();
  }
}

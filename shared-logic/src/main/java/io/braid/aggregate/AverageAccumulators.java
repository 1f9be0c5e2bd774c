package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import java.util.ArrayList;
import java.util.List;

/** AVG: an exact sum and a count, divided with one rounding. */
final class AverageAccumulators extends Accumulators {

  private final SumAccumulators sums;
  private final CountAccumulators counts = new CountAccumulators();

  AverageAccumulators(SumAccumulators sums) {
    this.sums = sums;
  }

  @Override
  void ensureCapacity(int count) {
    sums.grow(count);
    counts.grow(count);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    sums.lift(arguments, groups, count);
    counts.lift(arguments, groups, count);
  }

  @Override
  public List<ColumnType> stateTypes() {
    List<ColumnType> types = new ArrayList<>(counts.stateTypes());
    types.addAll(sums.stateTypes());
    return types;
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    List<Column> states = new ArrayList<>(counts.states(rows, count));
    states.addAll(sums.states(rows, count));
    return states;
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    counts.merge(states.subList(0, 1), groups, count);
    sums.merge(states.subList(1, states.size()), groups, count);
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    AverageAccumulators theirs = (AverageAccumulators) other;
    counts.merge(theirs.counts, rows, groups, count);
    sums.merge(theirs.sums, rows, groups, count);
  }

  @Override
  public Column finish() {
    int groups = groups();
    double[] means = new double[groups];
    boolean[] empty = new boolean[groups];
    for (int group = 0; group < groups; group++) {
      empty[group] = sums.isEmpty(group);
      means[group] = empty[group] ? 0 : sums.mean(group, counts.count(group));
    }
    return DoubleColumn.of(means, empty, groups);
  }

  @Override
  public long memoryBytes() {
    return sums.memoryBytes() + counts.memoryBytes();
  }
}

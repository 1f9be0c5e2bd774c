package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import java.util.Arrays;
import java.util.List;

/** MIN and MAX over DOUBLE in total order: -0.0 before 0.0, NaN after infinity. */
final class DoubleExtremumAccumulators extends Accumulators {

  private final int sign;
  private double[] values = new double[16];
  private boolean[] empty = new boolean[16];

  /** Makes states that keep the least value for a {@code sign} of -1, the greatest for 1. */
  DoubleExtremumAccumulators(int sign) {
    this.sign = sign;
    Arrays.fill(empty, true);
  }

  @Override
  void ensureCapacity(int count) {
    int before = values.length;
    values = Arrays.copyOf(values, Capacity.of(before, count));
    empty = Arrays.copyOf(empty, values.length);
    Arrays.fill(empty, before, values.length, true);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    DoubleColumn candidates = (DoubleColumn) arguments.get(0);
    boolean mayHaveNulls = candidates.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && candidates.isNull(i)) {
        continue;
      }
      int group = groups[i];
      double candidate = candidates.get(i);
      if (empty[group] || sign * Double.compare(candidate, values[group]) > 0) {
        values[group] = candidate;
        empty[group] = false;
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.DOUBLE);
  }

  @Override
  public List<Column> states() {
    return List.of(DoubleColumn.of(values, empty, groups()));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public Column finish() {
    int groups = groups();
    return DoubleColumn.of(Arrays.copyOf(values, groups), Arrays.copyOf(empty, groups), groups);
  }
}

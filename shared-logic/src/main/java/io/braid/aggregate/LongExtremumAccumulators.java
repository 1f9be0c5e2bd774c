package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/** MIN and MAX over what is kept as a {@code long}. */
final class LongExtremumAccumulators extends Accumulators {

  private final ColumnType type;
  private final int sign;
  private long[] values = new long[16];
  private boolean[] empty = filled(16);

  /** Makes states that keep the least value for a {@code sign} of -1, the greatest for 1. */
  LongExtremumAccumulators(ColumnType type, int sign) {
    this.type = type;
    this.sign = sign;
  }

  private static boolean[] filled(int length) {
    boolean[] filled = new boolean[length];
    Arrays.fill(filled, true);
    return filled;
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
    LongColumn candidates = (LongColumn) arguments.get(0);
    boolean mayHaveNulls = candidates.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && candidates.isNull(i)) {
        continue;
      }
      int group = groups[i];
      long candidate = candidates.get(i);
      if (empty[group] || sign * Long.compare(candidate, values[group]) > 0) {
        values[group] = candidate;
        empty[group] = false;
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(type);
  }

  @Override
  public List<Column> states() {
    return List.of(LongColumn.of(type, values, empty, groups()));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public Column finish() {
    int groups = groups();
    return LongColumn.of(type, Arrays.copyOf(values, groups), Arrays.copyOf(empty, groups), groups);
  }
}

package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/** COUNT: how many values, or rows, there were. */
final class CountAccumulators extends Accumulators {

  private long[] counts = new long[16];

  @Override
  void ensureCapacity(int count) {
    if (count <= counts.length) {
      return;
    }
    counts = Arrays.copyOf(counts, Capacity.of(counts.length, count));
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    if (arguments.isEmpty() || !arguments.get(0).mayHaveNulls()) {
      for (int i = 0; i < count; i++) {
        counts[groups[i]]++;
      }
      return;
    }
    Column argument = arguments.get(0);
    for (int i = 0; i < count; i++) {
      if (!argument.isNull(i)) {
        counts[groups[i]]++;
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BIGINT);
  }

  @Override
  public List<Column> states() {
    return List.of(LongColumn.of(ColumnType.BIGINT, counts, groups()));
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    return List.of(LongColumn.of(ColumnType.BIGINT, counts, groups()).select(rows, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    LongColumn theirs = (LongColumn) states.get(0);
    for (int i = 0; i < count; i++) {
      counts[groups[i]] += theirs.get(i);
    }
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    long[] theirs = ((CountAccumulators) other).counts;
    for (int i = 0; i < count; i++) {
      counts[groups[i]] += theirs[rows[i]];
    }
  }

  /** Returns the count of one group. */
  long count(int group) {
    return counts[group];
  }

  @Override
  public Column finish() {
    return LongColumn.of(ColumnType.BIGINT, Arrays.copyOf(counts, groups()), groups());
  }

  @Override
  public long memoryBytes() {
    return HeapSize.ofArray(counts.length, Long.BYTES);
  }
}

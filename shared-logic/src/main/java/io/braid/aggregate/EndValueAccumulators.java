package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/**
 * FIRST_VALUE and LAST_VALUE: the value of the event that comes first or last by event time, among
 * equals by partition, then by offset. No two events of a source have all three in common.
 *
 * <p>A state holds the value and these three, so that lifting an event and merging a state are the
 * same.
 */
final class EndValueAccumulators extends Accumulators {

  private final ColumnType type;
  private final int sign;
  private final HeldValues values;
  private long[] eventTimesMs = new long[16];
  private int[] partitions = new int[16];
  private long[] offsets = new long[16];

  private EndValueAccumulators(ColumnType type, int sign) {
    this.type = type;
    this.sign = sign;
    this.values = HeldValues.of(type);
  }

  /** Returns empty states that keep the first value. */
  static EndValueAccumulators first(ColumnType type) {
    return new EndValueAccumulators(type, -1);
  }

  /** Returns empty states that keep the last value. */
  static EndValueAccumulators last(ColumnType type) {
    return new EndValueAccumulators(type, 1);
  }

  @Override
  void ensureCapacity(int count) {
    values.ensureCapacity(count);
    if (count <= offsets.length) {
      return;
    }
    int capacity = Capacity.of(offsets.length, count);
    eventTimesMs = Arrays.copyOf(eventTimesMs, capacity);
    partitions = Arrays.copyOf(partitions, capacity);
    offsets = Arrays.copyOf(offsets, capacity);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    Column candidates = arguments.get(0);
    LongColumn times = (LongColumn) arguments.get(1);
    LongColumn sources = (LongColumn) arguments.get(2);
    LongColumn places = (LongColumn) arguments.get(3);
    boolean mayHaveNulls = candidates.mayHaveNulls();
    for (int i = 0; i < count; i++) {
      if (mayHaveNulls && candidates.isNull(i)) {
        continue;
      }
      int group = groups[i];
      int partition = (int) sources.get(i);
      if (takes(group, times.get(i), partition, places.get(i))) {
        values.hold(group, candidates, i);
      }
    }
  }

  /** Returns whether an event comes before, or behind, the one of a group; then it is that. */
  private boolean takes(int group, long eventTimeMs, int partition, long offset) {
    if (!values.isEmpty(group) && sign * compare(eventTimeMs, partition, offset, group) <= 0) {
      return false;
    }
    eventTimesMs[group] = eventTimeMs;
    partitions[group] = partition;
    offsets[group] = offset;
    return true;
  }

  private int compare(long eventTimeMs, int partition, long offset, int group) {
    int order = Long.compare(eventTimeMs, eventTimesMs[group]);
    if (order == 0) {
      order = Integer.compare(partition, partitions[group]);
    }
    return order == 0 ? Long.compare(offset, offsets[group]) : order;
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(type, ColumnType.BIGINT, ColumnType.BIGINT, ColumnType.BIGINT);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    boolean[] empty = new boolean[count];
    long[] times = new long[count];
    long[] sources = new long[count];
    long[] places = new long[count];
    for (int i = 0; i < count; i++) {
      int group = rows[i];
      empty[i] = values.isEmpty(group);
      times[i] = eventTimesMs[group];
      sources[i] = partitions[group];
      places[i] = offsets[group];
    }
    return List.of(
        values.column(rows, count),
        LongColumn.of(ColumnType.BIGINT, times, empty, count),
        LongColumn.of(ColumnType.BIGINT, sources, empty, count),
        LongColumn.of(ColumnType.BIGINT, places, empty, count));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    EndValueAccumulators theirs = (EndValueAccumulators) other;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (!theirs.values.isEmpty(row)
          && takes(
              groups[i], theirs.eventTimesMs[row], theirs.partitions[row], theirs.offsets[row])) {
        values.hold(groups[i], theirs.values, row);
      }
    }
  }

  @Override
  public Column finish() {
    return values.column(groups());
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes(groups())
        + HeapSize.ofArray(eventTimesMs.length, Long.BYTES)
        + HeapSize.ofArray(partitions.length, Integer.BYTES)
        + HeapSize.ofArray(offsets.length, Long.BYTES);
  }
}

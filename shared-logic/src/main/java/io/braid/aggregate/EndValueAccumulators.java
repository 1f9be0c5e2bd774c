package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
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
      if (values.isEmpty(group)
          || sign * compare(times.get(i), partition, places.get(i), group) > 0) {
        values.hold(group, candidates, i);
        eventTimesMs[group] = times.get(i);
        partitions[group] = partition;
        offsets[group] = places.get(i);
      }
    }
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
  public List<Column> states() {
    int groups = groups();
    boolean[] empty = new boolean[groups];
    long[] sources = new long[groups];
    for (int group = 0; group < groups; group++) {
      empty[group] = values.isEmpty(group);
      sources[group] = partitions[group];
    }
    return List.of(
        finish(),
        LongColumn.of(ColumnType.BIGINT, eventTimesMs, empty, groups),
        LongColumn.of(ColumnType.BIGINT, sources, empty, groups),
        LongColumn.of(ColumnType.BIGINT, offsets, empty, groups));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    lift(states, groups, count);
  }

  @Override
  public Column finish() {
    return values.column(groups());
  }
}

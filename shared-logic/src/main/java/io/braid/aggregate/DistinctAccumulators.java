package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/**
 * COUNT(DISTINCT): the values themselves. One numbering of all values serves all groups, and one
 * set holds which group has which; a state is the group's set as {@link ValueCodes} write it.
 */
final class DistinctAccumulators extends Accumulators {

  private final ValueCodes values;
  private final PairSet pairs = new PairSet();
  private long[] counts = new long[16];
  private int[] codes = {};

  DistinctAccumulators(ColumnType type) {
    this.values = ValueCodes.of(type);
  }

  /** Returns what a group takes, and what its values take that no other group has. */
  static String bytesPerGroup(ColumnType type) {
    String value =
        switch (type.kind()) {
          case STRING -> "20 and the text";
          case DECIMAL -> "110";
          default -> "24";
        };
    return "8 + 16 for each value, + %s for each value that is new to all groups".formatted(value);
  }

  @Override
  void ensureCapacity(int count) {
    counts = Arrays.copyOf(counts, Capacity.of(counts.length, count));
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    if (codes.length < count) {
      codes = new int[count];
    }
    values.encode(arguments.get(0), count, codes);
    for (int i = 0; i < count; i++) {
      if (codes[i] >= 0) {
        add(groups[i], codes[i]);
      }
    }
  }

  private void add(int group, int code) {
    if (pairs.add(group, code)) {
      counts[group]++;
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BYTES);
  }

  @Override
  public List<Column> states() {
    int[] order = values.order();
    int[] ranks = new int[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    long[] sorted = pairs.sorted(ranks);
    byte[][] sets = new byte[groups()][];
    int from = 0;
    while (from < sorted.length) {
      int group = (int) (sorted[from] >>> 32);
      int count = (int) counts[group];
      int[] set = new int[count];
      for (int i = 0; i < count; i++) {
        set[i] = order[(int) sorted[from + i]];
      }
      sets[group] = values.write(set, count);
      from += count;
    }
    return List.of(BytesColumn.of(sets, sets.length));
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    BytesColumn sets = (BytesColumn) states.get(0);
    for (int i = 0; i < count; i++) {
      if (!sets.isNull(i)) {
        int group = groups[i];
        values.read(sets.get(i), code -> add(group, code));
      }
    }
  }

  @Override
  public Column finish() {
    return LongColumn.of(ColumnType.BIGINT, Arrays.copyOf(counts, groups()), groups());
  }
}

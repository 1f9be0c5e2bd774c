package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/**
 * COUNT(DISTINCT): the values themselves. One numbering of all values serves all groups, and one
 * set holds which group has which; a state is the group's set as {@link ValueCodes} write it.
 */
final class DistinctAccumulators extends Accumulators {

  private static final int NONE = -1;

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
    if (count <= counts.length) {
      return;
    }
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
  public List<Column> states(int[] rows, int count) {
    boolean[] wanted = new boolean[groups()];
    for (int i = 0; i < count; i++) {
      wanted[rows[i]] = true;
    }
    long[] ofWanted = pairs.of(wanted);
    int[] order = values.order(codesOf(ofWanted));
    int[] ranks = new int[values.size()];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    byte[][] sets = sets(PairSet.sorted(ofWanted, ranks), order);
    byte[][] states = new byte[count][];
    for (int i = 0; i < count; i++) {
      states[i] = sets[rows[i]];
    }
    return List.of(BytesColumn.of(states, count));
  }

  /** Returns the codes that are in any of these pairs, each once. */
  private int[] codesOf(long[] somePairs) {
    boolean[] used = new boolean[values.size()];
    int distinct = 0;
    for (long pair : somePairs) {
      distinct += used[(int) pair] ? 0 : 1;
      used[(int) pair] = true;
    }
    int[] usedCodes = new int[distinct];
    int next = 0;
    for (int code = 0; next < distinct; code++) {
      usedCodes[next] = code;
      next += used[code] ? 1 : 0;
    }
    return usedCodes;
  }

  /** Returns the bytes of each group's set, from pairs with ranks that are in the order of both. */
  private byte[][] sets(long[] sorted, int[] order) {
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
    return sets;
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

  /** Looks up each of their values once, and adds a pair for each of theirs. */
  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    DistinctAccumulators theirs = (DistinctAccumulators) other;
    boolean[] wanted = new boolean[theirs.groups()];
    int[] lastOf = new int[theirs.groups()]; // places of a group among the rows, as chains
    int[] before = new int[count];
    Arrays.fill(lastOf, NONE);
    for (int i = 0; i < count; i++) {
      wanted[rows[i]] = true;
      before[i] = lastOf[rows[i]];
      lastOf[rows[i]] = i;
    }
    int[] ours = new int[theirs.values.size()];
    Arrays.fill(ours, NONE);
    for (long pair : theirs.pairs.of(wanted)) {
      int code = (int) pair;
      if (ours[code] == NONE) {
        ours[code] = values.encode(theirs.values, code);
      }
      for (int i = lastOf[(int) (pair >>> 32)]; i != NONE; i = before[i]) {
        add(groups[i], ours[code]);
      }
    }
  }

  @Override
  public Column finish() {
    return LongColumn.of(ColumnType.BIGINT, Arrays.copyOf(counts, groups()), groups());
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes()
        + pairs.memoryBytes()
        + HeapSize.ofArray(counts.length, Long.BYTES)
        + HeapSize.ofArray(codes.length, Integer.BYTES);
  }

  @Override
  public void settle() {
    codes = new int[0];
    values.settle();
  }
}

package io.braid.aggregate;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.HeapSize;
import io.braid.column.LongColumn;
import java.util.Arrays;
import java.util.List;

/**
 * COUNT(DISTINCT): the values themselves. One numbering of all values serves all groups, and each
 * has a set of numbers; a state is the group's set as {@link ValueCodes} write it.
 */
final class DistinctAccumulators extends Accumulators {

  private ValueCodes values;
  private final CodeSets sets = new CodeSets();
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
    return "9 + 12 for each value, + %s for each value that is new to all groups".formatted(value);
  }

  @Override
  void ensureCapacity(int count) {
    sets.ensureCapacity(count);
  }

  @Override
  public void lift(List<Column> arguments, int[] groups, int count) {
    if (codes.length < count) {
      codes = new int[count];
    }
    values.encode(arguments.get(0), count, codes);
    sets.ensureCodes(values.size());
    for (int i = 0; i < count; i++) {
      if (codes[i] >= 0) {
        sets.add(groups[i], codes[i]);
      }
    }
  }

  @Override
  public List<ColumnType> stateTypes() {
    return List.of(ColumnType.BYTES);
  }

  @Override
  public List<Column> states(int[] rows, int count) {
    int[][] ofGroups = new int[groups()][];
    for (int i = 0; i < count; i++) {
      int group = rows[i];
      if (ofGroups[group] == null && sets.size(group) > 0) {
        ofGroups[group] = sets.codes(group);
      }
    }
    int[] order = values.order(codesOf(ofGroups));
    int[] ranks = new int[values.size()];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    byte[][] written = new byte[ofGroups.length][];
    for (int group = 0; group < ofGroups.length; group++) {
      if (ofGroups[group] != null) {
        written[group] = write(ofGroups[group], ranks, order);
      }
    }
    byte[][] states = new byte[count][];
    for (int i = 0; i < count; i++) {
      states[i] = written[rows[i]];
    }
    return List.of(BytesColumn.of(states, count));
  }

  /** Returns the codes that are in any of these sets, each once. */
  private int[] codesOf(int[][] someSets) {
    boolean[] used = new boolean[values.size()];
    int distinct = 0;
    for (int[] set : someSets) {
      for (int i = 0; set != null && i < set.length; i++) {
        distinct += used[set[i]] ? 0 : 1;
        used[set[i]] = true;
      }
    }
    int[] usedCodes = new int[distinct];
    int next = 0;
    for (int code = 0; next < distinct; code++) {
      usedCodes[next] = code;
      next += used[code] ? 1 : 0;
    }
    return usedCodes;
  }

  private byte[] write(int[] set, int[] ranks, int[] order) {
    for (int i = 0; i < set.length; i++) {
      set[i] = ranks[set[i]];
    }
    Arrays.sort(set);
    for (int i = 0; i < set.length; i++) {
      set[i] = order[set[i]];
    }
    return values.write(set, set.length);
  }

  @Override
  public void merge(List<Column> states, int[] groups, int count) {
    BytesColumn theirs = (BytesColumn) states.get(0);
    for (int i = 0; i < count; i++) {
      if (!theirs.isNull(i)) {
        int group = groups[i];
        values.read(
            theirs.get(i),
            code -> {
              sets.ensureCodes(values.size());
              sets.add(group, code);
            });
      }
    }
  }

  /**
   * Looks up each of their values once, and then goes by numbers. Where there are no values yet and
   * most of theirs are wanted, their numbers are taken over, and sets are copied as they are.
   */
  @Override
  public void merge(Accumulators other, int[] rows, int[] groups, int count) {
    DistinctAccumulators theirs = (DistinctAccumulators) other;
    long[] used = new long[(theirs.values.size() + Long.SIZE - 1) / Long.SIZE];
    for (int i = 0; i < count; i++) {
      theirs.sets.mark(rows[i], used);
    }
    int distinct = 0;
    for (long word : used) {
      distinct += Long.bitCount(word);
    }
    if (values.size() == 0 && distinct >= theirs.values.size() / 2) {
      values = theirs.values.copy();
      sets.ensureCodes(values.size());
      for (int i = 0; i < count; i++) {
        sets.addAll(groups[i], theirs.sets, rows[i]);
      }
      return;
    }
    int[] ours = new int[theirs.values.size()];
    for (int word = 0; word < used.length; word++) {
      for (long rest = used[word]; rest != 0; rest &= rest - 1) {
        int code = word * Long.SIZE + Long.numberOfTrailingZeros(rest);
        ours[code] = values.encode(theirs.values, code);
      }
    }
    sets.ensureCodes(values.size());
    for (int i = 0; i < count; i++) {
      sets.addAll(groups[i], theirs.sets, rows[i], ours);
    }
  }

  @Override
  public Column finish() {
    long[] counts = new long[groups()];
    for (int group = 0; group < counts.length; group++) {
      counts[group] = sets.size(group);
    }
    return LongColumn.of(ColumnType.BIGINT, counts, counts.length);
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes()
        + sets.memoryBytes()
        + HeapSize.ofArray(codes.length, Integer.BYTES);
  }

  @Override
  public void settle() {
    codes = new int[0];
    values.settle();
  }
}

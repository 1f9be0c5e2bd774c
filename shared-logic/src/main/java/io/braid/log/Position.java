package io.braid.log;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A place in a topic: for each partition the next offset to read. As the cut of a batch view it
 * says that offsets below are in the view and those from it on are not. JSON: {@code {"0": 120,
 * "1": 95}}.
 */
public record Position(@JsonValue SortedMap<Integer, Long> offsets) {

  /** No partition at all. */
  public static final Position NONE = new Position(new TreeMap<>());

  @JsonCreator
  public Position {
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
  }

  /** Returns the position of these next offsets. */
  public static Position of(Map<Integer, Long> offsets) {
    return new Position(new TreeMap<>(offsets));
  }

  /** Returns the partitions that have an offset. */
  public Set<Integer> partitions() {
    return offsets.keySet();
  }

  /**
   * Returns the next offset of {@code partition}.
   *
   * @throws IllegalArgumentException when the partition has none
   */
  public long offset(int partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new IllegalArgumentException("No partition %d in %s".formatted(partition, offsets));
    }
    return offset;
  }

  /** Returns the next offset of {@code partition}, or {@code otherwise} when it has none. */
  public long offset(int partition, long otherwise) {
    return offsets.getOrDefault(partition, otherwise);
  }

  /** Returns whether every partition of {@code other} is here at its offset or further. */
  public boolean isAtOrPast(Position other) {
    return other.offsets.entrySet().stream()
        .allMatch(entry -> offset(entry.getKey(), -1) >= entry.getValue());
  }

  /** Returns the sum over partitions of how many offsets this lies behind {@code end}. */
  public long lag(Position end) {
    return end.offsets.entrySet().stream()
        .mapToLong(entry -> Math.max(0, entry.getValue() - offset(entry.getKey(), 0)))
        .sum();
  }

  @Override
  public String toString() {
    return offsets.toString();
  }
}

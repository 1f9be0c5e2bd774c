package io.braid.log;

/**
 * Offsets of one partition.
 *
 * @param from the first offset, inclusive
 * @param to the end, exclusive; not below {@code from}
 */
public record OffsetRange(int partition, long from, long to) {

  public OffsetRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          "Invalid offset range: partition %d [%d, %d)".formatted(partition, from, to));
    }
  }
}

package io.braid.time;

/**
 * How far event time has come in one partition, at one offset.
 *
 * @param highestMs the highest of min(event time, record timestamp) over the records below the
 *     offset, dead letters left out; {@link #NONE} before the first
 * @param lastTimestampMs the highest record timestamp among them; {@link #NONE} before the first
 */
public record PartitionTime(long highestMs, long lastTimestampMs) {

  /**
   * Before the first record: lower than every instant, and far enough from the end of the range.
   */
  public static final long NONE = Long.MIN_VALUE / 4;

  /** Nothing has been seen yet. */
  public static final PartitionTime START = new PartitionTime(NONE, NONE);

  /** Returns how far event time has come where both have been seen. */
  public PartitionTime max(PartitionTime other) {
    return new PartitionTime(
        Math.max(highestMs, other.highestMs), Math.max(lastTimestampMs, other.lastTimestampMs));
  }

  /** Returns whether a record has been seen. */
  public boolean hasStarted() {
    return highestMs != NONE;
  }
}

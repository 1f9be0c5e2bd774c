package io.braid.time;

import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;

/** The watermark of a source, made of those of its partitions. */
public final class SourceWatermark {

  private SourceWatermark() {}

  /**
   * Returns the least watermark of the partitions, leaving out the idle ones: those whose last
   * record is stamped more than {@code idleAfter} before the newest of all, and those without any.
   * A source whose partitions stand at 12:00, 12:02 and, without a record for an hour, 11:00 has
   * the watermark 12:00.
   *
   * @return epoch milliseconds; empty when no partition has seen a record
   */
  public static OptionalLong of(
      Collection<PartitionTime> partitions, Duration delay, Duration idleAfter) {
    long newest =
        partitions.stream()
            .mapToLong(PartitionTime::lastTimestampMs)
            .max()
            .orElse(PartitionTime.NONE);
    return partitions.stream()
        .filter(PartitionTime::hasStarted)
        .filter(partition -> newest - partition.lastTimestampMs() <= idleAfter.toMillis())
        .mapToLong(partition -> partition.highestMs() - delay.toMillis())
        .min();
  }
}

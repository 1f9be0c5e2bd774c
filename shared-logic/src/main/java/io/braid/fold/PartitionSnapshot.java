package io.braid.fold;

import io.braid.log.OffsetRange;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.util.List;

/**
 * A partition's fold as it stood at one position: all parts belong to that position.
 *
 * @param folded the offsets that the views hold; its end is the position
 * @param lost offsets below the position that the log no longer had when they were to be folded
 * @param time how far event time had come
 * @param counts since the start of the fold; metrics in the order of the source's definition
 * @param views of the metrics that were asked for, in that order; owned by the receiver
 * @param completeAsOfMs wall-clock epoch milliseconds: every record appended before is folded
 */
public record PartitionSnapshot(
    OffsetRange folded,
    List<OffsetRange> lost,
    PartitionTime time,
    FoldCounts counts,
    List<View> views,
    long completeAsOfMs) {

  public PartitionSnapshot {
    lost = List.copyOf(lost);
    views = List.copyOf(views);
  }

  /** Returns the partition. */
  public int partition() {
    return folded.partition();
  }

  /** Returns the next offset that the views do not hold. */
  public long position() {
    return folded.to();
  }
}

package io.braid.fold;

import io.braid.log.OffsetRange;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition's fold as it stood at one position: all parts belong to that position.
 *
 * @param folded the offsets that the views hold; its end is the position
 * @param lost offsets below the position that the log no longer had when they were to be folded
 * @param time how far event time had come
 * @param counts since the start of the fold; metrics in the order of the source's definition
 * @param views of the metrics that were asked for, in that order; owned by the receiver
 * @param completeAsOfMs wall-clock epoch milliseconds: every record appended before is folded; 0
 *     when no such moment is known
 * @param carrySize how much the fold holds of event ids
 */
public record PartitionSnapshot(
    OffsetRange folded,
    List<OffsetRange> lost,
    PartitionTime time,
    FoldCounts counts,
    List<View> views,
    long completeAsOfMs,
    CarrySize carrySize) {

  public PartitionSnapshot {
    lost = List.copyOf(lost);
    views = List.copyOf(views);
  }

  /** Makes the snapshot of a fold that is over and holds nothing in memory. */
  public PartitionSnapshot(
      OffsetRange folded,
      List<OffsetRange> lost,
      PartitionTime time,
      FoldCounts counts,
      List<View> views,
      long completeAsOfMs) {
    this(folded, lost, time, counts, views, completeAsOfMs, CarrySize.NONE);
  }

  /** Returns the partition. */
  public int partition() {
    return folded.partition();
  }

  /** Returns the next offset that the views do not hold. */
  public long position() {
    return folded.to();
  }

  /**
   * Returns the snapshot of both ranges together: {@code fold[a, b)} followed by {@code fold[b,
   * c)}, continued from the carry at b, is {@code fold[a, c)}.
   *
   * @throws IllegalArgumentException when {@code next} does not start where this ends
   */
  public PartitionSnapshot followedBy(PartitionSnapshot next) {
    return followedBy(next, views.stream().map(View::copy).toList());
  }

  /**
   * Returns the snapshot of both ranges together, see {@link #followedBy}, in the views of this
   * one, which is of no use then.
   *
   * @throws IllegalArgumentException when {@code next} does not start where this ends
   */
  public PartitionSnapshot absorb(PartitionSnapshot next) {
    return followedBy(next, views);
  }

  private PartitionSnapshot followedBy(PartitionSnapshot next, List<View> merged) {
    if (next.partition() != partition() || next.folded().from() != position()) {
      throw new IllegalArgumentException(
          "Cannot join folds: %s is not followed by %s".formatted(folded, next.folded()));
    }
    List<OffsetRange> lostInBoth = new ArrayList<>(lost);
    lostInBoth.addAll(next.lost());
    for (int i = 0; i < merged.size(); i++) {
      merged.get(i).merge(next.views().get(i));
    }
    return new PartitionSnapshot(
        new OffsetRange(partition(), folded.from(), next.position()),
        lostInBoth,
        next.time(),
        counts.plus(next.counts()),
        merged,
        next.completeAsOfMs(),
        next.carrySize());
  }
}

package io.braid.speed.figures;

import io.braid.fold.CarrySize;
import io.braid.fold.FoldCounts;
import io.braid.time.PartitionTime;
import java.util.Optional;

/**
 * A partition's fold in one generation; all but the checkpoint belongs to its position.
 *
 * @param level whether it has come as far as its partition is read, and is fed with it
 * @param position the next offset that it folds
 * @param counts since its start; what was folded before a restart or a move included
 * @param time how far event time has come
 * @param watermarkDelayMs how far behind the highest event time the watermark stays
 * @param remembered what it holds of event ids
 * @param checkpoint of it
 */
public record FoldStatus(
    int partition,
    boolean level,
    long position,
    FoldCounts counts,
    PartitionTime time,
    long watermarkDelayMs,
    CarrySize remembered,
    CheckpointStatus checkpoint) {

  /**
   * The checkpoints of a fold.
   *
   * @param written by this process
   * @param failures to write one
   * @param last the newest; empty when there is none yet
   */
  public record CheckpointStatus(long written, long failures, Optional<Last> last) {

    /** No checkpoint yet. */
    public static final CheckpointStatus NONE = new CheckpointStatus(0, 0, Optional.empty());
  }

  /**
   * The newest checkpoint: the one that was written last, or that the fold went on from.
   *
   * @param position that it holds
   * @param writtenMs when it was there, or was recovered
   * @param bytes of its file
   * @param tookMs from sealing to its being there; 0 for one that was recovered
   */
  public record Last(long position, long writtenMs, long bytes, long tookMs) {}
}

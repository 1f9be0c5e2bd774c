package io.braid.speed.figures;

import java.util.OptionalLong;

/**
 * A partition that this process holds.
 *
 * @param holding why
 * @param records read here, those read again included
 * @param bytes of their keys and values
 * @param position the next offset to be read
 * @param logEnd where the log ended when it was last asked: the last stable offset
 * @param completeAsOfMs everything appended before is folded
 * @param emittedTo all outputs below have been emitted; empty where this process emits none
 */
public record PartitionStatus(
    int partition,
    Holding holding,
    long records,
    long bytes,
    long position,
    OptionalLong logEnd,
    OptionalLong completeAsOfMs,
    OptionalLong emittedTo) {

  /** Why a partition is held. */
  public enum Holding {
    /** The group has given it to this process, which folds it and emits its outputs. */
    OWNED,
    /** Its owner is gone: it is folded here until the group has noticed, and nothing is emitted. */
    ADOPTED,
    /** It was handed over; what it stood at can be read for a while still. */
    LEFT
  }
}

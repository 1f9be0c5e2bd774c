package io.braid.fold;

/** Is told of the events that metrics drop as late, in offset order for each metric. */
@FunctionalInterface
public interface LateDrops {

  /** Takes no notice: what batch and replay do, which only count. */
  LateDrops COUNTED_ONLY = (offset, watermarkMs, metric) -> {};

  /**
   * An event was dropped.
   *
   * @param offset of its record
   * @param watermarkMs before the event: what it came too late for, epoch milliseconds
   * @param metric index in the order of the fold's plans
   */
  void dropped(long offset, long watermarkMs, int metric);
}

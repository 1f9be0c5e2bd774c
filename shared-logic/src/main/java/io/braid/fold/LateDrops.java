package io.braid.fold;

/** Is told of the events that metrics drop as late, in offset order for each metric. */
@FunctionalInterface
public interface LateDrops {

  /** Takes no notice: what batch and replay do, which only count. */
  LateDrops COUNTED_ONLY = (offset, metric) -> {};

  /**
   * An event was dropped.
   *
   * @param offset of its record
   * @param metric index in the order of the fold's plans
   */
  void dropped(long offset, int metric);
}

package io.braid.definition;

import java.time.ZoneId;

/**
 * When runs of a source are started by themselves.
 *
 * @param source the name of the source
 * @param cron in Quartz's notation, with seconds
 * @param mode of the runs
 * @param timeZone that the cron expression is read in
 */
public record Schedule(String source, String cron, Mode mode, ZoneId timeZone) {

  /** What a run folds. */
  public enum Mode {
    /** All of the archive. */
    FULL,
    /** What came after the served run. */
    INCREMENTAL
  }
}

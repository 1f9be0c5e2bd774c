package io.braid.decode;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;

/**
 * Consecutive records of one partition, decoded.
 *
 * <p>Row {@code i} of every part belongs to one record. A dead letter has NULL in every column and
 * a reason. Rows are in offset order; offsets may skip.
 */
public final class EventBatch {

  private final Batch columns;
  private final LongColumn eventTimes;
  private final long[] offsets;
  private final long[] timestampsMs;
  private final String[] reasons;
  private final EventIds ids;

  /**
   * Makes a batch of these parts, not copied.
   *
   * @param columns as in the {@link RecordSchema}; a column that nobody asked for may be missing
   *     from the end of what is read, never its index
   * @param eventTimes epoch milliseconds; NULL for dead letters alone
   * @param timestampsMs the records' own timestamps, epoch milliseconds
   * @param reasons why a record is a dead letter; null where it is none
   */
  public EventBatch(
      Batch columns,
      LongColumn eventTimes,
      long[] offsets,
      long[] timestampsMs,
      String[] reasons,
      EventIds ids) {
    this.columns = columns;
    this.eventTimes = eventTimes;
    this.offsets = offsets;
    this.timestampsMs = timestampsMs;
    this.reasons = reasons;
    this.ids = ids;
  }

  /** Returns the number of records, dead letters included. */
  public int size() {
    return columns.size();
  }

  /** Returns the typed columns. */
  public Batch columns() {
    return columns;
  }

  /** Returns the event times, epoch milliseconds; NULL for dead letters. */
  public LongColumn eventTimes() {
    return eventTimes;
  }

  /** Returns the records' offsets. */
  public LongColumn offsets() {
    return LongColumn.of(ColumnType.BIGINT, offsets, size());
  }

  /** Returns the record's offset in its partition. */
  public long offset(int row) {
    return offsets[row];
  }

  /** Returns the record's own timestamp, epoch milliseconds. */
  public long timestampMs(int row) {
    return timestampsMs[row];
  }

  /** Returns the event time, epoch milliseconds; meaningless for a dead letter. */
  public long eventTimeMs(int row) {
    return eventTimes.get(row);
  }

  /** Returns whether the record is part of no view. */
  public boolean isDeadLetter(int row) {
    return reasons[row] != null;
  }

  /** Returns why the record at {@code row} is a dead letter; null when it is none. */
  public String reason(int row) {
    return reasons[row];
  }

  /** Returns the events' ids; all absent when the source has no duplicate rule. */
  public EventIds ids() {
    return ids;
  }
}

package io.braid.fold;

import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.decode.EventBatch;
import java.util.Arrays;
import java.util.List;

/** The columns by which events are told apart in time and log, behind those of the source. */
final class EventOrder {

  /** Event time, partition and offset. */
  static final int WIDTH = 3;

  private EventOrder() {}

  /** Returns the columns of {@code batch} and behind them event time, partition and offset. */
  static Batch behind(EventBatch batch, int partition) {
    long[] partitions = new long[batch.size()];
    Arrays.fill(partitions, partition);
    return batch
        .columns()
        .with(
            List.of(
                batch.eventTimes(),
                LongColumn.of(ColumnType.BIGINT, partitions, partitions.length),
                batch.offsets()));
  }
}

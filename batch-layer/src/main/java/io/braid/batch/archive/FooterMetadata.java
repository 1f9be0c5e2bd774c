package io.braid.batch.archive;

import io.braid.decode.EventBatch;
import io.braid.store.ArchiveFile;
import io.braid.store.ParquetColumns;
import io.braid.time.PartitionTime;
import java.util.Map;

/** What the footer of an archive file states, gathered while its records are written. */
final class FooterMetadata {

  private final String stamp;
  private PartitionTime time = PartitionTime.START;

  /**
   * Starts with no records.
   *
   * @param stamp of the decoder, see {@link ArchiveFile#stamp}
   */
  FooterMetadata(String stamp) {
    this.stamp = stamp;
  }

  /** Takes in records as the decoder made them. */
  void add(EventBatch batch) {
    for (int row = 0; row < batch.size(); row++) {
      if (!batch.isDeadLetter(row)) {
        long timestampMs = batch.timestampMs(row);
        long timeMs = Math.min(batch.eventTimeMs(row), timestampMs);
        time = time.max(new PartitionTime(timeMs, timestampMs));
      }
    }
  }

  Map<String, String> toMap() {
    return Map.of(ParquetColumns.STAMP, stamp, ArchiveFile.TIME, ArchiveFile.timeText(time));
  }
}

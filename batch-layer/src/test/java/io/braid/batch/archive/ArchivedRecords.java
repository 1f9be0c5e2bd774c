package io.braid.batch.archive;

import io.braid.definition.Source;
import io.braid.store.ArchiveFile;
import io.braid.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Writes records into an archive the way the archiver does, without a broker. */
public final class ArchivedRecords {

  private ArchivedRecords() {}

  /** A record of one partition; a null value is a tombstone. */
  public record Raw(long offset, long timestampMs, byte[] value) {

    public Raw(long offset, long timestampMs, String value) {
      this(offset, timestampMs, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Archives {@code records} of one partition as one file that ends at {@code to}. */
  public static void write(
      Store store,
      Source source,
      String topicId,
      int partition,
      long from,
      long to,
      List<Raw> records)
      throws IOException {
    try (PartitionWriter writer =
        new PartitionWriter(
            store,
            store.archive(source.name(), topicId, partition),
            ArchiveFile.schema(source.schema()),
            ArchiveFile.stamp(source),
            source.decoder(),
            from)) {
      for (Raw raw : records) {
        byte[] key = raw.offset() % 3 == 0 ? null : "key".getBytes(StandardCharsets.UTF_8);
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < raw.offset() % 3; i++) {
          headers.add("header " + i, i == 1 ? null : new byte[] {(byte) raw.offset()});
        }
        writer.append(
            new ConsumerRecord<>(
                source.topic(),
                partition,
                raw.offset(),
                raw.timestampMs(),
                TimestampType.CREATE_TIME,
                0,
                raw.value() == null ? 0 : raw.value().length,
                key,
                raw.value(),
                headers,
                Optional.empty()));
      }
      writer.roll(to);
    }
  }
}

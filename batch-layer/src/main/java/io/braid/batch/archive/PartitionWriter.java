package io.braid.batch.archive;

import io.braid.column.Column;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.store.ArchiveFile;
import io.braid.store.ArchiveListing;
import io.braid.store.ParquetColumns;
import io.braid.store.Store;
import io.braid.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * Writes one partition's records, in offset order, into files that follow each other without a gap.
 */
final class PartitionWriter implements AutoCloseable {

  private static final int ROWS_A_BATCH = 4096;

  private final Store store;
  private final Path folder;
  private final Schema schema;
  private final Schema headerSchema;
  private final String stamp;
  private final Decoder decoder;
  private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();

  private long from;
  private FooterMetadata metadata;
  private Path temporary;
  private ParquetWriter<GenericRecord> writer;

  /**
   * Starts writing at {@code from}, the offset at which the archive ends.
   *
   * @param stamp of the decoder, see {@link ArchiveFile#stamp}
   * @param decoder of all columns, for this partition alone
   */
  PartitionWriter(
      Store store, Path folder, Schema schema, String stamp, Decoder decoder, long from) {
    this.store = store;
    this.folder = folder;
    this.schema = schema;
    this.headerSchema = schema.getField(ArchiveFile.HEADERS).schema().getElementType();
    this.stamp = stamp;
    this.metadata = new FooterMetadata(stamp);
    this.decoder = decoder;
    this.from = from;
  }

  /** Returns the first offset of the file being written. */
  long from() {
    return from;
  }

  void append(ConsumerRecord<byte[], byte[]> record) throws IOException {
    decoder.append(record.offset(), record.timestamp(), record.value());
    pending.add(record);
    if (pending.size() >= ROWS_A_BATCH) {
      writePending();
    }
  }

  /** Returns about how many bytes the file being written will have. */
  long bytes() {
    return writer == null ? 0 : writer.getDataSize();
  }

  /**
   * Finishes the file being written: it holds [from, {@code to}), and the next one starts there.
   */
  void roll(long to) throws IOException {
    if (to == from) {
      return;
    }
    writePending();
    ParquetWriter<GenericRecord> finished = writer();
    writer = null;
    finished.close();
    Path name = new Path(folder, ArchiveListing.fileName(from, to));
    if (!store.publish(temporary, name)) {
      throw new StoreException(
          "Cannot archive %s: the file is there already; is another Braid using this store?"
              .formatted(name));
    }
    from = to;
  }

  private ParquetWriter<GenericRecord> writer() throws IOException {
    if (writer == null) {
      store.makeFolder(folder);
      temporary = store.temporary(folder);
      metadata = new FooterMetadata(stamp);
      writer = ParquetColumns.open(temporary, schema, metadata::toMap);
    }
    return writer;
  }

  private void writePending() throws IOException {
    EventBatch batch = decoder.take();
    List<Column> columns = columns(batch);
    ParquetWriter<GenericRecord> file = writer();
    for (int row = 0; row < pending.size(); row++) {
      file.write(row(pending.get(row), batch.reason(row), columns, row));
    }
    metadata.add(batch);
    pending.clear();
  }

  static List<Column> columns(EventBatch batch) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < batch.columns().width(); i++) {
      columns.add(batch.columns().column(i));
    }
    return columns;
  }

  private GenericRecord row(
      ConsumerRecord<byte[], byte[]> raw, String reason, List<Column> columns, int row) {
    GenericRecord record = new GenericData.Record(schema);
    record.put(ArchiveFile.OFFSET, raw.offset());
    record.put(ArchiveFile.TIMESTAMP, raw.timestamp());
    record.put(ArchiveFile.KEY, wrap(raw.key()));
    record.put(ArchiveFile.VALUE, wrap(raw.value()));
    record.put(ArchiveFile.HEADERS, headers(raw));
    putDecoded(record, reason, columns, row);
    return record;
  }

  /** Sets the part of an archived record that is a cache: what the decoder made of its value. */
  static void putDecoded(GenericRecord record, String reason, List<Column> columns, int row) {
    record.put(ArchiveFile.ERROR, reason);
    for (int i = 0; i < columns.size(); i++) {
      record.put(ArchiveFile.RAW.size() + i, ParquetColumns.value(columns.get(i), row));
    }
  }

  private List<GenericRecord> headers(ConsumerRecord<byte[], byte[]> raw) {
    List<GenericRecord> headers = new ArrayList<>();
    for (Header header : raw.headers()) {
      GenericRecord record = new GenericData.Record(headerSchema);
      record.put("key", header.key());
      record.put("value", wrap(header.value()));
      headers.add(record);
    }
    return headers;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** Gives up the file being written; what was rolled stays. */
  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
      store.delete(temporary);
    }
  }
}

package io.braid.batch.archive;

import io.braid.column.Column;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.definition.Source;
import io.braid.log.Topics;
import io.braid.store.ArchiveFile;
import io.braid.store.ArchiveListing;
import io.braid.store.ParquetColumns;
import io.braid.store.Store;
import io.braid.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the decoded columns of an archive up to date after a change of its source's definition, so
 * that recomputes read columns again instead of decoding every raw value.
 *
 * <p>A file whose stamp is not the source's is written anew beside itself, with the raw columns as
 * they are and the decoded ones as the decoder of today has them, and then put in its own place in
 * one step: a crash at any moment leaves the one or the other, whole, and a listing never changes.
 * On file systems that cannot replace in one step nothing is done; recomputes go on decoding.
 *
 * <p>Nobody else may read or write the source's archive meanwhile: callers use the thread of its
 * runs. Who asks for a file's length and then opens it could meet two files.
 */
public final class ArchiveRenewal {

  private static final Logger LOG = LoggerFactory.getLogger(ArchiveRenewal.class);

  private static final int ROWS_A_BATCH = 4096;

  private final Store store;

  /** Stamps of files, which need not be opened to be asked again. */
  private final Map<Path, String> stamps = new ConcurrentHashMap<>();

  public ArchiveRenewal(Store store) {
    this.store = store;
  }

  /**
   * What a call did.
   *
   * @param files written anew
   * @param records in them
   * @param isComplete whether every file of the archive carries the stamp now; false when the call
   *     gave way
   */
  public record Outcome(int files, long records, boolean isComplete) {}

  /**
   * Writes every file anew that has another stamp, one at a time.
   *
   * @param giveWay asked between batches of records; once true the file at work stays as it was and
   *     the call ends
   * @throws StoreException when a file cannot be read or written; those before are done
   */
  public Outcome renew(Source source, Topics.Topic topic, BooleanSupplier giveWay) {
    int files = 0;
    long records = 0;
    boolean isComplete = store.replacesAtOnce();
    for (int partition = 0; isComplete && partition < topic.partitions(); partition++) {
      Path folder = store.archive(source.name(), topic.id(), partition);
      store.deleteTemporaries(folder);
      for (ArchiveListing.Entry file : ArchiveListing.of(store, folder).files()) {
        if (giveWay.getAsBoolean()) {
          isComplete = false;
          break;
        }
        if (isCurrent(source, file.path())) {
          continue;
        }
        if (!renew(source, folder, file.path(), giveWay)) {
          isComplete = false;
          break;
        }
        files++;
        records += ArchiveFile.recordsIn(file.path());
      }
    }
    if (files > 0) {
      LOG.info(
          "Decoded {} files of the archive of source {} again, {} records, as it is defined now",
          files,
          source.name(),
          records);
    }
    return new Outcome(files, records, isComplete);
  }

  private boolean isCurrent(Source source, Path file) {
    return stamps.computeIfAbsent(file, ArchiveFile::stampOf).equals(ArchiveFile.stamp(source));
  }

  /** Writes one file anew; returns false, with the file as it was, when the call gives way. */
  private boolean renew(Source source, Path folder, Path file, BooleanSupplier giveWay) {
    Path temporary = store.temporary(folder);
    try {
      if (!copy(source, file, temporary, giveWay)) {
        store.delete(temporary);
        return false;
      }
      long before = ArchiveFile.recordsIn(file);
      long after = ArchiveFile.recordsIn(temporary);
      if (before != after) { // the raw records may be nowhere else any more
        throw new IOException("it holds %d records, its copy %d".formatted(before, after));
      }
      store.replace(temporary, file);
      stamps.put(file, ArchiveFile.stamp(source));
      return true;
    } catch (IOException | RuntimeException e) {
      store.delete(temporary);
      throw new StoreException("Cannot renew %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private boolean copy(Source source, Path file, Path temporary, BooleanSupplier giveWay)
      throws IOException {
    Schema schema = ArchiveFile.schema(source.schema());
    Decoder decoder = source.decoder();
    FooterMetadata metadata = new FooterMetadata(ArchiveFile.stamp(source));
    List<GenericRecord> pending = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader = open(file);
        ParquetWriter<GenericRecord> writer =
            ParquetColumns.open(temporary, schema, metadata::toMap)) {
      for (GenericRecord raw = reader.read(); raw != null; raw = reader.read()) {
        decoder.append(
            (Long) raw.get(ArchiveFile.OFFSET),
            (Long) raw.get(ArchiveFile.TIMESTAMP),
            bytes((ByteBuffer) raw.get(ArchiveFile.VALUE)));
        pending.add(raw);
        if (pending.size() == ROWS_A_BATCH) {
          write(pending, decoder.take(), schema, writer, metadata);
          if (giveWay.getAsBoolean()) {
            return false;
          }
        }
      }
      write(pending, decoder.take(), schema, writer, metadata);
      return true;
    }
  }

  private static ParquetReader<GenericRecord> open(Path file) throws IOException {
    Configuration settings = Store.configuration();
    AvroReadSupport.setRequestedProjection(settings, ArchiveFile.rawSchema());
    AvroReadSupport.setAvroReadSchema(settings, ArchiveFile.rawSchema());
    return AvroParquetReader.<GenericRecord>builder(HadoopInputFile.fromPath(file, settings))
        .withDataModel(GenericData.get())
        .withConf(settings)
        .build();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static void write(
      List<GenericRecord> raws,
      EventBatch batch,
      Schema schema,
      ParquetWriter<GenericRecord> writer,
      FooterMetadata metadata)
      throws IOException {
    List<Column> columns = PartitionWriter.columns(batch);
    for (int row = 0; row < raws.size(); row++) {
      GenericRecord record = new GenericData.Record(schema);
      for (Schema.Field field : raws.get(row).getSchema().getFields()) {
        record.put(field.name(), raws.get(row).get(field.pos()));
      }
      PartitionWriter.putDecoded(record, batch.reason(row), columns, row);
      writer.write(record);
    }
    metadata.add(batch);
    raws.clear();
  }
}

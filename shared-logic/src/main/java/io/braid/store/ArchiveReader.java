package io.braid.store;

import io.braid.column.ColumnType;
import io.braid.log.OffsetRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.Operators.LongColumn;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * Reads records of a source's archive as they came, for a fold whose position the log no longer
 * has: what the archive has need not be lost. Files may be added and renewed meanwhile. Safe to
 * share between threads.
 */
public final class ArchiveReader {

  private static final Schema COLUMNS =
      ParquetColumns.record(
          "archived",
          List.of(
              ParquetColumns.field(ArchiveFile.OFFSET, ColumnType.BIGINT),
              ParquetColumns.field(ArchiveFile.TIMESTAMP, ColumnType.TIMESTAMP),
              ParquetColumns.field(ArchiveFile.VALUE, ColumnType.BYTES)));

  private static final LongColumn OFFSETS = FilterApi.longColumn(ArchiveFile.OFFSET);

  private static final int MOST_RECORDS = 4096;

  /** With what a poll of the log brings at most in mind. */
  private static final int MOST_BYTES = 4 << 20;

  /** A file that was replaced between asking for its length and opening it is whole next time. */
  private static final int ATTEMPTS = 3;

  private final Store store;
  private final String source;
  private final String topicId;

  public ArchiveReader(Store store, String source, String topicId) {
    this.store = store;
    this.source = source;
    this.topicId = topicId;
  }

  /** Records of one partition in offset order; at most 4096, and no more once they take 4 MB. */
  public static final class Records {

    private final List<GenericRecord> records = new ArrayList<>();
    private long next;

    private Records(long next) {
      this.next = next;
    }

    /** Returns how many records there are, maybe none. */
    public int size() {
      return records.size();
    }

    /** Returns the offset of a record. */
    public long offset(int index) {
      return offset(records.get(index));
    }

    private static long offset(GenericRecord record) {
      return (Long) record.get(ArchiveFile.OFFSET);
    }

    /** Returns a record's own timestamp, epoch milliseconds. */
    public long timestampMs(int index) {
      return (Long) records.get(index).get(ArchiveFile.TIMESTAMP);
    }

    /** Returns a record's value as it came; null when it had none. */
    public byte[] value(int index) {
      ByteBuffer value = value(records.get(index));
      if (value == null) {
        return null;
      }
      byte[] bytes = new byte[value.remaining()];
      value.duplicate().get(bytes);
      return bytes;
    }

    private static ByteBuffer value(GenericRecord record) {
      return (ByteBuffer) record.get(ArchiveFile.VALUE);
    }

    /** Returns the offset that comes next: below it there are no records but these and earlier. */
    public long next() {
      return next;
    }
  }

  /**
   * Returns up to where the archive has a partition's records from {@code from} on without a hole
   * or a gap, exclusive; {@code from} when it does not have that offset.
   */
  public long reach(int partition, long from) {
    List<ArchiveListing.Entry> files =
        ArchiveListing.filesFrom(store, store.archive(source, topicId, partition), from);
    return files.isEmpty() ? from : files.get(files.size() - 1).to();
  }

  /**
   * Hands over the records of a range, as far as the archive has it from its start on without a
   * hole or a gap.
   *
   * @param range of offsets
   * @param consumer is given records in offset order; what it throws ends the reading
   * @return the first offset that was not handed over: the end of the range, or where the archive
   *     ends or misses something
   * @throws StoreException when a file cannot be read
   */
  public long read(OffsetRange range, Consumer<Records> consumer) {
    long next = range.from();
    Path folder = store.archive(source, topicId, range.partition());
    for (ArchiveListing.Entry file : ArchiveListing.filesFrom(store, folder, range.from())) {
      long end = Math.min(file.to(), range.to());
      for (int attempt = 1; next < end; attempt++) {
        try (ParquetReader<GenericRecord> reader = open(file.path(), next, end)) {
          while (next < end) {
            Records records = take(reader, next, end);
            next = records.next();
            consumer.accept(records);
          }
        } catch (IOException | ReadingException e) {
          if (attempt == ATTEMPTS) {
            throw new StoreException(
                "Cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
          }
        }
      }
    }
    return next;
  }

  /** What went wrong in the reader, and not in who consumes. */
  private static final class ReadingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ReadingException(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static ParquetReader<GenericRecord> open(Path file, long from, long to)
      throws IOException {
    Configuration settings = Store.configuration();
    AvroReadSupport.setRequestedProjection(settings, COLUMNS);
    AvroReadSupport.setAvroReadSchema(settings, COLUMNS);
    return AvroParquetReader.<GenericRecord>builder(HadoopInputFile.fromPath(file, settings))
        .withDataModel(GenericData.get())
        .withConf(settings)
        .withFilter(
            FilterCompat.get(
                FilterApi.and(FilterApi.gtEq(OFFSETS, from), FilterApi.lt(OFFSETS, to))))
        .build();
  }

  private static Records take(ParquetReader<GenericRecord> reader, long from, long to) {
    Records taken = new Records(from);
    try {
      for (long bytes = 0; taken.size() < MOST_RECORDS && bytes < MOST_BYTES; ) {
        GenericRecord record = reader.read();
        if (record == null) {
          taken.next = to;
          break;
        }
        taken.records.add(record);
        taken.next = Records.offset(record) + 1;
        ByteBuffer value = Records.value(record);
        bytes += value == null ? 0 : value.remaining();
      }
      return taken;
    } catch (IOException | RuntimeException e) { // damaged pages are unchecked exceptions
      throw new ReadingException(e);
    }
  }
}

package io.braid.store;

import io.braid.column.ColumnType;
import io.braid.decode.RecordSchema;
import io.braid.definition.Source;
import io.braid.time.PartitionTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * The columns of an archive file: every record raw, and beside it the decoded columns of the source
 * under their own names. The decoded columns are a cache: they hold what the decoder of the
 * fingerprint under {@link ParquetColumns#STAMP} made of {@code _value}, and count for no other.
 */
public final class ArchiveFile {

  /** The record's offset, BIGINT. */
  public static final String OFFSET = "_offset";

  /** The record's own timestamp, TIMESTAMP. */
  public static final String TIMESTAMP = "_timestamp";

  /** The record's key as it came, BYTES or NULL. */
  public static final String KEY = "_key";

  /** The record's value as it came, BYTES or NULL. */
  public static final String VALUE = "_value";

  /** The record's headers as they came: a list of (key, value). */
  public static final String HEADERS = "_headers";

  /** Why the record is a dead letter, STRING; NULL when it is none. */
  public static final String ERROR = "_error";

  /**
   * Key of the file metadata under which a file says how far event time comes in it, as {@link
   * #timeText} writes it, for the decoder of its stamp.
   */
  public static final String TIME = "braid.time";

  /** The names of the columns that every archive file has. */
  public static final List<String> RAW = List.of(OFFSET, TIMESTAMP, KEY, VALUE, HEADERS, ERROR);

  private static final Pattern TIME_TEXT = Pattern.compile("(-?\\d{1,19}) (-?\\d{1,19})");

  private ArchiveFile() {}

  /**
   * Returns the stamp of files whose decoded columns are those of {@code source}: its decoder and,
   * because columns are found by it, the name of each.
   */
  public static String stamp(Source source) {
    String names =
        source.schema().columns().stream()
            .map(RecordSchema.Field::name)
            .collect(Collectors.joining(","));
    return source.decodeFingerprint() + " " + names;
  }

  /** Returns the text of a file's own time: highest event time and last timestamp. */
  public static String timeText(PartitionTime time) {
    return time.highestMs() + " " + time.lastTimestampMs();
  }

  /**
   * Returns how far event time comes in a file: the highest min(event time, record timestamp) and
   * the highest record timestamp over its records, dead letters left out. Empty when the file does
   * not say, or says it of what another decoder made.
   *
   * @throws StoreException when the file cannot be read
   */
  public static Optional<PartitionTime> time(Path file, Source source) {
    Map<String, String> metadata = footer(file).getFileMetaData().getKeyValueMetaData();
    Matcher time = TIME_TEXT.matcher(metadata.getOrDefault(TIME, ""));
    return time.matches() && stamp(source).equals(metadata.get(ParquetColumns.STAMP))
        ? Optional.of(
            new PartitionTime(Long.parseLong(time.group(1)), Long.parseLong(time.group(2))))
        : Optional.empty();
  }

  /**
   * Returns the stamp that a file carries, empty when it has none.
   *
   * @throws StoreException when the file cannot be read
   */
  public static String stampOf(Path file) {
    return footer(file)
        .getFileMetaData()
        .getKeyValueMetaData()
        .getOrDefault(ParquetColumns.STAMP, "");
  }

  /**
   * Returns how many records a file holds.
   *
   * @throws StoreException when the file cannot be read
   */
  public static long recordsIn(Path file) {
    return footer(file).getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  private static ParquetMetadata footer(Path file) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, Store.configuration()))) {
      return reader.getFooter();
    } catch (IOException | RuntimeException e) { // a broken footer is an unchecked exception
      throw new StoreException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Returns the part of {@link #schema} that does not depend on a source: everything of a record as
   * it came.
   */
  public static Schema rawSchema() {
    return ParquetColumns.record("archived", rawFields().subList(0, RAW.size() - 1));
  }

  /**
   * Returns the schema of files of a source: the raw columns in the order of {@link #RAW}, then its
   * own.
   */
  public static Schema schema(RecordSchema source) {
    List<Schema.Field> fields = rawFields();
    for (RecordSchema.Field field : source.columns()) {
      fields.add(ParquetColumns.field(ParquetColumns.fileName(field.name()), field.type()));
    }
    return ParquetColumns.record("archived", fields);
  }

  private static List<Schema.Field> rawFields() {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(ParquetColumns.field(OFFSET, ColumnType.BIGINT));
    fields.add(ParquetColumns.field(TIMESTAMP, ColumnType.TIMESTAMP));
    fields.add(ParquetColumns.field(KEY, ColumnType.BYTES));
    fields.add(ParquetColumns.field(VALUE, ColumnType.BYTES));
    Schema header =
        ParquetColumns.record(
            "header",
            List.of(
                ParquetColumns.field("key", ColumnType.STRING),
                ParquetColumns.field("value", ColumnType.BYTES)));
    fields.add(new Schema.Field(HEADERS, Schema.createArray(header), null, null));
    fields.add(ParquetColumns.field(ERROR, ColumnType.STRING));
    return fields;
  }
}

package io.braid.store;

import io.braid.column.ColumnType;
import io.braid.decode.RecordSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

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

  /** The names of the columns that every archive file has. */
  public static final List<String> RAW = List.of(OFFSET, TIMESTAMP, KEY, VALUE, HEADERS, ERROR);

  private ArchiveFile() {}

  /**
   * Returns the schema of files of a source: the raw columns in the order of {@link #RAW}, then its
   * own.
   */
  public static Schema schema(RecordSchema source) {
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
    for (RecordSchema.Field field : source.columns()) {
      fields.add(ParquetColumns.field(field.name(), field.type()));
    }
    return ParquetColumns.record("archived", fields);
  }
}

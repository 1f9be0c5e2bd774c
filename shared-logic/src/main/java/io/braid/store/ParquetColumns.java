package io.braid.store;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;

/** How typed columns stand in Parquet files, by way of Avro; every column may hold NULL. */
public final class ParquetColumns {

  /** Key of the file metadata under which a file says by which fingerprint it was made. */
  public static final String STAMP = "braid.fingerprint";

  private ParquetColumns() {}

  /** Returns an optional field: null or a value of {@code type}. */
  public static Schema.Field field(String name, ColumnType type) {
    return new Schema.Field(
        name, Schema.createUnion(Schema.create(Schema.Type.NULL), schema(type)), null, null);
  }

  private static Schema schema(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> Schema.create(Schema.Type.STRING);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(Schema.Type.INT);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case DECIMAL ->
          LogicalTypes.decimal(type.precision(), type.scale())
              .addToSchema(Schema.create(Schema.Type.BYTES));
      case TIMESTAMP -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case BYTES -> Schema.create(Schema.Type.BYTES);
    };
  }

  /** Returns the value at {@code row} as Avro writes it. */
  public static Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    if (column instanceof StringColumn texts) {
      return texts.get(row);
    } else if (column instanceof DoubleColumn doubles) {
      return doubles.get(row);
    } else if (column instanceof DecimalColumn decimals) {
      return ByteBuffer.wrap(decimals.get(row).unscaledValue().toByteArray());
    } else if (column instanceof BytesColumn bytes) {
      return ByteBuffer.wrap(bytes.get(row));
    }
    long value = ((LongColumn) column).get(row);
    return switch (column.type().kind()) {
      case BOOLEAN -> value != 0;
      case INT, DATE -> (int) value;
      default -> value;
    };
  }

  /**
   * Opens a file for writing: zstd, plain GenericRecords.
   *
   * @param metadata kept in the file's footer
   */
  public static ParquetWriter<GenericRecord> open(
      Path file, Schema schema, Map<String, String> metadata) throws IOException {
    return AvroParquetWriter.<GenericRecord>builder(
            HadoopOutputFile.fromPath(file, Store.configuration()))
        .withSchema(schema)
        .withDataModel(GenericData.get())
        .withConf(Store.configuration())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
        .withExtraMetaData(metadata)
        .build();
  }

  /** Returns a record schema of these fields. */
  public static Schema record(String name, List<Schema.Field> fields) {
    return Schema.createRecord(name, null, "io.braid", false, fields);
  }
}

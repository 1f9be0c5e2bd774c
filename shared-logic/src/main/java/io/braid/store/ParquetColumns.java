package io.braid.store;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;

/** How typed columns stand in Parquet files, by way of Avro; every column may hold NULL. */
public final class ParquetColumns {

  /** Key of the file metadata under which a file says by which fingerprint it was made. */
  public static final String STAMP = "braid.fingerprint";

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  /** Small enough that who reads some minutes of a large file can skip most of it by statistics. */
  private static final int ROWS_A_GROUP = 65_536;

  private ParquetColumns() {}

  /**
   * Returns the name under which a column that users named stands in a file: its own where Avro
   * takes it and no column of ours can have it, else {@code _k} and the name with all but letters
   * and digits written by code: {@code a.b} becomes {@code _ka_2e_b}.
   */
  public static String fileName(String column) {
    if (PLAIN_NAME.matcher(column).matches()) {
      return column;
    }
    StringBuilder escaped = new StringBuilder("_k");
    column
        .codePoints()
        .forEach(
            c -> {
              if (c < 128 && Character.isLetterOrDigit(c)) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('_').append(Integer.toHexString(c)).append('_');
              }
            });
    return escaped.toString();
  }

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
      case DECIMAL -> decimal(type);
      case TIMESTAMP -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case BYTES -> Schema.create(Schema.Type.BYTES);
    };
  }

  /**
   * Decimals are fixed-length bytes, as few as their digits need: Spark's vectorised reader takes
   * small ones in no other form.
   */
  private static Schema decimal(ColumnType type) {
    int bytes = BigInteger.TEN.pow(type.precision()).bitLength() / 8 + 1;
    String name = "decimal_%d_%d".formatted(type.precision(), type.scale());
    return LogicalTypes.decimal(type.precision(), type.scale())
        .addToSchema(Schema.createFixed(name, null, "io.braid", bytes));
  }

  private static GenericData.Fixed fixed(BigDecimal value, Schema schema) {
    byte[] shortest = value.unscaledValue().toByteArray();
    byte[] bytes = new byte[schema.getFixedSize()];
    Arrays.fill(bytes, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, bytes, bytes.length - shortest.length, shortest.length);
    return new GenericData.Fixed(schema, bytes);
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
      return fixed(decimals.get(row), decimal(column.type()));
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

  /** Returns the column of values as Avro reads them; null is NULL. */
  static Column column(ColumnType type, List<Object> values) {
    int size = values.size();
    switch (type.kind()) {
      case STRING -> {
        StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), size);
        for (Object value : values) {
          if (value == null) {
            texts.appendNull();
          } else {
            texts.append(value.toString());
          }
        }
        return texts.build();
      }
      case DOUBLE -> {
        DoubleColumn.Builder doubles = new DoubleColumn.Builder(size);
        for (Object value : values) {
          if (value == null) {
            doubles.appendNull();
          } else {
            doubles.append((Double) value);
          }
        }
        return doubles.build();
      }
      case DECIMAL -> {
        DecimalColumn.Builder decimals = new DecimalColumn.Builder(type, size);
        for (Object value : values) {
          decimals.append(
              value == null ? null : new BigDecimal(new BigInteger(bytes(value)), type.scale()));
        }
        return decimals.build();
      }
      case BYTES -> {
        BytesColumn.Builder bytes = new BytesColumn.Builder(size);
        for (Object value : values) {
          bytes.append(value == null ? null : bytes(value));
        }
        return bytes.build();
      }
      default -> {
        LongColumn.Builder longs = new LongColumn.Builder(type, size);
        for (Object value : values) {
          if (value == null) {
            longs.appendNull();
          } else {
            longs.append(value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).longValue());
          }
        }
        return longs.build();
      }
    }
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericData.Fixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /**
   * Opens a file for writing: zstd, plain GenericRecords.
   *
   * @param metadata kept in the file's footer
   */
  public static ParquetWriter<GenericRecord> open(
      Path file, Schema schema, Map<String, String> metadata) throws IOException {
    return open(file, schema, () -> metadata);
  }

  /**
   * Opens a file for writing, see {@link #open(Path, Schema, Map)}.
   *
   * @param metadata asked for when all rows are written
   */
  public static ParquetWriter<GenericRecord> open(
      Path file, Schema schema, Supplier<Map<String, String>> metadata) throws IOException {
    return new Builder(HadoopOutputFile.fromPath(file, Store.configuration()), schema, metadata)
        .withConf(Store.configuration())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
        .withRowGroupRowCountLimit(ROWS_A_GROUP)
        .build();
  }

  /** Makes writers whose footer may tell of what was written. */
  private static final class Builder extends ParquetWriter.Builder<GenericRecord, Builder> {

    private final Schema schema;
    private final Supplier<Map<String, String>> metadata;

    Builder(OutputFile file, Schema schema, Supplier<Map<String, String>> metadata) {
      super(file);
      this.schema = schema;
      this.metadata = metadata;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // the one that a builder has to have
    protected WriteSupport<GenericRecord> getWriteSupport(Configuration conf) {
      MessageType columns = new AvroSchemaConverter(conf).convert(schema);
      return new AvroWriteSupport<>(columns, schema, GenericData.get()) {
        @Override
        public FinalizedWriteContext finalizeWrite() {
          return new FinalizedWriteContext(metadata.get());
        }
      };
    }
  }

  /** Returns a record schema of these fields. */
  public static Schema record(String name, List<Schema.Field> fields) {
    return Schema.createRecord(name, null, "io.braid", false, fields);
  }
}

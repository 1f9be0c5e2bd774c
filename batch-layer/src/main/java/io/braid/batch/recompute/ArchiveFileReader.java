package io.braid.batch.recompute;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.decode.IdRule;
import io.braid.definition.Source;
import io.braid.store.ArchiveFile;
import io.braid.store.ParquetColumns;
import io.braid.store.Store;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapred.FileSplit;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetReadSupport;
import org.apache.spark.sql.execution.datasources.parquet.VectorizedParquetRecordReader;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Reads archive files through Spark's vectorised Parquet reader, as batches that a fold takes.
 *
 * <p>A file whose decoded columns carry the stamp of the source's decoder is read column by column,
 * and only the columns that are wanted. A file with another stamp is decoded again from the raw
 * values. One thread.
 */
final class ArchiveFileReader {

  private static final int ROWS_A_BATCH = 4096;

  private final Source source;
  private final Set<Integer> wanted;
  private final Dictionary[] dictionaries;

  /**
   * Makes a reader.
   *
   * @param wanted indexes of the source's columns that folds read
   */
  ArchiveFileReader(Source source, Set<Integer> wanted) {
    this.source = source;
    this.wanted = wanted;
    this.dictionaries = new Dictionary[source.schema().columns().size()];
    Arrays.setAll(dictionaries, unused -> new Dictionary());
  }

  /** Gives the records of {@code file} to {@code fold}, batch by batch, in offset order. */
  void read(Path file, Consumer<EventBatch> fold) throws IOException {
    if (ArchiveFile.stampOf(file).equals(ArchiveFile.stamp(source))) {
      readDecoded(file, fold);
    } else {
      readRaw(file, fold);
    }
  }

  private void readDecoded(Path file, Consumer<EventBatch> fold) throws IOException {
    List<Integer> read = new ArrayList<>();
    StructType columns =
        new StructType()
            .add(ArchiveFile.OFFSET, DataTypes.LongType)
            .add(ArchiveFile.TIMESTAMP, DataTypes.TimestampType);
    boolean fingerprints = source.duplicates() instanceof IdRule.ByFingerprint;
    if (fingerprints) {
      columns = columns.add(ArchiveFile.VALUE, DataTypes.BinaryType);
    }
    columns = columns.add(ArchiveFile.ERROR, DataTypes.StringType);
    int first = columns.size();
    for (int i = 0; i < source.schema().columns().size(); i++) {
      boolean isId = source.duplicates() instanceof IdRule.ByColumn id && id.index() == i;
      if (wanted.contains(i) || isId || i == source.schema().eventTimeIndex()) {
        columns =
            columns.add(
                ParquetColumns.fileName(source.schema().columns().get(i).name()), sparkType(i));
        read.add(i);
      }
    }
    scan(file, columns, batch -> fold.accept(events(batch, read, first, fingerprints)));
  }

  private DataType sparkType(int index) {
    ColumnType type = source.schema().columns().get(index).type();
    return switch (type.kind()) {
      case STRING -> DataTypes.StringType;
      case BOOLEAN -> DataTypes.BooleanType;
      case INT -> DataTypes.IntegerType;
      case BIGINT -> DataTypes.LongType;
      case DOUBLE -> DataTypes.DoubleType;
      case DECIMAL -> DataTypes.createDecimalType(type.precision(), type.scale());
      case TIMESTAMP -> DataTypes.TimestampType;
      case DATE -> DataTypes.DateType;
      case BYTES -> DataTypes.BinaryType;
    };
  }

  private EventBatch events(
      ColumnarBatch batch, List<Integer> read, int first, boolean fingerprints) {
    int rows = batch.numRows();
    long[] offsets = vector(batch, 0).getLongs(0, rows);
    long[] timestamps = millis(vector(batch, 1), rows);
    WritableColumnVector errors = vector(batch, first - 1);
    String[] reasons = new String[rows];
    for (int row = 0; row < rows; row++) {
      reasons[row] = errors.isNullAt(row) ? null : errors.getUTF8String(row).toString();
    }
    List<Column> columns = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < source.schema().columns().size(); i++) {
      boolean isRead = next < read.size() && read.get(next) == i;
      columns.add(
          isRead
              ? column(vector(batch, first + next), i, rows)
              : Column.nulls(source.schema().columns().get(i).type(), rows));
      next += isRead ? 1 : 0;
    }
    EventIds ids = fingerprints ? fingerprints(vector(batch, 2), reasons) : ids(columns, reasons);
    LongColumn eventTimes = (LongColumn) columns.get(source.schema().eventTimeIndex());
    return new EventBatch(Batch.of(rows, columns), eventTimes, offsets, timestamps, reasons, ids);
  }

  private static WritableColumnVector vector(ColumnarBatch batch, int index) {
    return (WritableColumnVector) batch.column(index);
  }

  /** Spark keeps timestamps in microseconds. */
  private static long[] millis(WritableColumnVector micros, int rows) {
    long[] millis = micros.getLongs(0, rows);
    for (int row = 0; row < rows; row++) {
      millis[row] = Math.floorDiv(millis[row], 1000L);
    }
    return millis;
  }

  private EventIds fingerprints(WritableColumnVector values, String[] reasons) {
    EventIds ids = new EventIds(reasons.length);
    for (int row = 0; row < reasons.length; row++) {
      if (reasons[row] == null) {
        ids.append(values.getBinary(row));
      } else {
        ids.appendAbsent();
      }
    }
    return ids;
  }

  private EventIds ids(List<Column> columns, String[] reasons) {
    if (!(source.duplicates() instanceof IdRule.ByColumn rule)) {
      return EventIds.none(reasons.length);
    }
    Column column = columns.get(rule.index());
    EventIds ids = new EventIds(reasons.length);
    for (int row = 0; row < reasons.length; row++) {
      if (reasons[row] == null && !column.isNull(row)) {
        ids.append(EventIds.text(column.value(row)));
      } else {
        ids.appendAbsent();
      }
    }
    return ids;
  }

  private Column column(WritableColumnVector vector, int index, int rows) {
    ColumnType type = source.schema().columns().get(index).type();
    boolean[] nulls = nulls(vector, rows);
    switch (type.kind()) {
      case STRING -> {
        return texts(vector, index, rows);
      }
      case DOUBLE -> {
        return DoubleColumn.of(vector.getDoubles(0, rows), nulls, rows);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[rows];
        for (int row = 0; row < rows; row++) {
          if (!vector.isNullAt(row)) {
            values[row] =
                vector
                    .getDecimal(row, type.precision(), type.scale())
                    .toJavaBigDecimal()
                    .setScale(type.scale(), RoundingMode.UNNECESSARY);
          }
        }
        return DecimalColumn.of(type, values, rows);
      }
      case BIGINT -> {
        return LongColumn.of(type, vector.getLongs(0, rows), nulls, rows);
      }
      case TIMESTAMP -> {
        return LongColumn.of(type, millis(vector, rows), nulls, rows);
      }
      default -> {
        boolean isBoolean = type.kind() == ColumnType.Kind.BOOLEAN;
        long[] values = new long[rows];
        for (int row = 0; row < rows; row++) {
          if (!vector.isNullAt(row)) {
            values[row] = isBoolean ? (vector.getBoolean(row) ? 1 : 0) : vector.getInt(row);
          }
        }
        return LongColumn.of(type, values, nulls, rows);
      }
    }
  }

  private static boolean[] nulls(WritableColumnVector vector, int rows) {
    if (!vector.hasNull()) {
      return new boolean[0];
    }
    boolean[] nulls = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      nulls[row] = vector.isNullAt(row);
    }
    return nulls;
  }

  /** Keeps Parquet's dictionary codes: a text is looked up once a batch, not once a row. */
  private StringColumn texts(WritableColumnVector vector, int index, int rows) {
    if (dictionaries[index].size() > 1 << 16) {
      dictionaries[index] = new Dictionary();
    }
    Dictionary dictionary = dictionaries[index];
    int[] codes = new int[rows];
    int[] known = {};
    for (int row = 0; row < rows; row++) {
      if (vector.isNullAt(row)) {
        codes[row] = Dictionary.NULL;
      } else if (vector.hasDictionary()) {
        int id = vector.getDictionaryIds().getDictId(row);
        if (id >= known.length) {
          int length = known.length;
          known = Arrays.copyOf(known, Math.max(64, id * 2));
          Arrays.fill(known, length, known.length, Dictionary.NULL);
        }
        if (known[id] == Dictionary.NULL) {
          known[id] = dictionary.encode(vector.getUTF8String(row).toString());
        }
        codes[row] = known[id];
      } else {
        codes[row] = dictionary.encode(vector.getUTF8String(row).toString());
      }
    }
    return StringColumn.of(codes, rows, dictionary);
  }

  private void readRaw(Path file, Consumer<EventBatch> fold) throws IOException {
    StructType columns =
        new StructType()
            .add(ArchiveFile.OFFSET, DataTypes.LongType)
            .add(ArchiveFile.TIMESTAMP, DataTypes.TimestampType)
            .add(ArchiveFile.VALUE, DataTypes.BinaryType);
    Decoder decoder = source.decoder(wanted);
    scan(
        file,
        columns,
        batch -> {
          int rows = batch.numRows();
          long[] offsets = vector(batch, 0).getLongs(0, rows);
          long[] timestamps = millis(vector(batch, 1), rows);
          WritableColumnVector values = vector(batch, 2);
          for (int row = 0; row < rows; row++) {
            byte[] value = values.isNullAt(row) ? null : values.getBinary(row);
            decoder.append(offsets[row], timestamps[row], value);
          }
          fold.accept(decoder.take());
        });
  }

  private static void scan(Path file, StructType columns, Consumer<ColumnarBatch> consumer)
      throws IOException {
    Configuration configuration = Store.configuration();
    configuration.set(ParquetReadSupport.SPARK_ROW_REQUESTED_SCHEMA(), columns.json());
    configuration.set(ParquetInputFormat.READ_SUPPORT_CLASS, ParquetReadSupport.class.getName());
    configuration.setBoolean(SQLConf.PARQUET_BINARY_AS_STRING().key(), false);
    configuration.setBoolean(SQLConf.PARQUET_INT96_AS_TIMESTAMP().key(), true);
    configuration.setBoolean(SQLConf.CASE_SENSITIVE().key(), true);
    configuration.setBoolean(SQLConf.NESTED_SCHEMA_PRUNING_ENABLED().key(), false);
    configuration.setBoolean(SQLConf.PARQUET_INFER_TIMESTAMP_NTZ_ENABLED().key(), false);
    configuration.setBoolean(SQLConf.LEGACY_PARQUET_NANOS_AS_LONG().key(), false);
    long length = file.getFileSystem(configuration).getFileStatus(file).getLen();
    try (VectorizedParquetRecordReader reader =
        new VectorizedParquetRecordReader(
            null, "CORRECTED", "UTC", "CORRECTED", "UTC", false, ROWS_A_BATCH)) {
      reader.initialize(
          new FileSplit(file, 0, length, new String[0]),
          new TaskAttemptContextImpl(configuration, new TaskAttemptID()));
      reader.initBatch(new StructType(), null);
      reader.enableReturningBatches();
      while (reader.nextBatch()) {
        consumer.accept(reader.resultBatch());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while reading " + file, e);
    }
  }
}

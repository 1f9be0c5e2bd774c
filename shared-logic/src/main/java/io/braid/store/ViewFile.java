package io.braid.store;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * A view as a Parquet file: one row for each (key, pane), in the order of panes, so that a reader
 * of a range of time can pass over the rest. Columns are the group columns under their own names
 * (see {@link ParquetColumns#fileName}), {@code _pane} (epoch milliseconds; of sessions the first
 * event time), of sessions {@code _last} (the last event time), {@code _rows} (events), and {@code
 * _a<i>_<j>} for field j of the state of aggregate i.
 */
public final class ViewFile {

  private ViewFile() {}

  /** Returns the names of the columns, in the order of {@link View#storedTypes}. */
  public static List<String> columnNames(ViewSchema schema) {
    List<String> names = new ArrayList<>();
    schema.keys().forEach(key -> names.add(ParquetColumns.fileName(key.name())));
    names.add("_pane");
    if (schema.keepsLast()) {
      names.add("_last");
    }
    names.add("_rows");
    for (int i = 0; i < schema.aggregates().size(); i++) {
      int fields = schema.aggregates().get(i).accumulators().stateTypes().size();
      for (int j = 0; j < fields; j++) {
        names.add("_a" + i + "_" + j);
      }
    }
    return names;
  }

  /**
   * Writes a view under a name that has no file yet.
   *
   * @return false when there was one already, which stays as it is
   */
  public static boolean write(Store store, Path name, View view, String fingerprint) {
    List<String> names = columnNames(view.schema());
    List<ColumnType> types = View.storedTypes(view.schema());
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(ParquetColumns.field(names.get(i), types.get(i)));
    }
    Schema schema = ParquetColumns.record("view", fields);
    Path temporary = store.temporary(name.getParent());
    View sorted = view.sortedByPane();
    List<Column> stored = sorted.stored();
    try (ParquetWriter<GenericRecord> writer =
        ParquetColumns.open(temporary, schema, Map.of(ParquetColumns.STAMP, fingerprint))) {
      for (int row = 0; row < sorted.size(); row++) {
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < stored.size(); i++) {
          record.put(i, ParquetColumns.value(stored.get(i), row));
        }
        writer.write(record);
      }
    } catch (IOException e) {
      throw new StoreException("Cannot write %s: %s".formatted(name, e.getMessage()), e);
    }
    return store.publish(temporary, name);
  }

  /**
   * Reads a view back.
   *
   * @param schema that of the view that was written
   */
  public static View read(Path file, ViewSchema schema) {
    List<String> names = columnNames(schema);
    List<ColumnType> types = View.storedTypes(schema);
    List<GenericRecord> records = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(
                HadoopInputFile.fromPath(file, Store.configuration()))
            .withDataModel(GenericData.get())
            .withConf(Store.configuration())
            .build()) {
      for (GenericRecord record = reader.read(); record != null; record = reader.read()) {
        records.add(record);
      }
    } catch (IOException e) {
      throw new StoreException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    List<Column> stored = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int place = i; // by place: a renamed group column leaves the fingerprint as it is
      stored.add(
          ParquetColumns.column(
              types.get(i), records.stream().map(r -> r.get(place)).collect(Collectors.toList())));
    }
    View view = new View(schema);
    view.merge(stored, records.size());
    return view;
  }
}

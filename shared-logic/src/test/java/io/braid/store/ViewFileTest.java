package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import io.braid.view.ViewTesting;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewFileTest {

  private static final ViewSchema SCHEMA = ViewTesting.schema();

  @TempDir java.nio.file.Path folder;
  private Store store;
  private Path file;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
    file = store.resolve("views/metric/f00d/run/part-0.parquet");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void viewOfEveryTypeIsReadBack(int seed) {
    View view = ViewTesting.view(SCHEMA, new Random(seed), 300);
    assertThat(ViewFile.write(store, file, view, "f00d")).isTrue();
    View read = ViewFile.read(file, SCHEMA);
    assertThat(ViewTesting.rows(read)).isEqualTo(ViewTesting.rows(view));
    read.merge(view);
    View twice = view.copy();
    twice.merge(view);
    assertThat(ViewTesting.rows(read)).isEqualTo(ViewTesting.rows(twice));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sessionsOfEveryTypeAreReadBackAndGoOn(int seed) {
    ViewSchema schema = ViewTesting.schema(new Window.Session(12));
    Random random = new Random(seed);
    View one = ViewTesting.view(schema, random, 300);
    View other = ViewTesting.view(schema, random, 300);
    assertThat(ViewFile.write(store, file, one, "f00d")).isTrue();
    View read = ViewFile.read(file, schema);
    assertThat(ViewTesting.rows(read)).isEqualTo(ViewTesting.rows(one));
    read.merge(other);
    one.merge(other);
    assertThat(ViewTesting.rows(read)).isEqualTo(ViewTesting.rows(one));
  }

  @Test
  void emptyViewIsReadBack() {
    assertThat(ViewFile.write(store, file, new View(SCHEMA), "f00d")).isTrue();
    assertThat(ViewFile.read(file, SCHEMA).size()).isZero();
  }

  @Test
  void fileThatIsThereStaysAsItIs() {
    View view = ViewTesting.view(SCHEMA, new Random(1), 10);
    assertThat(ViewFile.write(store, file, view, "f00d")).isTrue();
    assertThat(ViewFile.write(store, file, new View(SCHEMA), "f00d")).isFalse();
    assertThat(ViewTesting.rows(ViewFile.read(file, SCHEMA))).isEqualTo(ViewTesting.rows(view));
    assertThat(store.list(file.getParent())).containsExactly(file);
  }

  @Test
  void fileSaysByWhichFingerprintItWasMade() throws Exception {
    ViewFile.write(store, file, new View(SCHEMA), "f00d");
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, Store.configuration()))) {
      assertThat(reader.getFileMetaData().getKeyValueMetaData())
          .containsEntry(ParquetColumns.STAMP, "f00d");
    }
  }

  @Test
  void columnsAreNamedByKeysAndAggregates() {
    ViewSchema schema = schema("service");
    assertThat(ViewFile.columnNames(schema))
        .containsExactly("service", "_pane", "_rows", "_a0_0", "_a1_0", "_a1_1", "_a1_2", "_a1_3");
    ViewSchema sessions =
        new ViewSchema(schema.keys(), new Window.Session(5), schema.aggregates().subList(0, 1));
    assertThat(ViewFile.columnNames(sessions))
        .containsExactly("service", "_pane", "_last", "_rows", "_a0_0");
  }

  @Test
  void fileThatIsMissingIsRefused() {
    assertThatThrownBy(() -> ViewFile.read(file, SCHEMA))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("part-0.parquet");
  }

  /** Any of these may be a group column's name: a definition's column, or a quoted alias. */
  @ParameterizedTest
  @ValueSource(strings = {"a.b", "größe", "my key", "2nd", "a-b", "_pane", "_rows", "_a0_0"})
  void keyMayHaveAnyName(String name) {
    ViewSchema schema = schema(name);
    View view = new View(schema);
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), 2);
    texts.append("x");
    texts.appendNull();
    List<Column> keys = List.of(texts.build());
    view.countRows(view.rows(keys, new long[2], 2), 2);
    assertThat(ViewFile.write(store, file, view, "f00d")).isTrue();
    assertThat(ViewTesting.rows(ViewFile.read(file, schema))).isEqualTo(ViewTesting.rows(view));
  }

  private static ViewSchema schema(String key) {
    return new ViewSchema(
        List.of(new ViewSchema.Key(key, ColumnType.STRING)),
        new Window.None(),
        List.of(
            Aggregate.of(StandardAggregate.COUNT),
            Aggregate.of(StandardAggregate.AVG, ColumnType.DOUBLE)));
  }
}

package io.braid.serving.query;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.store.RunManifest.MetricView;
import io.braid.store.RunManifest.ViewPart;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.time.PaneRange;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * The batch views of published runs, read from their Parquet files through DuckDB.
 *
 * <p>Columns are taken by their place in the file, not by name: renaming the alias of a group
 * column leaves a view's fingerprint as it is, and its files hold the old name. The range of panes
 * is given to DuckDB, which skips row groups by their statistics. One database in memory, one
 * connection a query. Safe to share between threads.
 */
public final class BatchViews implements AutoCloseable {

  /** Rows that are merged at a time: enough to amortise, and their columns stay in the cache. */
  private static final int MERGED_AT_ONCE = 8_192;

  private final Store store;
  private final Duration timeout;
  private final DuckDBConnection database;

  /**
   * Opens the views of a store.
   *
   * @param timeout after which a read is given up, whole seconds
   * @throws StoreException when the store is not on a local file system, which DuckDB cannot read,
   *     or DuckDB does not start
   */
  public BatchViews(Store store, Duration timeout) {
    if (!"file".equals(store.location().getScheme())) {
      throw new StoreException(
          "Cannot serve from the store %s: batch views are read from local files only; use a file: location"
              .formatted(store.location()));
    }
    this.store = store;
    this.timeout = timeout;
    try {
      database = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
      try (Statement statement = database.createStatement()) {
        // Files of a run never change, so what their footers say can be kept.
        statement.execute("SET parquet_metadata_cache = true");
      }
    } catch (SQLException e) {
      throw new StoreException("Cannot start DuckDB: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the rows of a range.
   *
   * @param schema of the metric that the view was made for
   * @param maxRows more of them are refused, before they fill the memory
   * @throws StoreException when a file is missing or damaged
   * @throws RefusedException when it takes longer than the timeout, or there are too many rows
   */
  public View read(MetricView stored, ViewSchema schema, PaneRange range, long maxRows) {
    View view = new View(schema);
    if (stored.parts().isEmpty()) {
      return view;
    }
    List<ColumnType> types = View.storedTypes(schema);
    try (Connection connection = database.duplicate();
        PreparedStatement statement =
            connection.prepareStatement(sql(stored.parts(), types, schema))) {
      statement.setQueryTimeout(Math.toIntExact(timeout.toSeconds()));
      statement.setLong(1, range.fromMs());
      statement.setLong(2, range.toMs());
      try (ResultSet rows = statement.executeQuery()) {
        merge(rows, types, view, stored, maxRows);
      }
    } catch (SQLTimeoutException e) {
      throw RefusedException.later(
          Reason.LIMIT_EXCEEDED,
          "Reading the batch view of %s took longer than %d s; narrow from and to"
              .formatted(stored.metric(), timeout.toSeconds()),
          timeout);
    } catch (SQLException e) {
      throw new StoreException(
          "Cannot read the batch view of %s in %s: %s"
              .formatted(stored.metric(), store.location(), e.getMessage()),
          e);
    }
    return view;
  }

  private String sql(List<ViewPart> parts, List<ColumnType> types, ViewSchema schema) {
    int first = schema.keys().size();
    int last = schema.keepsLast() ? first + 1 : first;
    List<String> selected = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      names.add("c" + i);
      selected.add(asStored("c" + i, types.get(i)));
    }
    String files =
        parts.stream()
            .map(part -> literal(store.resolve(part.path()).toUri().getPath()))
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM read_parquet([%s], hive_partitioning = false) AS v(%s) WHERE c%d >= ? AND c%d < ?"
        .formatted(String.join(", ", selected), files, String.join(", ", names), last, first);
  }

  /** Returns the value of a column in the form that {@link Column} keeps. */
  private static String asStored(String name, ColumnType type) {
    return switch (type.kind()) {
      case TIMESTAMP -> "epoch_ms(" + name + ")";
      case DATE -> "(" + name + " - DATE '1970-01-01')";
      case BOOLEAN -> "CAST(" + name + " AS TINYINT)";
      default -> name;
    };
  }

  /** Returns the SQL text that names this file and no other: a path is a pattern to DuckDB. */
  private static String literal(String path) {
    return "'" + path.replaceAll("([\\[*?])", "[$1]").replace("'", "''") + "'";
  }

  private static void merge(
      ResultSet rows, List<ColumnType> types, View view, MetricView stored, long maxRows)
      throws SQLException {
    List<Dictionary> dictionaries = types.stream().map(type -> new Dictionary()).toList();
    boolean more = rows.next();
    while (more) {
      List<Reader> readers = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        readers.add(Reader.of(types.get(i), i + 1, dictionaries.get(i)));
      }
      int count = 0;
      while (more && count < MERGED_AT_ONCE) {
        for (Reader reader : readers) {
          reader.append(rows);
        }
        count++;
        more = rows.next();
      }
      view.merge(readers.stream().map(Reader::build).toList(), count);
      if (view.size() > maxRows) {
        throw RefusedException.later(
            Reason.LIMIT_EXCEEDED,
            "The batch view of %s has more than %d rows in this range; narrow from and to"
                .formatted(stored.metric(), maxRows),
            Duration.ofSeconds(1));
      }
    }
  }

  @Override
  public void close() {
    try {
      database.close();
    } catch (SQLException e) {
      throw new StoreException("Cannot close DuckDB: " + e.getMessage(), e);
    }
  }

  /** Collects one column of a result. */
  private interface Reader {

    void append(ResultSet row) throws SQLException;

    Column build();

    static Reader of(ColumnType type, int index, Dictionary dictionary) {
      return switch (type.kind()) {
        case STRING -> new Texts(index, new StringColumn.Builder(dictionary, MERGED_AT_ONCE));
        case DOUBLE -> new Doubles(index, new DoubleColumn.Builder(MERGED_AT_ONCE));
        case DECIMAL ->
            new Decimals(index, type.scale(), new DecimalColumn.Builder(type, MERGED_AT_ONCE));
        case BYTES -> new Bytes(index, new BytesColumn.Builder(MERGED_AT_ONCE));
        case BOOLEAN, INT, BIGINT, TIMESTAMP, DATE ->
            new Longs(index, new LongColumn.Builder(type, MERGED_AT_ONCE));
      };
    }
  }

  private record Longs(int index, LongColumn.Builder builder) implements Reader {
    @Override
    public void append(ResultSet row) throws SQLException {
      long value = row.getLong(index);
      if (row.wasNull()) {
        builder.appendNull();
      } else {
        builder.append(value);
      }
    }

    @Override
    public Column build() {
      return builder.build();
    }
  }

  private record Doubles(int index, DoubleColumn.Builder builder) implements Reader {
    @Override
    public void append(ResultSet row) throws SQLException {
      double value = row.getDouble(index);
      if (row.wasNull()) {
        builder.appendNull();
      } else {
        builder.append(value);
      }
    }

    @Override
    public Column build() {
      return builder.build();
    }
  }

  private record Texts(int index, StringColumn.Builder builder) implements Reader {
    @Override
    public void append(ResultSet row) throws SQLException {
      String value = row.getString(index);
      if (value == null) {
        builder.appendNull();
      } else {
        builder.append(value);
      }
    }

    @Override
    public Column build() {
      return builder.build();
    }
  }

  private record Decimals(int index, int scale, DecimalColumn.Builder builder) implements Reader {
    @Override
    public void append(ResultSet row) throws SQLException {
      var value = row.getBigDecimal(index);
      builder.append(value == null ? null : value.setScale(scale));
    }

    @Override
    public Column build() {
      return builder.build();
    }
  }

  private record Bytes(int index, BytesColumn.Builder builder) implements Reader {
    @Override
    public void append(ResultSet row) throws SQLException {
      builder.append(row.getBytes(index));
    }

    @Override
    public Column build() {
      return builder.build();
    }
  }
}

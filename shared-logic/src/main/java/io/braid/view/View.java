package io.braid.view;

import io.braid.aggregate.Accumulators;
import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table from (group key, pane) to accumulator states: what a fold makes of a range of the log.
 * With session windows it is one from (group key, session): the events of a row lie in an interval
 * [first, last] of event time, and rows that come within a gap of each other become one. Where
 * panes are spoken of, the first event time of a session stands for its pane.
 *
 * <p>Views of one schema merge, and merging is associative and commutative up to the order of rows:
 * {@code fold[a, b) ⊕ fold[b, c)} finishes to the rows of {@code fold[a, c)}. One owner.
 */
public final class View {

  /** At most this many group columns: a key's NULLs are bits of one word. */
  public static final int MAX_KEYS = 62;

  private static final Aggregate ROW_COUNT = Aggregate.of(StandardAggregate.COUNT);

  private final ViewSchema schema;
  private final int stride;
  private final KeyColumn[] keys;
  private final GroupTable table; // of sessions it numbers keys, in pane 0
  private final Optional<SessionTable> sessions;
  private final Accumulators[] accumulators;
  private Accumulators rowCounts;

  // Empty when it cannot be taken, or no longer.
  private Optional<FewGroups> fewGroups;

  /** Makes an empty view. */
  public View(ViewSchema schema) {
    if (schema.keys().size() > MAX_KEYS) {
      throw new IllegalArgumentException(
          "Cannot group by %d columns, at most %d".formatted(schema.keys().size(), MAX_KEYS));
    }
    this.schema = schema;
    this.stride = schema.keys().size() + 2;
    this.keys =
        schema.keys().stream().map(key -> new KeyColumn(key.type())).toArray(KeyColumn[]::new);
    this.table = new GroupTable(stride);
    this.sessions =
        schema.window() instanceof Window.Session session
            ? Optional.of(new SessionTable(session.gapMs()))
            : Optional.empty();
    this.accumulators =
        schema.aggregates().stream().map(Aggregate::accumulators).toArray(Accumulators[]::new);
    this.rowCounts = ROW_COUNT.accumulators();
    boolean texts = schema.keys().stream().allMatch(key -> key.type().equals(ColumnType.STRING));
    this.fewGroups =
        texts && !(schema.window() instanceof Window.Session)
            ? Optional.of(new FewGroups(keys, table, stride))
            : Optional.empty();
  }

  /** Returns what this view holds. */
  public ViewSchema schema() {
    return schema;
  }

  /** Returns the number of rows, one for each (key, pane) or (key, session). */
  public int size() {
    return sessions.isPresent() ? sessions.get().size() : table.size();
  }

  /**
   * Returns the row of each (key, pane), added empty where there was none; of sessions the row of
   * that which the event belongs to, whose bounds now hold it. The numbers are good for lifting and
   * merging until rows are asked for again.
   *
   * @param keyColumns one for each group column, at least {@code count} values each
   * @param paneStartsMs the panes, at least {@code count}; of sessions the event times
   * @return {@code count} row numbers
   */
  public int[] rows(List<Column> keyColumns, long[] paneStartsMs, int count) {
    if (sessions.isPresent()) {
      return rows(sessions.get(), keyColumns, paneStartsMs, paneStartsMs, count);
    }
    int[] rows = new int[count];
    if (fewGroups.isEmpty() || !fewGroups.get().find(keyColumns, paneStartsMs, count, rows)) {
      fewGroups = Optional.empty();
      rows = numbers(keyColumns, paneStartsMs, count);
    }
    grow(table.size());
    return rows;
  }

  private int[] rows(
      SessionTable table, List<Column> keyColumns, long[] firstsMs, long[] lastsMs, int count) {
    if (table.aliases() > table.rows() / 2) {
      compact(table);
    }
    int[] rows = numbers(keyColumns, new long[count], count);
    table.add(rows, firstsMs, lastsMs, count, rows);
    grow(table.rows());
    return rows;
  }

  private int[] numbers(List<Column> keyColumns, long[] paneStartsMs, int count) {
    long[] words = new long[count * stride];
    int pane = keys.length;
    for (int i = 0; i < count; i++) {
      words[i * stride + pane] = paneStartsMs[i];
    }
    for (int k = 0; k < keys.length; k++) {
      keys[k].encode(keyColumns.get(k), count, words, k, stride);
    }
    int[] numbers = new int[count];
    table.find(words, count, numbers);
    return numbers;
  }

  private void grow(int rows) {
    for (Accumulators accumulator : accumulators) {
      accumulator.grow(rows);
    }
    rowCounts.grow(rows);
  }

  /** Gives every session one row, before rows are read. */
  private void compact() {
    if (sessions.isPresent() && sessions.get().aliases() > 0) {
      compact(sessions.get());
    }
  }

  private void compact(SessionTable table) {
    int[] rows = table.compact();
    rowCounts = compact(rowCounts, ROW_COUNT, rows);
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i] = compact(accumulators[i], schema.aggregates().get(i), rows);
    }
  }

  private Accumulators compact(Accumulators states, Aggregate aggregate, int[] rows) {
    Accumulators compacted = aggregate.accumulators();
    compacted.grow(size());
    compacted.merge(states.states(), rows, rows.length);
    return compacted;
  }

  /** Returns the states of the aggregate at {@code index}, to be lifted into. */
  public Accumulators accumulators(int index) {
    return accumulators[index];
  }

  /** Counts one event into each of the first {@code count} of {@code rows}. */
  public void countRows(int[] rows, int count) {
    rowCounts.lift(List.of(), rows, count);
  }

  /** Returns the group column at {@code index}, one value a row. */
  public Column key(int index) {
    compact();
    Column values = keys[index].decode(table.rows(), table.size(), index, stride);
    return sessions.isPresent() ? values.select(sessions.get().keys(), size()) : values;
  }

  /** Returns the panes, one a row, as BIGINT epoch milliseconds. */
  public LongColumn paneStarts() {
    return LongColumn.of(ColumnType.BIGINT, panes(), size());
  }

  private long[] panes() {
    compact();
    if (sessions.isPresent()) {
      return sessions.get().firsts();
    }
    long[] panes = new long[size()];
    long[] words = table.rows();
    for (int row = 0; row < panes.length; row++) {
      panes[row] = words[row * stride + keys.length];
    }
    return panes;
  }

  /** Returns the last event times of sessions; the starts of other panes. */
  private long[] lasts() {
    compact();
    return sessions.isPresent() ? sessions.get().lasts() : panes();
  }

  /**
   * Returns the stored form: keys, pane, of sessions the last event time, number of events, then
   * the states of each aggregate; see {@link #storedTypes}. Valid until the view changes.
   */
  public List<Column> stored() {
    compact();
    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < keys.length; k++) {
      columns.add(key(k));
    }
    columns.add(paneStarts());
    if (schema.keepsLast()) {
      columns.add(LongColumn.of(ColumnType.BIGINT, lasts(), size()));
    }
    columns.addAll(rowCounts.states());
    for (Accumulators accumulator : accumulators) {
      columns.addAll(accumulator.states());
    }
    return columns;
  }

  /** Returns the types of the stored form's columns. */
  public static List<ColumnType> storedTypes(ViewSchema schema) {
    List<ColumnType> types = new ArrayList<>();
    schema.keys().forEach(key -> types.add(key.type()));
    types.add(ColumnType.BIGINT);
    if (schema.keepsLast()) {
      types.add(ColumnType.BIGINT);
    }
    types.add(ColumnType.BIGINT);
    schema.aggregates().forEach(a -> types.addAll(a.accumulators().stateTypes()));
    return types;
  }

  /**
   * Merges rows in stored form.
   *
   * @param stored as {@link #stored} gives them for this view's schema
   * @param count how many of their rows
   */
  public void merge(List<Column> stored, int count) {
    List<Column> keyColumns = stored.subList(0, keys.length);
    long[] panes = values(stored.get(keys.length), count);
    int[] rows =
        sessions.isPresent()
            ? rows(
                sessions.get(),
                keyColumns,
                panes,
                values(stored.get(keys.length + 1), count),
                count)
            : rows(keyColumns, panes, count);
    mergeStates(stored, schema.storedRowsIndex(), rows, count);
  }

  private static long[] values(Column column, int count) {
    LongColumn longs = (LongColumn) column;
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = longs.get(i);
    }
    return values;
  }

  private void mergeStates(List<Column> stored, int from, int[] rows, int count) {
    int next = from;
    rowCounts.merge(stored.subList(next, next + 1), rows, count);
    next++;
    for (Accumulators accumulator : accumulators) {
      int width = accumulator.stateTypes().size();
      accumulator.merge(stored.subList(next, next + width), rows, count);
      next += width;
    }
  }

  /** Merges another view of the same schema into this one; the other stays as it is. */
  public void merge(View other) {
    merge(other.stored(), other.size());
  }

  /** Returns a copy of the rows in a range. */
  public View slice(PaneRange range) {
    long[] panes = panes();
    long[] lasts = lasts();
    int[] selected = new int[panes.length];
    int count = 0;
    for (int row = 0; row < panes.length; row++) {
      if (range.contains(panes[row], lasts[row])) {
        selected[count++] = row;
      }
    }
    return selection(stored(), selected, count);
  }

  /**
   * Returns the rows split by a hash of (key, pane), of sessions by one of the key: what may merge
   * in different views falls into parts of the same number, whatever process split them.
   *
   * @param parts how many views to make, at least 1
   */
  public List<View> split(int parts) {
    List<Column> stored = stored();
    int hashed = sessions.isPresent() ? keys.length : keys.length + 1;
    int[] hashes = ViewHash.of(stored.subList(0, hashed), size());
    List<View> views = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int[] selected = new int[size()];
      int count = 0;
      for (int row = 0; row < hashes.length; row++) {
        if (Math.floorMod(hashes[row], parts) == part) {
          selected[count++] = row;
        }
      }
      views.add(selection(stored, selected, count));
    }
    return views;
  }

  private View selection(List<Column> stored, int[] selected, int count) {
    View selection = new View(schema);
    List<Column> rows = new ArrayList<>();
    for (Column column : stored) {
      rows.add(column.select(selected, count));
    }
    selection.merge(rows, count);
    return selection;
  }

  /** Returns a copy whose rows are in the order of their panes. */
  public View sortedByPane() {
    long[] panes = panes();
    int[] order = RowSort.ascending(panes, panes.length);
    return selection(stored(), order, order.length);
  }

  /** Returns a copy of all rows. */
  public View copy() {
    View copy = new View(schema);
    copy.merge(this);
    return copy;
  }

  /**
   * Returns the view of fewer group columns.
   *
   * @param kept indexes of the group columns that stay, ascending
   * @throws IllegalStateException when windows are sessions, which are those of one key
   */
  public View rollUp(List<Integer> kept) {
    if (sessions.isPresent()) {
      throw new IllegalStateException(
          "Cannot roll up sessions: they are those of all %d group columns, asked for %d"
              .formatted(keys.length, kept.size()));
    }
    List<ViewSchema.Key> names = kept.stream().map(schema.keys()::get).toList();
    View rolledUp = new View(new ViewSchema(names, schema.window(), schema.aggregates()));
    List<Column> stored = stored();
    List<Column> rows = new ArrayList<>();
    kept.forEach(k -> rows.add(stored.get(k)));
    rows.addAll(stored.subList(keys.length, stored.size()));
    rolledUp.merge(rows, size());
    return rolledUp;
  }

  /**
   * Returns the rows in other panes.
   *
   * @param selected which rows
   * @param paneStartsMs the pane of each of these
   * @param count how many of them
   */
  View moved(Window window, int[] selected, long[] paneStartsMs, int count) {
    View moved = new View(new ViewSchema(schema.keys(), window, schema.aggregates()));
    List<Column> rows = new ArrayList<>();
    for (Column column : stored()) {
      rows.add(column.select(selected, count));
    }
    rows.set(keys.length, LongColumn.of(ColumnType.BIGINT, paneStartsMs, count));
    moved.merge(rows, count);
    return moved;
  }

  /**
   * Returns the finished form, see {@link ViewSchema}, with panes for windows: one row for each
   * (key, pane) or (key, session), unordered. {@link Windows} makes the windows of an answer.
   */
  public Batch finish() {
    compact();
    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < keys.length; k++) {
      columns.add(key(k));
    }
    if (schema.window().exists()) {
      long[] starts = panes();
      long[] ends = lasts();
      for (int row = 0; row < ends.length; row++) {
        ends[row] = schema.window().paneEnd(ends[row]);
      }
      columns.add(LongColumn.of(ColumnType.TIMESTAMP, starts, starts.length));
      columns.add(LongColumn.of(ColumnType.TIMESTAMP, ends, ends.length));
    }
    for (Accumulators accumulator : accumulators) {
      columns.add(accumulator.finish());
    }
    return Batch.of(size(), columns);
  }
}

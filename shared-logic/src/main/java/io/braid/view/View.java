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
import java.util.function.IntUnaryOperator;

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

  /** Rows whose words are made at once: so many that they stay in the second-level cache. */
  private static final int CHUNK = 1 << 12;

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
    int[] rows = numbers(keyColumns, new long[count], count);
    addSessions(table, rows, firstsMs, lastsMs, count);
    return rows;
  }

  /** Turns the numbers of keys into those of the sessions that intervals of them belong to. */
  private void addSessions(
      SessionTable table, int[] numbers, long[] firstsMs, long[] lastsMs, int count) {
    if (table.aliases() > table.rows() / 2) {
      compact(table);
    }
    table.add(numbers, firstsMs, lastsMs, count, numbers);
    grow(table.rows());
  }

  private int[] numbers(List<Column> keyColumns, long[] paneStartsMs, int count) {
    int[] numbers = new int[count];
    for (int from = 0; from < count; from += CHUNK) {
      int size = Math.min(CHUNK, count - from);
      long[] words = new long[size * stride];
      for (int i = 0; i < size; i++) {
        words[i * stride + keys.length] = paneStartsMs[from + i];
      }
      for (int k = 0; k < keys.length; k++) {
        keys[k].encode(keyColumns.get(k), from, size, words, k, stride);
      }
      table.find(words, size, numbers, from);
    }
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
    compacted.merge(states, upTo(rows.length), rows, rows.length);
    return compacted;
  }

  /**
   * Does what reading would otherwise do first, and lets go of what only makes folding faster. As
   * long as nobody changes it, several threads may then read a view at once: {@link #size}, {@link
   * #key}, {@link #stored}, {@link #finish}, {@link #slice} and all other copies, {@link
   * #memoryBytes}, merging from it and {@link ViewCodec#encode}. Whoever hands it over does so by
   * what makes one thread see another's writes: a lock, a volatile field, a queue.
   *
   * <p>It may be folded and merged into again, by one thread, and settled again.
   */
  public void settle() {
    compact();
    rowCounts.settle();
    for (Accumulators accumulator : accumulators) {
      accumulator.settle();
    }
    for (KeyColumn key : keys) {
      key.settle();
    }
  }

  /**
   * Returns about what this view takes on the heap, in bytes: keys with their texts, the tables of
   * groups and sessions, states and row counts, room for more of them included. Costs tens of
   * microseconds a column, however many rows there are. Texts that it shares with the decoder are
   * counted as its own.
   */
  public long memoryBytes() {
    long bytes = table.memoryBytes() + rowCounts.memoryBytes();
    bytes += sessions.map(SessionTable::memoryBytes).orElse(0L);
    bytes += fewGroups.map(FewGroups::memoryBytes).orElse(0L);
    for (KeyColumn key : keys) {
      bytes += key.memoryBytes();
    }
    for (Accumulators accumulator : accumulators) {
      bytes += accumulator.memoryBytes();
    }
    return bytes;
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
    long[] panes = new long[size()];
    for (int row = 0; row < panes.length; row++) {
      panes[row] = firstMs(row);
    }
    return panes;
  }

  /** Returns the last event times of sessions; the starts of other panes. */
  private long[] lasts() {
    compact();
    long[] lasts = new long[size()];
    for (int row = 0; row < lasts.length; row++) {
      lasts[row] = lastMs(row);
    }
    return lasts;
  }

  private long firstMs(int row) {
    return sessions.isPresent()
        ? sessions.get().first(row)
        : table.rows()[row * stride + keys.length];
  }

  private long lastMs(int row) {
    return sessions.isPresent() ? sessions.get().last(row) : firstMs(row);
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

  /**
   * Merges another view of the same schema into this one; the other stays as it is.
   *
   * <p>Each distinct text of a key is looked up once and each row once; states go from array to
   * array, without a stored form in between.
   */
  public void merge(View other) {
    other.compact();
    int count = other.size();
    merge(other, upTo(keys.length), upTo(count), count);
  }

  /**
   * Merges rows of another view in the panes they have there.
   *
   * @param kept which of its group columns are this view's
   * @param selected which rows
   * @param count how many of them
   */
  private void merge(View other, int[] kept, int[] selected, int count) {
    int[] rows;
    if (sessions.isPresent()) {
      rows = sessionsOf(other, sessions.get(), selected, count);
    } else {
      long[] panes = new long[count];
      for (int i = 0; i < count; i++) {
        panes[i] = other.firstMs(selected[i]);
      }
      rows = numbersOf(other, kept, selected, panes, count);
      grow(table.size());
    }
    mergeStates(other, selected, rows, count);
  }

  private int[] sessionsOf(View other, SessionTable table, int[] selected, int count) {
    int[] theirKeys = other.sessions.orElseThrow().keys();
    int[] rows = new int[count];
    long[] firstsMs = new long[count];
    long[] lastsMs = new long[count];
    for (int i = 0; i < count; i++) {
      rows[i] = theirKeys[selected[i]];
      firstsMs[i] = other.firstMs(selected[i]);
      lastsMs[i] = other.lastMs(selected[i]);
    }
    rows = numbersOf(other, upTo(keys.length), rows, new long[count], count);
    addSessions(table, rows, firstsMs, lastsMs, count);
    return rows;
  }

  /**
   * Returns the numbers that keys of another view, in some panes, have in this view's table.
   *
   * @param selected the rows of the other's table that hold the keys
   * @param panes one for each of these
   */
  private int[] numbersOf(View other, int[] kept, int[] selected, long[] panes, int count) {
    List<Optional<IntUnaryOperator>> codes = new ArrayList<>();
    for (int k = 0; k < keys.length; k++) {
      codes.add(keys[k].codesOf(other.keys[kept[k]], count));
    }
    table.reserve(count);
    long[] theirWords = other.table.rows();
    int[] numbers = new int[count];
    long[] words = new long[Math.min(CHUNK, count) * stride];
    for (int from = 0; from < count; from += CHUNK) {
      int size = Math.min(CHUNK, count - from);
      for (int i = 0; i < size; i++) {
        int theirs = selected[from + i] * other.stride;
        int ours = i * stride;
        long theirNulls = theirWords[theirs + other.stride - 1];
        long nulls = 0;
        for (int k = 0; k < keys.length; k++) {
          words[ours + k] = theirWords[theirs + kept[k]];
          nulls |= (theirNulls >>> kept[k] & 1) << k;
        }
        words[ours + keys.length] = panes[from + i];
        words[ours + stride - 1] = nulls;
      }
      for (int k = 0; k < keys.length; k++) {
        if (codes.get(k).isPresent()) {
          translate(codes.get(k).get(), words, size, k);
        }
      }
      table.find(words, size, numbers, from);
    }
    return numbers;
  }

  private void translate(IntUnaryOperator codes, long[] words, int count, int index) {
    for (int i = 0; i < count; i++) {
      int at = i * stride;
      if ((words[at + stride - 1] >>> index & 1) == 0) {
        words[at + index] = codes.applyAsInt((int) words[at + index]);
      }
    }
  }

  private void mergeStates(View other, int[] selected, int[] rows, int count) {
    rowCounts.merge(other.rowCounts, selected, rows, count);
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i].merge(other.accumulators[i], selected, rows, count);
    }
  }

  private static int[] upTo(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  /**
   * Returns whether all rows are in a range, so that a {@link #slice} would hold them all; costs
   * nothing. False may also be said of a view of which that is true.
   */
  public boolean isWithin(PaneRange range) {
    return size() == 0
        || (range.contains(lowestMs(), lowestMs()) && range.contains(highestMs(), highestMs()));
  }

  private long lowestMs() {
    return sessions.isPresent() ? sessions.get().earliestFirst() : table.lowestPane();
  }

  private long highestMs() {
    return sessions.isPresent() ? sessions.get().latestLast() : table.highestPane();
  }

  /**
   * Returns a copy of the rows in a range. It costs a look at the pane of each row, and a copy of
   * those that are in the range; a range that lies beside all panes costs nothing.
   */
  public View slice(PaneRange range) {
    if (isWithin(range)) {
      return copy();
    }
    if (!range.contains(lowestMs(), highestMs())) {
      return new View(schema);
    }
    compact();
    int[] selected = new int[size()];
    int count = 0;
    for (int row = 0; row < selected.length; row++) {
      if (range.contains(firstMs(row), lastMs(row))) {
        selected[count++] = row;
      }
    }
    return selection(selected, count);
  }

  /**
   * Returns the rows split by a hash of (key, pane), of sessions by one of the key: what may merge
   * in different views falls into parts of the same number, whatever process split them.
   *
   * @param parts how many views to make, at least 1
   */
  public List<View> split(int parts) {
    compact();
    List<Column> hashed = new ArrayList<>();
    for (int k = 0; k < keys.length; k++) {
      hashed.add(key(k));
    }
    if (sessions.isEmpty()) {
      hashed.add(paneStarts());
    }
    int[] hashes = ViewHash.of(hashed, size());
    List<View> views = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int[] selected = new int[size()];
      int count = 0;
      for (int row = 0; row < hashes.length; row++) {
        if (Math.floorMod(hashes[row], parts) == part) {
          selected[count++] = row;
        }
      }
      views.add(selection(selected, count));
    }
    return views;
  }

  private View selection(int[] selected, int count) {
    View selection = new View(schema);
    selection.merge(this, upTo(keys.length), selected, count);
    return selection;
  }

  /** Returns a copy whose rows are in the order of their panes. */
  public View sortedByPane() {
    long[] panes = panes();
    return selection(RowSort.ascending(panes, panes.length), panes.length);
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
    int[] columns = kept.stream().mapToInt(Integer::intValue).toArray();
    rolledUp.merge(this, columns, upTo(size()), size());
    return rolledUp;
  }

  /**
   * Returns the rows in other panes; not for sessions.
   *
   * @param selected which rows
   * @param paneStartsMs the pane of each of these
   * @param count how many of them
   */
  View moved(Window window, int[] selected, long[] paneStartsMs, int count) {
    View moved = new View(new ViewSchema(schema.keys(), window, schema.aggregates()));
    int[] rows = moved.numbersOf(this, upTo(keys.length), selected, paneStartsMs, count);
    moved.grow(moved.table.size());
    moved.mergeStates(this, selected, rows, count);
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

package io.braid.serving.query;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.expression.ExpressionErrors;
import io.braid.fold.MetricPlan;
import io.braid.time.Granularity;
import io.braid.time.Window;
import io.braid.view.OutputColumn;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import io.braid.view.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The rows of an answer, finished and in order.
 *
 * <p>Columns are the SELECT list as written, without items that read a group column that was rolled
 * up; then every kept group column and the window's ends, unless the list shows them already as
 * plain columns; then {@code final} when asked for. Rows come by window start, then by the group
 * columns as in GROUP BY. Immutable and safe to share.
 */
public final class FinishedRows {

  /**
   * One column of the answer.
   *
   * @param name as clients see it
   */
  public record Named(String name, Column values) {

    /** Returns the type of the values. */
    public ColumnType type() {
      return values.type();
    }
  }

  /** The column that says whether a row is final. */
  static final String FINAL = "final";

  private final int size;
  private final List<Named> columns;
  private final List<Named> key;
  private final Optional<LongColumn> windowEnds;

  private FinishedRows(
      int size, List<Named> columns, List<Named> key, Optional<LongColumn> windowEnds) {
    this.size = size;
    this.columns = List.copyOf(columns);
    this.key = List.copyOf(key);
    this.windowEnds = windowEnds;
  }

  /** Finishes a whole view with all its group columns, in the metric's own windows. */
  public static FinishedRows of(MetricPlan plan, View view) {
    List<Integer> all = IntStream.range(0, plan.schema().keys().size()).boxed().toList();
    return of(plan, view, all, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * Finishes what a request asks for.
   *
   * @param view of the plan's schema; a view without any key and window is given its one row
   * @param maxRows more hopping windows are refused, before they fill the memory
   * @throws RefusedException when there are too many
   */
  static FinishedRows of(MetricPlan plan, View view, QueryRequest request, long maxRows) {
    return of(
        plan,
        view,
        request.kept(),
        request.granularity(),
        request.fromMs(),
        request.toMs(),
        maxRows);
  }

  private static FinishedRows of(
      MetricPlan plan,
      View view,
      List<Integer> kept,
      Granularity granularity,
      long fromMs,
      long toMs,
      long maxRows) {
    ViewSchema schema = plan.schema();
    View kernel = kept.size() == schema.keys().size() ? view : view.rollUp(kept);
    if (kept.isEmpty() && !schema.window().exists() && kernel.size() == 0) {
      kernel.rows(List.of(), new long[] {Window.None.PANE}, 1);
    }
    long count = Windows.count(kernel, granularity, fromMs, toMs);
    if (count > Math.max(maxRows, kernel.size())) {
      throw RefusedException.later(
          RefusedException.Reason.LIMIT_EXCEEDED,
          "The answer has %d rows, at most %d are made at a time; narrow from and to, or ask for a coarser granularity"
              .formatted(count, maxRows),
          Duration.ofSeconds(1));
    }
    Batch finished =
        inOriginalLayout(Windows.finish(kernel, granularity, fromMs, toMs), schema, kept);
    int size = finished.size();

    List<Named> key = new ArrayList<>();
    kept.forEach(k -> key.add(new Named(keyName(plan, k), finished.column(k))));
    List<Column> order = new ArrayList<>();
    int start = schema.windowStartIndex();
    if (schema.window().exists()) {
      key.add(new Named(name(plan, start, "window_start"), finished.column(start)));
      order.add(finished.column(start));
    }
    kept.forEach(k -> order.add(finished.column(k)));
    int[] rows = RowOrder.of(order, size);
    Optional<LongColumn> windowEnds =
        schema.window().exists()
            ? Optional.of((LongColumn) finished.column(start + 1).select(rows, rows.length))
            : Optional.empty();
    return new FinishedRows(
        size, select(columns(plan, finished, kept), rows), select(key, rows), windowEnds);
  }

  /** Returns the rows with a column behind all others that says whether they are final. */
  FinishedRows withFinal(Finality finality) {
    LongColumn.Builder isFinal = new LongColumn.Builder(ColumnType.BOOLEAN, size);
    for (int row = 0; row < size; row++) {
      int at = row;
      boolean value = windowEnds.map(ends -> finality.isFinal(ends.get(at))).orElse(false);
      isFinal.append(value ? 1 : 0);
    }
    List<Named> all = new ArrayList<>(columns);
    all.add(new Named(FINAL, isFinal.build()));
    return new FinishedRows(size, all, key, windowEnds);
  }

  /** Puts NULLs where rolled-up group columns stood, so that the indexes of expressions hold. */
  private static Batch inOriginalLayout(Batch finished, ViewSchema schema, List<Integer> kept) {
    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < schema.keys().size(); k++) {
      int at = kept.indexOf(k);
      columns.add(
          at >= 0
              ? finished.column(at)
              : Column.nulls(schema.keys().get(k).type(), finished.size()));
    }
    for (int i = kept.size(); i < finished.width(); i++) {
      columns.add(finished.column(i));
    }
    return Batch.of(finished.size(), columns);
  }

  private static List<Named> columns(MetricPlan plan, Batch finished, List<Integer> kept) {
    ViewSchema schema = plan.schema();
    List<Named> columns = new ArrayList<>();
    ExpressionErrors errors = new ExpressionErrors();
    for (OutputColumn output : plan.outputs()) {
      boolean reads =
          output.reads().stream()
              .anyMatch(index -> index < schema.keys().size() && !kept.contains(index));
      if (!reads) {
        columns.add(new Named(output.name(), output.expression().evaluate(finished, errors)));
      }
    }
    for (int k : kept) {
      if (!isShown(plan, k)) {
        columns.add(new Named(schema.keys().get(k).name(), finished.column(k)));
      }
    }
    if (schema.window().exists()) {
      int start = schema.windowStartIndex();
      if (!isShown(plan, start)) {
        columns.add(new Named("window_start", finished.column(start)));
      }
      if (!isShown(plan, start + 1)) {
        columns.add(new Named("window_end", finished.column(start + 1)));
      }
    }
    return columns;
  }

  private static boolean isShown(MetricPlan plan, int index) {
    return plan.outputs().stream().anyMatch(output -> output.isPlain(index));
  }

  private static String name(MetricPlan plan, int index, String otherwise) {
    return plan.outputs().stream()
        .filter(output -> output.isPlain(index))
        .map(OutputColumn::name)
        .findFirst()
        .orElse(otherwise);
  }

  /** Returns the name under which answers show the group column at {@code index}. */
  public static String keyName(MetricPlan plan, int index) {
    return name(plan, index, plan.schema().keys().get(index).name());
  }

  private static List<Named> select(List<Named> columns, int[] rows) {
    return columns.stream()
        .map(column -> new Named(column.name(), column.values().select(rows, rows.length)))
        .toList();
  }

  /** Returns the names of the columns of an answer that rolls nothing up. */
  static List<String> names(MetricPlan plan) {
    return of(plan, new View(plan.schema())).columns().stream().map(Named::name).toList();
  }

  /** Returns the number of rows. */
  public int size() {
    return size;
  }

  /** Returns the columns of the answer. */
  public List<Named> columns() {
    return columns;
  }

  /** Returns what tells rows apart: the kept group columns, then the window start if any. */
  public List<Named> key() {
    return key;
  }
}

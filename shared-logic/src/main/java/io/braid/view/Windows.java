package io.braid.view;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.Granularity;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the windows of an answer from the panes of a view. */
public final class Windows {

  private Windows() {}

  /**
   * Returns the finished form, see {@link ViewSchema}: one row for each group and window that holds
   * an event and starts in [{@code fromMs}, {@code toMs}), unordered. Of a metric without window it
   * is one row a group, whatever the range.
   *
   * <p>Hopping windows take at most three merges a pane and two a window, whatever their overlap.
   *
   * @param view holds at least the rows that {@link Granularity#panes} names for this range
   * @param granularity what windows of the answer are
   * @param fromMs inclusive; Long.MIN_VALUE for no bound
   * @param toMs exclusive; Long.MAX_VALUE for no bound
   * @throws IllegalStateException when sessions are asked for by a granularity other than their own
   * @throws IllegalArgumentException when there are more than some two billion rows; {@link #count}
   *     tells before
   */
  public static Batch finish(View view, Granularity granularity, long fromMs, long toMs) {
    Window window = view.schema().window();
    if (!window.exists()) {
      return view.finish();
    }
    checkGranularity(window, granularity);
    if (granularity instanceof Granularity.Coarser coarser) {
      return coarser(view, coarser.window(), fromMs, toMs);
    }
    if (granularity instanceof Granularity.All) {
      return all(view, fromMs, toMs);
    }
    return window instanceof Window.Hopping hopping
        ? new HoppingWindows(view, hopping, fromMs, toMs).finish()
        : inRange(view.finish(), view.schema().windowStartIndex(), fromMs, toMs);
  }

  /**
   * Returns how many rows {@link #finish} makes at most; of hopping windows at their own
   * granularity exactly so many, which can be a multiple of the view's rows by their overlap.
   */
  public static long count(View view, Granularity granularity, long fromMs, long toMs) {
    return view.schema().window() instanceof Window.Hopping hopping
            && granularity instanceof Granularity.OwnWindows
        ? new HoppingWindows(view, hopping, fromMs, toMs).count()
        : view.size();
  }

  private static void checkGranularity(Window window, Granularity granularity) {
    if (window instanceof Window.Session && !(granularity instanceof Granularity.OwnWindows)) {
      throw new IllegalStateException(
          "Cannot join %s into other windows: a session is of one length alone"
              .formatted(window.text()));
    }
  }

  private static Batch inRange(Batch finished, int start, long fromMs, long toMs) {
    LongColumn starts = (LongColumn) finished.column(start);
    int[] rows = new int[finished.size()];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      if (starts.get(row) >= fromMs && starts.get(row) < toMs) {
        rows[count++] = row;
      }
    }
    return count == rows.length ? finished : finished.select(rows, count);
  }

  /** Finishes panes joined into tumbling windows that they fit into. */
  private static Batch coarser(View view, Window window, long fromMs, long toMs) {
    LongColumn panes = view.paneStarts();
    int[] rows = new int[view.size()];
    long[] starts = new long[rows.length];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      long start = window.paneStart(panes.get(row));
      if (start >= fromMs && start < toMs) {
        rows[count] = row;
        starts[count++] = start;
      }
    }
    return view.moved(window, rows, starts, count).finish();
  }

  /** Finishes one row a group, from the start of the first pane of all to the end of the last. */
  private static Batch all(View view, long fromMs, long toMs) {
    LongColumn panes = view.paneStarts();
    int[] rows = new int[view.size()];
    int count = 0;
    long firstMs = Long.MAX_VALUE;
    long lastMs = Long.MIN_VALUE;
    for (int row = 0; row < rows.length; row++) {
      long paneMs = panes.get(row);
      if (paneMs >= fromMs && paneMs < toMs) {
        rows[count++] = row;
        firstMs = Math.min(firstMs, paneMs);
        lastMs = Math.max(lastMs, paneMs);
      }
    }
    Batch finished = view.moved(new Window.None(), rows, new long[count], count).finish();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < finished.width(); i++) {
      columns.add(finished.column(i));
    }
    int size = finished.size();
    long endMs = size == 0 ? 0 : view.schema().window().paneEnd(lastMs);
    int start = view.schema().windowStartIndex();
    columns.add(start, constant(firstMs, size));
    columns.add(start + 1, constant(endMs, size));
    return Batch.of(size, columns);
  }

  private static LongColumn constant(long value, int size) {
    long[] values = new long[size];
    Arrays.fill(values, value);
    return LongColumn.of(ColumnType.TIMESTAMP, values, size);
  }
}

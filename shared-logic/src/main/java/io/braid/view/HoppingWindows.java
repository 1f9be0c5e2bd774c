package io.braid.view;

import io.braid.aggregate.Accumulators;
import io.braid.aggregate.Aggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Hopping windows made of panes, at a cost a pane and a window that does not depend on the overlap.
 *
 * <p>Time is cut into blocks as long as a window. A window then is the end of one block and the
 * beginning of the next (or one block), and both are running merges over the panes of a block, from
 * its end backwards and from its beginning onwards. (van Herk, <i>A fast algorithm for local
 * minimum and maximum filters on rectangular and octagonal kernels</i>, Pattern Recognition Letters
 * 13, 1992; Gil and Werman, <i>Computing 2-D min, median, and max filters</i>, IEEE PAMI 15, 1993.)
 *
 * <p>Panes that hold no event are not there, so a block's running merges are as many as its panes
 * in the view, and a window looks for its first and last. Running merges go on in all blocks of all
 * keys at once, a pane of each at a time: see {@link RunningMerges}.
 */
final class HoppingWindows {

  private static final int NONE = -1;

  private final View view;
  private final long slideMs;
  private final long sizeMs;
  private final long fromMs;
  private final long toMs;

  // Counted in panes.
  private final long slide;
  private final long size;

  /** The distinct keys of the view, one a row. */
  private final View keys;

  // The rows of the view by key, then pane; and of each place in this order:
  private final int[] rows;
  private final int[] keyOf;
  private final long[] paneOf;
  private final long[] blockOf;

  /** Looks at the keys and panes of a view. */
  HoppingWindows(View view, Window.Hopping window, long fromMs, long toMs) {
    long paneMs = window.paneMs();
    this.view = view;
    this.slideMs = window.slideMs();
    this.sizeMs = window.sizeMs();
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.slide = slideMs / paneMs;
    this.size = sizeMs / paneMs;
    this.keys = new View(new ViewSchema(view.schema().keys(), new Window.None(), List.of()));
    int count = view.size();
    List<Column> keyColumns = new ArrayList<>();
    for (int k = 0; k < view.schema().keys().size(); k++) {
      keyColumns.add(view.key(k));
    }
    int[] keyOfRow = keys.rows(keyColumns, new long[count], count);
    long[] panes = new long[count];
    LongColumn starts = view.paneStarts();
    for (int row = 0; row < count; row++) {
      panes[row] = starts.get(row) / paneMs;
    }
    this.rows = RowSort.byGroup(RowSort.ascending(panes, count), keyOfRow, keys.size());
    this.keyOf = new int[count];
    this.paneOf = new long[count];
    this.blockOf = new long[count];
    for (int i = 0; i < count; i++) {
      keyOf[i] = keyOfRow[rows[i]];
      paneOf[i] = panes[rows[i]];
      blockOf[i] = Math.floorDiv(paneOf[i], size);
    }
  }

  /** What is told of each window: its first and last pane, as places. */
  private interface Visitor {
    void window(long startMs, int first, int last);
  }

  /** What is told of each pane: which windows hold it and none before, counted in slides. */
  private interface PaneVisitor {
    void pane(int place, long lowest, long highest);
  }

  /** Visits the panes with which windows begin that start in the range, by key, then pane. */
  private void visitPanes(PaneVisitor visitor) {
    long lowest = fromMs == Long.MIN_VALUE ? fromMs : Math.floorDiv(fromMs - 1, slideMs) + 1;
    long highest = toMs == Long.MIN_VALUE ? toMs : Math.floorDiv(toMs - 1, slideMs);
    long next = Long.MIN_VALUE;
    for (int place = 0; place < rows.length; place++) {
      if (place == 0 || keyOf[place] != keyOf[place - 1]) {
        next = Long.MIN_VALUE;
      }
      long low = Math.max(next, Math.floorDiv(paneOf[place] - size, slide) + 1);
      long high = Math.floorDiv(paneOf[place], slide);
      next = high + 1;
      if (Math.max(low, lowest) <= Math.min(high, highest)) {
        visitor.pane(place, Math.max(low, lowest), Math.min(high, highest));
      }
    }
  }

  /** Visits the windows that start in the range and hold a pane, by key, then start. */
  private void visit(Visitor visitor) {
    int[] reached = new int[1];
    visitPanes(
        (first, lowest, highest) -> {
          int last = Math.max(reached[0], first); // that of a key before lies before it
          for (long window = lowest; window <= highest; window++) {
            long end = window * slide + size;
            while (last + 1 < rows.length
                && keyOf[last + 1] == keyOf[first]
                && paneOf[last + 1] < end) {
              last++;
            }
            visitor.window(window * slideMs, first, last);
          }
          reached[0] = last;
        });
  }

  /** Returns how many windows there are, at the cost of a look at each pane. */
  long count() {
    long[] count = new long[1];
    visitPanes((place, lowest, highest) -> count[0] += highest - lowest + 1);
    return count[0];
  }

  /** Returns the finished form of the windows. */
  Batch finish() {
    long counted = count();
    if (counted > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Cannot make %d windows, at most %d; narrow the range of time"
              .formatted(counted, Integer.MAX_VALUE - 8));
    }
    int count = (int) counted;
    int[] keyOfWindow = new int[count];
    long[] starts = new long[count];
    long[] ends = new long[count];
    int[] ending = new int[count]; // the window's first pane, in the block where it starts
    int[] beginning = new int[count]; // its last, in the block behind that
    int[] made = new int[1];
    visit(
        (startMs, first, last) -> {
          int window = made[0]++;
          long block = Math.floorDiv(startMs, sizeMs);
          keyOfWindow[window] = keyOf[first];
          starts[window] = startMs;
          ends[window] = startMs + sizeMs;
          ending[window] = blockOf[first] == block ? first : NONE;
          beginning[window] = blockOf[last] == block ? NONE : last;
        });

    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < view.schema().keys().size(); k++) {
      columns.add(keys.key(k).select(keyOfWindow, count));
    }
    columns.add(LongColumn.of(ColumnType.TIMESTAMP, starts, count));
    columns.add(LongColumn.of(ColumnType.TIMESTAMP, ends, count));
    RunningMerges fromTheEnd = running(-1, ending);
    RunningMerges fromTheBeginning = running(1, beginning);
    List<Column> stored = view.stored();
    int next = view.schema().storedRowsIndex() + 1;
    for (Aggregate aggregate : view.schema().aggregates()) {
      Accumulators windows = aggregate.accumulators();
      windows.grow(count);
      int width = windows.stateTypes().size();
      List<Column> panes = stored.subList(next, next + width);
      fromTheEnd.into(windows, aggregate, panes);
      fromTheBeginning.into(windows, aggregate, panes);
      columns.add(windows.finish());
      next += width;
    }
    return Batch.of(count, columns);
  }

  /**
   * Returns the running merges of all blocks.
   *
   * @param direction 1 from the beginning of each block, -1 from its end
   * @param placeOfWindow up to which place each window takes them, or none
   */
  private RunningMerges running(int direction, int[] placeOfWindow) {
    int count = rows.length;
    int[] series = new int[count];
    int[] levels = new int[count];
    int blocks = 0;
    for (int i = 0; i < count; i++) {
      int at = direction > 0 ? i : count - 1 - i;
      int before = at - direction;
      boolean goesOn = i > 0 && keyOf[at] == keyOf[before] && blockOf[at] == blockOf[before];
      series[at] = goesOn ? series[before] : blocks++;
      levels[at] = goesOn ? levels[before] + 1 : 0;
    }
    return new RunningMerges(rows, series, levels, blocks, placeOfWindow);
  }
}

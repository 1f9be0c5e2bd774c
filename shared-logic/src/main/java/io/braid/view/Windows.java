package io.braid.view;

import io.braid.column.Batch;
import io.braid.time.Granularity;
import io.braid.time.PaneRange;

/** Makes the windows of an answer from the panes of a view. */
public final class Windows {

  private Windows() {}

  /**
   * Returns the finished form, see {@link ViewSchema}: one row for each group and window that holds
   * an event and starts in [{@code fromMs}, {@code toMs}), unordered.
   *
   * @param view holds at least the rows that {@link Granularity#panes} names for this range
   * @param granularity what windows of the answer are
   * @param fromMs inclusive; Long.MIN_VALUE for no bound
   * @param toMs exclusive; Long.MAX_VALUE for no bound
   */
  public static Batch finish(View view, Granularity granularity, long fromMs, long toMs) {
    return view.slice(new PaneRange(fromMs, toMs)).finish();
  }
}

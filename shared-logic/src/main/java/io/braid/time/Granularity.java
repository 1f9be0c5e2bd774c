package io.braid.time;

import java.time.ZoneId;
import java.util.Optional;

/** How an answer slices time: by the metric's own windows, by coarser ones, or not at all. */
public sealed interface Granularity {

  /** The metric's own windows. */
  Granularity WINDOWS = new OwnWindows();

  /** One row a group, from the first pane of the answer to the last. */
  Granularity ALL = new All();

  /**
   * Returns the panes that an answer needs.
   *
   * @param window of the metric
   * @param fromMs rows that start here or later; Long.MIN_VALUE for no bound
   * @param toMs and before here; Long.MAX_VALUE for no bound
   */
  PaneRange panes(Window window, long fromMs, long toMs);

  /** See {@link #WINDOWS}. */
  record OwnWindows() implements Granularity {
    @Override
    public PaneRange panes(Window window, long fromMs, long toMs) {
      return window.panes(fromMs, toMs);
    }
  }

  /**
   * Tumbling windows that the metric's panes fit into.
   *
   * @param window {@link Window.Tumbling} or {@link CalendarWindow}
   */
  record Coarser(Window window) implements Granularity {
    @Override
    public PaneRange panes(Window unused, long fromMs, long toMs) {
      return new PaneRange(fromMs, toMs == Long.MAX_VALUE ? toMs : window.lastWindowEnd(toMs - 1));
    }
  }

  /** See {@link #ALL}. */
  record All() implements Granularity {
    @Override
    public PaneRange panes(Window window, long fromMs, long toMs) {
      return new PaneRange(fromMs, toMs);
    }
  }

  /**
   * Returns the granularity of an ISO-8601 duration ({@code PT5M}, {@code P1D}, {@code P1W}, {@code
   * P1M}) or {@code all}. Days, weeks and months are those of the calendar in {@code zone}.
   *
   * @param window of the metric
   * @param zone of the metric
   * @return empty when the text is no duration or one of more than 9,999 years, the metric's panes
   *     do not fit into it, or the window has none that could be joined: sessions, and no window at
   *     all
   */
  static Optional<Granularity> parse(String text, Window window, ZoneId zone) {
    return new GranularityText(window, zone).parse(text);
  }
}

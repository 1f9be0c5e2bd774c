package io.braid.time;

/**
 * Which rows of a view a question needs: those whose pane starts in [{@code fromMs}, {@code toMs});
 * of sessions those whose last event is at {@code fromMs} or later and whose first is before {@code
 * toMs}.
 *
 * @param fromMs inclusive; Long.MIN_VALUE for no bound
 * @param toMs exclusive; Long.MAX_VALUE for no bound
 */
public record PaneRange(long fromMs, long toMs) {

  /** All rows. */
  public static final PaneRange ALL = new PaneRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** No row. */
  public static final PaneRange NONE = new PaneRange(0, 0);

  /** Returns whether a row is in the range. */
  public boolean contains(long firstMs, long lastMs) {
    return lastMs >= fromMs && firstMs < toMs;
  }
}

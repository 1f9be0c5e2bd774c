package io.braid.client;

import java.io.PrintWriter;
import java.util.Locale;

/** One line that is drawn over itself on a terminal, and nothing at all elsewhere. One thread. */
public final class ProgressBar {
  private static final int CELLS = 30;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final String START_OF_EMPTY_LINE = "\r\033[K";

  private final PrintWriter writer;
  private final boolean terminal;
  private boolean drawn;
  private long drawnAt;

  /**
   * @param terminal whether the writer ends on a terminal
   */
  public ProgressBar(PrintWriter writer, boolean terminal) {
    this.writer = writer;
    this.terminal = terminal;
  }

  /**
   * Draws the line, at most ten times a second.
   *
   * @param fraction done, 0 to 1; values outside are taken for the nearer end
   */
  public void show(String label, double fraction, String detail) {
    long now = System.nanoTime();
    if (!terminal || (drawn && now - drawnAt < REDRAW_NANOS)) {
      return;
    }
    writer.print(START_OF_EMPTY_LINE + line(label, fraction, detail));
    writer.flush();
    drawn = true;
    drawnAt = now;
  }

  /** Takes the line away, so that others can write. */
  public void clear() {
    if (drawn) {
      writer.print(START_OF_EMPTY_LINE);
      writer.flush();
      drawn = false;
    }
  }

  static String line(String label, double fraction, String detail) {
    double done = Math.min(1, Math.max(0, fraction));
    int full = (int) (done * CELLS);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %3d %%  %s",
        label,
        "#".repeat(full),
        ".".repeat(CELLS - full),
        (int) (done * 100),
        detail);
  }
}

package io.braid.time;

/**
 * How a metric slices event time. A view keeps one row a group and <em>pane</em>, the smallest
 * slice that every window is a union of.
 */
public sealed interface Window {

  /** Returns whether there are windows at all; without, a view has one pane for all time. */
  boolean exists();

  /** Returns the start of the pane that contains {@code eventTimeMs}. */
  long paneStart(long eventTimeMs);

  /** Returns the end, exclusive, of the pane that starts at {@code paneStartMs}. */
  long paneEnd(long paneStartMs);

  /** Returns the end, exclusive, of the last window that contains {@code eventTimeMs}. */
  long lastWindowEnd(long eventTimeMs);

  /** Returns the normal form, part of fingerprints: {@code tumble(60000)}. */
  String text();

  /** No window: one all-time group. Nothing is ever late. */
  record None() implements Window {
    /** The start of the only pane. */
    public static final long PANE = 0;

    @Override
    public boolean exists() {
      return false;
    }

    @Override
    public long paneStart(long eventTimeMs) {
      return PANE;
    }

    @Override
    public long paneEnd(long paneStartMs) {
      return Long.MAX_VALUE;
    }

    @Override
    public long lastWindowEnd(long eventTimeMs) {
      return Long.MAX_VALUE;
    }

    @Override
    public String text() {
      return "none";
    }
  }

  /**
   * Windows of one size that neither overlap nor leave gaps, aligned to the epoch in UTC. Size 10
   * gives {@code …, [-10, 0), [0, 10), [10, 20), …}: an event at -1 falls into {@code [-10, 0)}.
   *
   * @param sizeMs milliseconds, positive
   */
  record Tumbling(long sizeMs) implements Window {
    public Tumbling {
      if (sizeMs <= 0) {
        throw new IllegalArgumentException(
            "Invalid window size: %d ms, must be > 0".formatted(sizeMs));
      }
    }

    @Override
    public boolean exists() {
      return true;
    }

    @Override
    public long paneStart(long eventTimeMs) {
      return Math.floorDiv(eventTimeMs, sizeMs) * sizeMs;
    }

    @Override
    public long paneEnd(long paneStartMs) {
      return paneStartMs + sizeMs;
    }

    @Override
    public long lastWindowEnd(long eventTimeMs) {
      return paneStart(eventTimeMs) + sizeMs;
    }

    @Override
    public String text() {
      return "tumble(" + sizeMs + ")";
    }
  }
}

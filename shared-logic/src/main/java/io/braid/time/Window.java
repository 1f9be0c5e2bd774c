package io.braid.time;

import java.time.ZoneId;

/**
 * How a metric slices event time. A view keeps one row a group and <em>pane</em>, the smallest
 * slice that every window is a union of; for sessions one row a group and session.
 */
public sealed interface Window
    permits Window.None, Window.Tumbling, Window.Hopping, Window.Session, CalendarWindow {

  /** Returns whether there are windows at all; without, a view has one pane for all time. */
  boolean exists();

  /**
   * Returns the start of the pane that contains {@code eventTimeMs}; for sessions the event time
   * itself, where a session of this one event starts.
   */
  long paneStart(long eventTimeMs);

  /** Returns the end, exclusive, of the pane that starts at {@code paneStartMs}. */
  long paneEnd(long paneStartMs);

  /** Returns the end, exclusive, of the last window that contains {@code eventTimeMs}. */
  long lastWindowEnd(long eventTimeMs);

  /**
   * Returns the watermark from which on no event in time can change a window. An event at the last
   * instant of the window is late once the watermark has reached the end of the last window that
   * contains it; allowed lateness comes on top.
   *
   * @param windowEndMs exclusive, of a window or of a union of panes
   */
  default long finalFrom(long windowEndMs) {
    return lastWindowEnd(windowEndMs - 1);
  }

  /**
   * Returns the panes that windows are made of which start in a range.
   *
   * @param fromMs inclusive; Long.MIN_VALUE for no bound
   * @param toMs exclusive; Long.MAX_VALUE for no bound
   */
  default PaneRange panes(long fromMs, long toMs) {
    return new PaneRange(fromMs, toMs);
  }

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
   * Window {@code [0, 10)} is final from watermark 10 on.
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

  /**
   * Windows of one size, a new one every slide, aligned to the epoch in UTC; an event belongs to
   * all that contain it. Slide 4 and size 10 give {@code …, [-4, 6), [0, 10), [4, 14), …}, built
   * from panes of gcd(4, 10) = 2: an event at 5 falls into pane {@code [4, 6)} and into all three.
   * It is late once the watermark has reached 14, the end of the last one. Window {@code [0, 10)}
   * is final from watermark 18 on: an event at 9 also belongs to {@code [8, 18)}, and goes into all
   * its windows or none.
   *
   * @param slideMs milliseconds, positive
   * @param sizeMs milliseconds, not less than the slide, at most {@value #MAX_OVERLAP} times it
   */
  record Hopping(long slideMs, long sizeMs) implements Window {

    /** A day of windows that slide by a minute; what an event costs at read time grows with it. */
    public static final int MAX_OVERLAP = 1_440;

    public Hopping {
      if (slideMs <= 0 || sizeMs < slideMs) {
        throw new IllegalArgumentException(
            "Invalid hopping window: slide %d ms and size %d ms, must be 0 < slide <= size"
                .formatted(slideMs, sizeMs));
      }
      if ((sizeMs - 1) / slideMs >= MAX_OVERLAP) {
        throw new IllegalArgumentException(
            "Invalid hopping window: size %d ms is more than %d times the slide of %d ms"
                .formatted(sizeMs, MAX_OVERLAP, slideMs));
      }
    }

    /** Returns the length of a pane: the greatest common divisor of slide and size. */
    public long paneMs() {
      long a = sizeMs;
      long b = slideMs;
      while (b != 0) {
        long rest = a % b;
        a = b;
        b = rest;
      }
      return a;
    }

    @Override
    public boolean exists() {
      return true;
    }

    @Override
    public long paneStart(long eventTimeMs) {
      long paneMs = paneMs();
      return Math.floorDiv(eventTimeMs, paneMs) * paneMs;
    }

    @Override
    public long paneEnd(long paneStartMs) {
      return paneStartMs + paneMs();
    }

    @Override
    public long lastWindowEnd(long eventTimeMs) {
      return Math.floorDiv(eventTimeMs, slideMs) * slideMs + sizeMs;
    }

    @Override
    public PaneRange panes(long fromMs, long toMs) {
      boolean bounded = toMs < Long.MAX_VALUE - sizeMs;
      return new PaneRange(fromMs, bounded ? toMs + sizeMs - 1 : Long.MAX_VALUE);
    }

    @Override
    public String text() {
      return "hop(" + slideMs + ", " + sizeMs + ")";
    }
  }

  /**
   * Windows of activity: a group's events belong to one session as long as each is at most one gap
   * away from another of it. A session starts at its first event and ends one gap behind its last.
   * Gap 10 and events at 0, 10 and 21 give {@code [0, 20)} and {@code [21, 31)}; an event at 11 or
   * 20, in any order, makes {@code [0, 31)} of them. The event at 0 by itself is late once the
   * watermark has reached 10. Session {@code [0, 20)} is final from watermark 30 on: until then an
   * event at 20 would still be folded, and join.
   *
   * @param gapMs milliseconds, positive
   */
  record Session(long gapMs) implements Window {
    public Session {
      if (gapMs <= 0) {
        throw new IllegalArgumentException(
            "Invalid session gap: %d ms, must be > 0".formatted(gapMs));
      }
    }

    @Override
    public boolean exists() {
      return true;
    }

    @Override
    public long paneStart(long eventTimeMs) {
      return eventTimeMs;
    }

    /** Returns the end of a session whose only event is at {@code paneStartMs}. */
    @Override
    public long paneEnd(long paneStartMs) {
      return paneStartMs + gapMs;
    }

    @Override
    public long lastWindowEnd(long eventTimeMs) {
      return eventTimeMs + gapMs;
    }

    @Override
    public long finalFrom(long windowEndMs) {
      return lastWindowEnd(windowEndMs);
    }

    /**
     * Sessions that start before the range may reach into it, and join with what starts there; and
     * one that starts in the range may go on without end.
     */
    @Override
    public PaneRange panes(long fromMs, long toMs) {
      boolean bounded = fromMs > Long.MIN_VALUE + gapMs;
      return new PaneRange(bounded ? fromMs - gapMs : Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public String text() {
      return "session(" + gapMs + ")";
    }
  }

  /**
   * Returns windows of whole days, weeks or months: {@link Tumbling} where the zone makes no
   * difference, so that equal definitions have equal texts.
   *
   * @param count how many units a window has, positive
   */
  static Window calendar(CalendarWindow.Unit unit, int count, ZoneId zone) {
    return CalendarWindow.of(unit, count, zone);
  }
}

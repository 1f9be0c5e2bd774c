package io.braid.time;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.OptionalLong;

/** Windows and lengths of time as people read them. */
public final class WindowWords {

  private WindowWords() {}

  /**
   * Returns kind, lengths and panes of a window: {@code hopping: slide 1 min, size 5 min, panes of
   * 1 min}, {@code tumbling: size 1 month in Europe/Berlin, panes of 1 month}.
   */
  public static String of(Window window) {
    if (window instanceof Window.Tumbling tumbling) {
      return "tumbling: size %s, panes of %s".formatted(length(tumbling.sizeMs()), panes(window));
    }
    if (window instanceof CalendarWindow calendar) {
      return "tumbling: size %s in %s, panes of %s"
          .formatted(panes(window), zone(calendar.zone()), panes(window));
    }
    if (window instanceof Window.Hopping hopping) {
      return "hopping: slide %s, size %s, panes of %s"
          .formatted(length(hopping.slideMs()), length(hopping.sizeMs()), panes(window));
    }
    if (window instanceof Window.Session session) {
      return "sessions: gap %s, no panes".formatted(length(session.gapMs()));
    }
    return "none: one row a group, for all time";
  }

  /**
   * Returns how long panes are: {@code 1 min}, {@code 3 months}.
   *
   * @throws IllegalArgumentException when the window has no panes: sessions, and no window at all
   */
  public static String panes(Window window) {
    if (window instanceof CalendarWindow calendar) {
      return count(calendar.count(), calendar.unit().name().toLowerCase(Locale.ROOT));
    }
    return length(
        paneMs(window)
            .orElseThrow(
                () -> new IllegalArgumentException("There are no panes of " + window.text())));
  }

  /**
   * Returns the length of a window's panes in milliseconds; empty when they differ in length, as
   * months do, or there are none.
   */
  public static OptionalLong paneMs(Window window) {
    if (window instanceof Window.Tumbling tumbling) {
      return OptionalLong.of(tumbling.sizeMs());
    }
    return window instanceof Window.Hopping hopping
        ? OptionalLong.of(hopping.paneMs())
        : OptionalLong.empty();
  }

  /**
   * Returns a length of time in the largest unit that it is a multiple of: 60,000 gives {@code 1
   * min}, 90,000 gives {@code 90 s}, 172,800,000 gives {@code 2 days}.
   */
  public static String length(long lengthMs) {
    if (lengthMs % 86_400_000 == 0) {
      return count(lengthMs / 86_400_000, "day");
    }
    if (lengthMs % 3_600_000 == 0) {
      return lengthMs / 3_600_000 + " h";
    }
    if (lengthMs % 60_000 == 0) {
      return lengthMs / 60_000 + " min";
    }
    return lengthMs % 1_000 == 0 ? lengthMs / 1_000 + " s" : lengthMs + " ms";
  }

  /** Returns the name of a time zone; {@code UTC} for all that are the same as it. */
  public static String zone(ZoneId zone) {
    return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  private static String count(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}

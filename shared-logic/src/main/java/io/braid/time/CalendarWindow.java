package io.braid.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Tumbling windows of whole days, weeks from Monday, or months, as the clocks of a time zone show
 * them. In Europe/Berlin the day of 2026-03-29 lasts from 2026-03-28T23:00Z to 2026-03-29T22:00Z,
 * 23 hours; that of 2026-10-25 from 2026-10-24T22:00Z to 2026-10-25T23:00Z, 25 hours. A day that
 * the clocks leave out has no window. A day that they show again, because they are set back across
 * midnight, begins when it is shown first: 2010-11-07 in America/St_Johns, where one minute past
 * midnight became 23:01 of the day before, lasts from 2010-11-07T02:30Z on, 25 hours.
 *
 * <p>Windows of several units are counted from the epoch: days from 1970-01-01, weeks from Monday
 * 1969-12-29, months from January 1970, so that three months are quarters and twelve are years.
 *
 * <p>Immutable and safe to share: what it remembers of the calendar are immutable facts.
 */
public final class CalendarWindow implements Window {

  private static final LocalDate FIRST_MONDAY = LocalDate.of(1969, 12, 29);
  private static final LocalDate FIRST_MONTH = LocalDate.of(1970, 1, 1);
  private static final long DAY_MS = 86_400_000;

  /** With days this is two years of event time, a power of two so that its rest is a mask. */
  private static final int STRETCHES = 1_024;

  private final Unit unit;
  private final int count;
  private final ZoneId zone;

  // What has been asked last of each part of the calendar: finding it out costs some 500 ns,
  // looking
  // it up here a few. Threads may overwrite each other's findings, which are all right.
  private final Stretch[] stretches = new Stretch[STRETCHES];

  /** What a window is counted in. */
  public enum Unit {
    /** From midnight to midnight. */
    DAY(26),
    /** From Monday to Monday. */
    WEEK(29),
    /** From the first of a month to that of another. */
    MONTH(31);

    /** 2 to this power are as many milliseconds as fit into the shortest: 19 h, 6 d, 25 d. */
    private final int bits;

    Unit(int bits) {
      this.bits = bits;
    }
  }

  /**
   * A stretch of 2^bits milliseconds, so short that it holds parts of at most two windows, {@code
   * [startMs, middleMs)} and {@code [middleMs, endMs)}.
   */
  private record Stretch(long number, long startMs, long middleMs, long endMs) {
    static final Stretch NONE = new Stretch(Long.MIN_VALUE, 0, 0, 0);
  }

  /**
   * Makes the window; see {@link Window#calendar}.
   *
   * @param count how many units a window has, positive
   */
  public CalendarWindow(Unit unit, int count, ZoneId zone) {
    if (count <= 0) {
      throw new IllegalArgumentException(
          "Invalid window size: %d %s, must be > 0".formatted(count, unit));
    }
    this.unit = unit;
    this.count = count;
    this.zone = zone;
    Arrays.fill(stretches, Stretch.NONE);
  }

  /** See {@link Window#calendar}. */
  static Window of(Unit unit, int count, ZoneId zone) {
    boolean utc = zone.normalized().equals(ZoneOffset.UTC);
    return unit == Unit.DAY && utc
        ? new Window.Tumbling(Math.multiplyExact(count, DAY_MS))
        : new CalendarWindow(unit, count, utc ? ZoneOffset.UTC : zone);
  }

  /** Returns what a window is counted in. */
  public Unit unit() {
    return unit;
  }

  /** Returns how many units a window has. */
  public int count() {
    return count;
  }

  /** Returns the time zone. */
  public ZoneId zone() {
    return zone;
  }

  @Override
  public boolean exists() {
    return true;
  }

  @Override
  public long paneStart(long eventTimeMs) {
    Stretch stretch = stretch(eventTimeMs);
    return eventTimeMs < stretch.middleMs ? stretch.startMs : stretch.middleMs;
  }

  @Override
  public long paneEnd(long paneStartMs) {
    Stretch stretch = stretch(paneStartMs);
    return paneStartMs < stretch.middleMs ? stretch.middleMs : stretch.endMs;
  }

  @Override
  public long lastWindowEnd(long eventTimeMs) {
    return paneEnd(eventTimeMs);
  }

  private Stretch stretch(long eventTimeMs) {
    long number = eventTimeMs >> unit.bits;
    int place = (int) (number & (STRETCHES - 1));
    Stretch stretch = stretches[place];
    if (stretch.number != number) {
      long beginMs = number << unit.bits;
      LocalDate first = first(beginMs);
      long middleMs = end(first);
      stretch = new Stretch(number, start(first), middleMs, end(first(middleMs)));
      stretches[place] = stretch;
    }
    return stretch;
  }

  /** Returns the day with which the window begins that holds the instant. */
  private LocalDate first(long eventTimeMs) {
    LocalDate first = floor(Instant.ofEpochMilli(eventTimeMs).atZone(zone).toLocalDate());
    // While a day is shown again the clocks show one whose window is over already.
    while (start(next(first)) <= eventTimeMs) {
      first = next(first);
    }
    return first;
  }

  private LocalDate floor(LocalDate day) {
    return switch (unit) {
      case DAY -> day.minusDays(Math.floorMod(day.toEpochDay(), (long) count));
      case WEEK ->
          day.minusDays(Math.floorMod(ChronoUnit.DAYS.between(FIRST_MONDAY, day), 7L * count));
      case MONTH -> {
        LocalDate month = day.withDayOfMonth(1);
        long months = ChronoUnit.MONTHS.between(FIRST_MONTH, month);
        yield month.minusMonths(Math.floorMod(months, (long) count));
      }
    };
  }

  private LocalDate next(LocalDate first) {
    return switch (unit) {
      case DAY -> first.plusDays(count);
      case WEEK -> first.plusWeeks(count);
      case MONTH -> first.plusMonths(count);
    };
  }

  private long start(LocalDate first) {
    return first.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private long end(LocalDate first) {
    return start(next(first));
  }

  @Override
  public String text() {
    return "tumble(%d %s, %s)".formatted(count, unit.name().toLowerCase(Locale.ROOT), zone.getId());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalendarWindow window
        && unit == window.unit
        && count == window.count
        && zone.equals(window.zone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(unit, count, zone);
  }

  @Override
  public String toString() {
    return text();
  }
}

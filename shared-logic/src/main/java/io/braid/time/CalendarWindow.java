package io.braid.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Tumbling windows of whole days, weeks from Monday, or months, as the clocks of a time zone show
 * them. In Europe/Berlin the day of 2026-03-29 lasts from 2026-03-28T23:00Z to 2026-03-29T22:00Z,
 * 23 hours; that of 2026-10-25 from 2026-10-24T22:00Z to 2026-10-25T23:00Z, 25 hours.
 *
 * <p>Windows of several units are counted from the epoch: days from 1970-01-01, weeks from Monday
 * 1969-12-29, months from January 1970, so that three months are quarters and twelve are years.
 *
 * @param count how many units a window has, positive
 */
public record CalendarWindow(Unit unit, int count, ZoneId zone) implements Window {

  private static final LocalDate FIRST_MONDAY = LocalDate.of(1969, 12, 29);
  private static final LocalDate EPOCH = LocalDate.EPOCH;
  private static final long DAY_MS = 86_400_000;

  /** What a window is counted in. */
  public enum Unit {
    /** From midnight to midnight. */
    DAY,
    /** From Monday to Monday. */
    WEEK,
    /** From the first of a month to that of another. */
    MONTH
  }

  public CalendarWindow {
    if (count <= 0) {
      throw new IllegalArgumentException(
          "Invalid window size: %d %s, must be > 0".formatted(count, unit));
    }
  }

  /** See {@link Window#calendar}. */
  static Window of(Unit unit, int count, ZoneId zone) {
    boolean utc = zone.normalized().equals(ZoneOffset.UTC);
    return unit == Unit.DAY && utc
        ? new Window.Tumbling(Math.multiplyExact(count, DAY_MS))
        : new CalendarWindow(unit, count, utc ? ZoneOffset.UTC : zone);
  }

  @Override
  public boolean exists() {
    return true;
  }

  @Override
  public long paneStart(long eventTimeMs) {
    LocalDate day = Instant.ofEpochMilli(eventTimeMs).atZone(zone).toLocalDate();
    LocalDate first = floor(day);
    // Clocks set back across midnight show a day again: windows go by the instant that it began
    // first.
    if (instant(first) > eventTimeMs) {
      first = next(first, -1);
    } else if (instant(next(first, 1)) <= eventTimeMs) {
      first = next(first, 1);
    }
    return instant(first);
  }

  private LocalDate floor(LocalDate day) {
    return switch (unit) {
      case DAY -> day.minusDays(Math.floorMod(day.toEpochDay(), (long) count));
      case WEEK ->
          day.minusDays(Math.floorMod(ChronoUnit.DAYS.between(FIRST_MONDAY, day), 7L * count));
      case MONTH -> {
        LocalDate month = day.withDayOfMonth(1);
        long months = ChronoUnit.MONTHS.between(EPOCH.withDayOfMonth(1), month);
        yield month.minusMonths(Math.floorMod(months, (long) count));
      }
    };
  }

  private LocalDate next(LocalDate first, int windows) {
    long units = (long) count * windows;
    return switch (unit) {
      case DAY -> first.plusDays(units);
      case WEEK -> first.plusWeeks(units);
      case MONTH -> first.plusMonths(units);
    };
  }

  private long instant(LocalDate day) {
    return day.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  @Override
  public long paneEnd(long paneStartMs) {
    LocalDate first = Instant.ofEpochMilli(paneStartMs).atZone(zone).toLocalDate();
    return instant(next(first, 1));
  }

  @Override
  public long lastWindowEnd(long eventTimeMs) {
    return paneEnd(paneStart(eventTimeMs));
  }

  @Override
  public String text() {
    return "tumble(%d %s, %s)".formatted(count, unit.name().toLowerCase(Locale.ROOT), zone.getId());
  }
}

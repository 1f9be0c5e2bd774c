package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.time.CalendarWindow.Unit;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarWindowTest {

  /** Zones with every kind of oddity, and all others. */
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "America/Santiago",
          "Asia/Beirut",
          "America/St_Johns",
          "America/Sao_Paulo",
          "America/Juneau",
          "Pacific/Apia",
          "Pacific/Kwajalein",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "Africa/Monrovia",
          "Antarctica/Troll");

  /** Start and end as the zone's published rules have them, worked out by hand. */
  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      textBlock =
          """
          DAY,   1, Europe/Berlin,       2026-03-29T00:30:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z
          DAY,   1, Europe/Berlin,       2026-10-25T00:30:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z
          DAY,   1, Europe/Berlin,       2026-10-25T23:00:00Z, 2026-10-25T23:00:00Z, 2026-10-26T23:00:00Z
          DAY,   1, America/New_York,    2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z
          DAY,   1, America/New_York,    2026-11-01T05:59:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z
          DAY,   1, America/Santiago,    2022-09-11T04:00:00Z, 2022-09-11T04:00:00Z, 2022-09-12T03:00:00Z
          DAY,   1, America/Santiago,    2022-04-03T03:30:00Z, 2022-04-02T03:00:00Z, 2022-04-03T04:00:00Z
          DAY,   1, Asia/Beirut,         2022-03-27T12:00:00Z, 2022-03-26T22:00:00Z, 2022-03-27T21:00:00Z
          DAY,   1, Asia/Beirut,         2022-10-29T21:30:00Z, 2022-10-28T21:00:00Z, 2022-10-29T22:00:00Z
          DAY,   1, America/St_Johns,    2010-11-07T02:45:00Z, 2010-11-07T02:30:00Z, 2010-11-08T03:30:00Z
          DAY,   1, Pacific/Apia,        2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z
          DAY,   1, Pacific/Apia,        2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z
          DAY,   2, Pacific/Apia,        2011-12-30T12:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z
          DAY,   1, Australia/Lord_Howe, 2026-04-04T20:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z
          DAY,   1, Australia/Lord_Howe, 2026-10-03T20:00:00Z, 2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z
          DAY,   3, Europe/Berlin,       1970-01-03T12:00:00Z, 1969-12-31T23:00:00Z, 1970-01-03T23:00:00Z
          WEEK,  1, UTC,                 2026-01-01T00:00:00Z, 2025-12-29T00:00:00Z, 2026-01-05T00:00:00Z
          WEEK,  1, Europe/Berlin,       2026-01-04T22:59:59Z, 2025-12-28T23:00:00Z, 2026-01-04T23:00:00Z
          WEEK,  1, Europe/Berlin,       2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z
          WEEK,  2, UTC,                 1970-01-11T23:59:59Z, 1969-12-29T00:00:00Z, 1970-01-12T00:00:00Z
          WEEK,  1, Pacific/Apia,        2011-12-31T00:00:00Z, 2011-12-26T10:00:00Z, 2012-01-01T10:00:00Z
          MONTH, 1, UTC,                 2024-02-29T23:59:59Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z
          MONTH, 1, Europe/Berlin,       2026-03-31T21:59:59Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z
          MONTH, 3, America/New_York,    2026-05-05T00:00:00Z, 2026-04-01T04:00:00Z, 2026-07-01T04:00:00Z
          MONTH, 12, UTC,                1969-07-20T20:17:00Z, 1969-01-01T00:00:00Z, 1970-01-01T00:00:00Z
          """)
  void windowOfAnInstantIsThatOfTheClocks(
      Unit unit, int count, ZoneId zone, Instant eventTime, Instant start, Instant end) {
    Window window = new CalendarWindow(unit, count, zone);
    long startMs = window.paneStart(eventTime.toEpochMilli());
    assertThat(Instant.ofEpochMilli(startMs)).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(window.paneEnd(startMs))).isEqualTo(end);
    assertThat(window.lastWindowEnd(eventTime.toEpochMilli())).isEqualTo(end.toEpochMilli());
  }

  @Property(tries = 200)
  void windowsTileTimeWithoutGapOrOverlap(@ForAll long seed) {
    Random random = new Random(seed);
    CalendarWindow window = random(random);
    long start = window.paneStart(random.nextLong(Timestamps.MIN_MS, Timestamps.MAX_MS));
    for (int i = 0; i < 20; i++) {
      long end = window.paneEnd(start);
      assertThat(end).as("%s from %d", window, start).isGreaterThan(start);
      for (long inside : new long[] {start, random.nextLong(start, end), end - 1}) {
        assertThat(window.paneStart(inside)).as("%s at %d", window, inside).isEqualTo(start);
        assertThat(window.lastWindowEnd(inside)).as("%s at %d", window, inside).isEqualTo(end);
      }
      assertThat(window.paneStart(end)).as("%s at %d", window, end).isEqualTo(end);
      start = end;
    }
  }

  /** The slow and obvious way: walk over the dates from one that surely lies before. */
  @Property(tries = 200)
  void windowIsTheLastOneThatBeganAtOrBeforeTheInstant(@ForAll long seed) {
    Random random = new Random(seed);
    CalendarWindow window = random(random);
    long eventTimeMs =
        random.nextLong(
            Instant.parse("1840-01-01T00:00:00Z").toEpochMilli(),
            Instant.parse("2100-01-01T00:00:00Z").toEpochMilli());
    long days = window.count() * (window.unit() == Unit.DAY ? 1L : 40L);
    LocalDate date = firstOfAWindow(window, eventTimeMs, days);
    long start = Long.MIN_VALUE;
    long end = startMs(date, window.zone());
    while (end <= eventTimeMs) {
      start = end;
      date = next(date, window);
      end = startMs(date, window.zone());
    }
    assertThat(window.paneStart(eventTimeMs)).as("%s at %d", window, eventTimeMs).isEqualTo(start);
    assertThat(window.paneEnd(start)).as("%s at %d", window, eventTimeMs).isEqualTo(end);
  }

  private static LocalDate firstOfAWindow(CalendarWindow window, long eventTimeMs, long days) {
    LocalDate before = LocalDate.ofEpochDay(Math.floorDiv(eventTimeMs, 86_400_000L) - days - 3);
    LocalDate date = before;
    while (!isFirst(date, window)) {
      date = date.minusDays(1);
    }
    return date;
  }

  private static boolean isFirst(LocalDate date, CalendarWindow window) {
    int count = window.count();
    return switch (window.unit()) {
      case DAY -> Math.floorMod(date.toEpochDay(), count) == 0;
      case WEEK -> Math.floorMod(date.toEpochDay() + 3, 7 * count) == 0; // Monday 1969-12-29
      case MONTH ->
          date.getDayOfMonth() == 1
              && Math.floorMod(date.getYear() * 12 + date.getMonthValue() - 1 - 1970 * 12, count)
                  == 0;
    };
  }

  private static LocalDate next(LocalDate first, CalendarWindow window) {
    LocalDate date = first.plusDays(1);
    while (!isFirst(date, window)) {
      date = date.plusDays(1);
    }
    return date;
  }

  private static long startMs(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private static CalendarWindow random(Random random) {
    List<String> all = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    List<String> zones = random.nextBoolean() ? ZONES : all;
    Unit unit = List.of(Unit.DAY, Unit.WEEK, Unit.MONTH).get(random.nextInt(3));
    int count = random.nextBoolean() ? 1 : 1 + random.nextInt(12);
    return new CalendarWindow(unit, count, ZoneId.of(zones.get(random.nextInt(zones.size()))));
  }

  @Test
  void dayInUtcIsAnOrdinaryTumblingWindow() {
    for (String utc : List.of("UTC", "Etc/UTC", "Z", "GMT", "+00:00")) {
      assertThat(Window.calendar(Unit.DAY, 2, ZoneId.of(utc)))
          .isEqualTo(new Window.Tumbling(2 * 86_400_000L));
      assertThat(Window.calendar(Unit.WEEK, 1, ZoneId.of(utc)).text())
          .isEqualTo("tumble(1 week, Z)");
    }
    assertThat(Window.calendar(Unit.DAY, 1, ZoneId.of("Europe/Berlin")).text())
        .isEqualTo("tumble(1 day, Europe/Berlin)");
  }

  @Test
  void windowsOfOneDefinitionAreEqual() {
    CalendarWindow window = new CalendarWindow(Unit.WEEK, 2, ZoneOffset.UTC);
    assertThat(window)
        .isEqualTo(new CalendarWindow(Unit.WEEK, 2, ZoneOffset.UTC))
        .hasSameHashCodeAs(new CalendarWindow(Unit.WEEK, 2, ZoneOffset.UTC))
        .isNotEqualTo(new CalendarWindow(Unit.WEEK, 1, ZoneOffset.UTC))
        .isNotEqualTo(new CalendarWindow(Unit.MONTH, 2, ZoneOffset.UTC))
        .isNotEqualTo(new CalendarWindow(Unit.WEEK, 2, ZoneOffset.ofHours(1)));
  }

  @Test
  void windowOfNoDaysIsRefused() {
    assertThatThrownBy(() -> new CalendarWindow(Unit.DAY, 0, ZoneOffset.UTC))
        .hasMessage("Invalid window size: 0 DAY, must be > 0");
  }
}

package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.time.CalendarWindow.Unit;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GranularityTest {

  private static final long MINUTE = 60_000;
  private static final long DAY = 86_400_000;

  /** The windows of the tables below. */
  private static Window window(String name, ZoneId zone) {
    return switch (name) {
      case "minute" -> new Window.Tumbling(MINUTE);
      case "half hour" -> new Window.Tumbling(30 * MINUTE);
      case "hour" -> new Window.Tumbling(60 * MINUTE);
      case "7 seconds" -> new Window.Tumbling(7_000);
      case "2 days" -> new Window.Tumbling(2 * DAY);
      case "hop 4 of 10" -> new Window.Hopping(4_000, 10_000);
      case "day" -> Window.calendar(Unit.DAY, 1, zone);
      case "3 days" -> Window.calendar(Unit.DAY, 3, zone);
      case "week" -> Window.calendar(Unit.WEEK, 1, zone);
      case "month" -> Window.calendar(Unit.MONTH, 1, zone);
      case "quarter" -> Window.calendar(Unit.MONTH, 3, zone);
      case "session" -> new Window.Session(MINUTE);
      default -> new Window.None();
    };
  }

  @ParameterizedTest(name = "{0} in {1}: {2}")
  @CsvSource(
      textBlock =
          """
          minute,      UTC,              PT1M,     tumble(60000)
          minute,      UTC,              PT5M,     tumble(300000)
          minute,      UTC,              pt5m,     tumble(300000)
          minute,      UTC,              PT1H30M,  tumble(5400000)
          minute,      UTC,              PT90S,
          minute,      UTC,              P9999Y,   'tumble(119988 month, Z)'
          minute,      UTC,              P10000Y,
          minute,      UTC,              P170000000Y,
          minute,      UTC,              P2147483647D,
          minute,      UTC,              PT2562047788015H12M,
          minute,      UTC,              PT1M0.5S,
          minute,      UTC,              PT0S,
          minute,      UTC,              -PT5M,
          minute,      UTC,              P1D,      tumble(86400000)
          minute,      UTC,              P1DT12H,  tumble(129600000)
          minute,      Europe/Berlin,    P1D,      'tumble(1 day, Europe/Berlin)'
          minute,      Europe/Berlin,    P1W,      'tumble(1 week, Europe/Berlin)'
          minute,      Europe/Berlin,    p2w,      'tumble(2 week, Europe/Berlin)'
          minute,      Europe/Berlin,    P7D,      'tumble(7 day, Europe/Berlin)'
          minute,      Europe/Berlin,    P1M,      'tumble(1 month, Europe/Berlin)'
          minute,      Europe/Berlin,    P1Y,      'tumble(12 month, Europe/Berlin)'
          minute,      Europe/Berlin,    P1Y6M,    'tumble(18 month, Europe/Berlin)'
          minute,      Europe/Berlin,    P0D,
          minute,      Europe/Berlin,    P-1D,
          minute,      Europe/Berlin,    P1M1D,
          minute,      Europe/Berlin,    P1M-1D,
          minute,      UTC,              P999999999Y,
          minute,      UTC,              5m,
          minute,      UTC,              day,
          minute,      UTC,              ALL,
          minute,      UTC,              '',
          half hour,   Asia/Kolkata,     P1D,      'tumble(1 day, Asia/Kolkata)'
          hour,        Asia/Kolkata,     P1D,
          hour,        Asia/Kolkata,     PT2H,     tumble(7200000)
          half hour,   Asia/Kathmandu,   P1D,
          hour,        Australia/Lord_Howe, P1D,
          half hour,   Australia/Lord_Howe, P1D,   'tumble(1 day, Australia/Lord_Howe)'
          7 seconds,   UTC,              PT14S,    tumble(14000)
          7 seconds,   UTC,              PT15S,
          7 seconds,   UTC,              P1D,
          7 seconds,   UTC,              P7D,      tumble(604800000)
          7 seconds,   Europe/Berlin,    P7D,
          2 days,      UTC,              P2D,      tumble(172800000)
          2 days,      UTC,              P4D,      tumble(345600000)
          2 days,      UTC,              P3D,
          2 days,      UTC,              P1W,
          2 days,      UTC,              P1M,
          hop 4 of 10, UTC,              PT2S,     tumble(2000)
          hop 4 of 10, UTC,              PT10S,    tumble(10000)
          hop 4 of 10, UTC,              PT5S,
          day,         Europe/Berlin,    P1D,      'tumble(1 day, Europe/Berlin)'
          day,         Europe/Berlin,    P3D,      'tumble(3 day, Europe/Berlin)'
          day,         Europe/Berlin,    P1W,      'tumble(1 week, Europe/Berlin)'
          day,         Europe/Berlin,    P3M,      'tumble(3 month, Europe/Berlin)'
          day,         Europe/Berlin,    PT24H,
          day,         UTC,              PT24H,    tumble(86400000)
          3 days,      Europe/Berlin,    P6D,      'tumble(6 day, Europe/Berlin)'
          3 days,      Europe/Berlin,    P1D,
          3 days,      Europe/Berlin,    P1M,
          week,        Europe/Berlin,    P2W,      'tumble(2 week, Europe/Berlin)'
          week,        Europe/Berlin,    P14D,
          week,        Europe/Berlin,    P1M,
          month,       Europe/Berlin,    P1Y,      'tumble(12 month, Europe/Berlin)'
          month,       Europe/Berlin,    P1D,
          quarter,     Europe/Berlin,    P6M,      'tumble(6 month, Europe/Berlin)'
          quarter,     Europe/Berlin,    P1M,
          session,     UTC,              PT5M,
          session,     UTC,              all,
          none,        UTC,              P1D,
          none,        UTC,              all,
          """)
  void granularityFitsTheWindowOrIsNone(String name, ZoneId zone, String text, String expected) {
    Optional<Granularity> parsed = Granularity.parse(text, window(name, zone), zone);
    assertThat(parsed.map(granularity -> ((Granularity.Coarser) granularity).window().text()))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void allIsOneSliceOfEveryWindowThatHasPanes() {
    for (String name : List.of("minute", "hop 4 of 10", "day", "week")) {
      Window window = window(name, ZoneId.of("Europe/Berlin"));
      assertThat(Granularity.parse("all", window, ZoneOffset.UTC)).contains(Granularity.ALL);
    }
  }

  @Property(tries = 200)
  void everyPaneLiesInOneOfTheCoarserWindows(@ForAll long seed) {
    Random random = new Random(seed);
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
    List<String> names =
        List.of("minute", "half hour", "hour", "hop 4 of 10", "day", "week", "month");
    Window window = window(names.get(random.nextInt(names.size())), zone);
    List<String> texts = List.of("PT1H", "PT3H", "P1D", "P2D", "P1W", "P1M", "P1Y");
    for (String text : texts) {
      Optional<Granularity> parsed = Granularity.parse(text, window, zone);
      if (parsed.isPresent()) {
        Window coarser = ((Granularity.Coarser) parsed.get()).window();
        for (int i = 0; i < 50; i++) {
          long near = coarser.paneStart(random.nextLong(0, 4_000_000_000_000L));
          for (long eventTimeMs : new long[] {near - 1, near}) {
            long pane = window.paneStart(eventTimeMs);
            assertThat(coarser.paneStart(window.paneEnd(pane) - 1))
                .as("%s of %s in %s at %d", text, window.text(), zone, pane)
                .isEqualTo(coarser.paneStart(pane));
          }
        }
      }
    }
  }

  @Test
  void panesOfARangeReachToTheEndOfTheLastWindowThatStartsInIt() {
    Window day = Window.calendar(Unit.DAY, 1, ZoneId.of("Europe/Berlin"));
    long from = Instant.parse("2026-03-29T05:00:00Z").toEpochMilli();
    long to = Instant.parse("2026-03-29T22:00:00.001Z").toEpochMilli();
    assertThat(new Granularity.Coarser(day).panes(new Window.Tumbling(MINUTE), from, to))
        .isEqualTo(new PaneRange(from, Instant.parse("2026-03-30T22:00:00Z").toEpochMilli()));
    assertThat(Granularity.ALL.panes(day, 5, 10)).isEqualTo(new PaneRange(5, 10));
    for (Granularity any :
        List.of(Granularity.WINDOWS, Granularity.ALL, new Granularity.Coarser(day))) {
      assertThat(any.panes(new Window.Hopping(4, 10), Long.MIN_VALUE, Long.MAX_VALUE))
          .isEqualTo(PaneRange.ALL);
    }
  }
}

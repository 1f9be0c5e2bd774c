package io.braid.time;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads granularities for the panes of one window. */
final class GranularityText {

  private static final long DAY_MS = 86_400_000;
  private static final int DAYS_A_WEEK = 7;
  private static final int MONTHS_A_YEAR = 12;

  /** As long as there are timestamps; sums with windows of this length stay in their range. */
  private static final int MOST_YEARS = 9_999;

  private static final int MOST_MONTHS = MOST_YEARS * MONTHS_A_YEAR;
  private static final int MOST_DAYS = MOST_YEARS * 365;

  private final Window window;
  private final ZoneId zone;

  GranularityText(Window window, ZoneId zone) {
    this.window = window;
    this.zone = zone;
  }

  /** See {@link Granularity#parse}. */
  Optional<Granularity> parse(String given) {
    String text = given.toUpperCase(Locale.ROOT); // ISO-8601 has capitals, java.time takes both
    if (!window.exists() || window instanceof Window.Session) {
      return Optional.empty();
    }
    if (given.equals("all")) {
      return Optional.of(Granularity.ALL);
    }
    try {
      Optional<Window> coarser =
          text.contains("T") ? ofTime(Duration.parse(text)) : ofDate(Period.parse(text), text);
      return coarser.map(Granularity.Coarser::new);
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Window> ofTime(Duration duration) {
    long sizeMs = duration.toMillis();
    boolean whole = Duration.ofMillis(sizeMs).equals(duration);
    Optional<Long> paneMs = paneMs();
    return whole
            && sizeMs > 0
            && sizeMs <= MOST_DAYS * DAY_MS
            && paneMs.isPresent()
            && sizeMs % paneMs.get() == 0
        ? Optional.of(new Window.Tumbling(sizeMs))
        : Optional.empty();
  }

  private Optional<Window> ofDate(Period period, String text) {
    int months =
        Math.addExact(Math.multiplyExact(period.getYears(), MONTHS_A_YEAR), period.getMonths());
    int days = period.getDays();
    if (months > MOST_MONTHS || days > MOST_DAYS) {
      return Optional.empty();
    }
    if (months > 0 && days == 0) {
      return calendar(CalendarWindow.Unit.MONTH, months);
    }
    if (months != 0 || days <= 0) {
      return Optional.empty();
    }
    return text.contains("W") && days % DAYS_A_WEEK == 0
        ? calendar(CalendarWindow.Unit.WEEK, days / DAYS_A_WEEK)
        : calendar(CalendarWindow.Unit.DAY, days);
  }

  private Optional<Window> calendar(CalendarWindow.Unit unit, int count) {
    boolean fits;
    if (window instanceof CalendarWindow panes) {
      fits =
          panes.unit() == unit
              ? count % panes.count() == 0
              : panes.unit() == CalendarWindow.Unit.DAY && panes.count() == 1;
    } else {
      fits = fitsDays(unit == CalendarWindow.Unit.DAY && isUtc() ? count : 1);
    }
    return fits ? Optional.of(Window.calendar(unit, count, zone)) : Optional.empty();
  }

  /** Returns whether panes of equal length fit between two midnights, that many days apart. */
  private boolean fitsDays(int days) {
    long paneMs = paneMs().orElseThrow();
    return (DAY_MS * days) % paneMs == 0
        && offsets(zone.getRules())
            .allMatch(offset -> (offset.getTotalSeconds() * 1000L) % paneMs == 0);
  }

  /** All offsets from UTC since the epoch, as far as a zone's rules tell. */
  private static Stream<ZoneOffset> offsets(ZoneRules rules) {
    Stream<ZoneOffset> past =
        rules.getTransitions().stream()
            .filter(transition -> transition.getInstant().isAfter(Instant.EPOCH))
            .map(ZoneOffsetTransition::getOffsetAfter);
    Stream<ZoneOffset> future =
        rules.getTransitionRules().stream().map(rule -> rule.getOffsetAfter());
    return Stream.concat(Stream.of(rules.getOffset(Instant.EPOCH)), Stream.concat(past, future));
  }

  private boolean isUtc() {
    return zone.normalized().equals(ZoneOffset.UTC);
  }

  /** Returns the length of panes; empty when they differ in length. */
  private Optional<Long> paneMs() {
    if (window instanceof Window.Tumbling tumbling) {
      return Optional.of(tumbling.sizeMs());
    }
    return window instanceof Window.Hopping hopping
        ? Optional.of(hopping.paneMs())
        : Optional.empty();
  }
}

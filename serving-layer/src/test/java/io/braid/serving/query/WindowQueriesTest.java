package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.serving.Clicks;
import io.braid.serving.TestingClock;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingReplays;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.FinishedRows.Named;
import io.braid.store.PublishedRun;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.time.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every kind of window and granularity, against loops over the events. */
final class WindowQueriesTest {

  /** Midnight in Berlin, on the day before its clocks are set back. */
  private static final long START = Instant.parse("2026-10-23T22:00:00Z").toEpochMilli();

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static final Source SOURCE = Clicks.SOURCE;
  private static final List<Metric> METRICS = Clicks.METRICS;

  private static Store store;
  private static BatchViews batchViews;
  private static int runs;

  /** What a log holds, as the loops see it. */
  private record Event(int partition, String who, long amount, long at) {}

  /** Half-open. */
  private record Span(long from, long to) {}

  /** One expected row. */
  private record Row(String who, long count, long total, Span window) {}

  @BeforeAll
  @BeforeContainer
  static void open() {
    if (store == null) {
      try {
        store = Store.open(Files.createTempDirectory("window-queries").toUri());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      batchViews = new BatchViews(store, Duration.ofSeconds(30));
    }
  }

  @AfterAll
  @AfterContainer
  static void close() {
    if (store != null) {
      batchViews.close();
      store.delete(new org.apache.hadoop.fs.Path(store.location()));
      store = null;
    }
  }

  private static synchronized String nextRun() {
    return "run-20261122t060000%03d".formatted(runs++ % 1000);
  }

  private static List<Event> randomEvents(long seed, long stepMs, long disorderMs) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      String who = random.nextInt(5) == 0 ? null : "w" + random.nextInt(2);
      long at = START + i * stepMs - random.nextLong(disorderMs);
      events.add(new Event(random.nextInt(2), who, random.nextInt(1_000), at));
    }
    return events;
  }

  private static TestingLog log(List<Event> events) {
    TestingLog log = new TestingLog(2, SOURCE, METRICS);
    for (Event event : events) {
      String who = event.who == null ? "" : "\"who\": \"%s\", ".formatted(event.who);
      log.append(
          event.partition,
          event.at,
          "{%s\"amount\": %d, \"at\": %d}".formatted(who, event.amount, event.at));
    }
    return log;
  }

  private static ServedPair merged(TestingLog log, Position cut) {
    return new ServedPair(
        Optional.of(log.publish(store, nextRun(), cut)),
        new TestingSpeed(log, cut).advance(log.end()));
  }

  private static ServedPair mergedSomewhere(TestingLog log, Random random) {
    TreeMap<Integer, Long> cut = new TreeMap<>();
    log.end().offsets().forEach((p, end) -> cut.put(p, (long) random.nextInt((int) (end + 1))));
    return merged(log, new Position(cut));
  }

  private static Queries queries(TestingLog log, ServedPair pair, ReplayViews replays) {
    ServedSource source = new ServedSource(SOURCE, METRICS, log::numbers, pair, EndsAtStart.NONE);
    return new Queries(
        Map.of("clicks", source), batchViews, replays, new TestingClock(), Queries.Limits.DEFAULT);
  }

  private static Queries queries(TestingLog log, ServedPair pair) {
    return queries(log, pair, new TestingReplays(log));
  }

  private static Map<String, List<String>> parameters(String... namesAndValues) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    parameters.put("limit", List.of("10000"));
    return parameters;
  }

  private static Map<String, List<String>> inRange(Span range, String... namesAndValues) {
    Map<String, List<String>> parameters = parameters(namesAndValues);
    parameters.put("from", List.of(String.valueOf(range.from)));
    parameters.put("to", List.of(String.valueOf(range.to)));
    return parameters;
  }

  private static List<List<Object>> rows(Answer answer) {
    List<List<Object>> all = new ArrayList<>();
    for (int row = answer.from(); row < answer.to(); row++) {
      List<Object> values = new ArrayList<>();
      for (Named column : answer.rows().columns()) {
        values.add(JsonValues.of(column.values(), row));
      }
      all.add(values);
    }
    return all;
  }

  private static List<Object> column(Answer answer, String name) {
    Named column =
        answer.rows().columns().stream().filter(c -> c.name().equals(name)).findFirst().get();
    List<Object> values = new ArrayList<>();
    for (int row = answer.from(); row < answer.to(); row++) {
      values.add(JsonValues.of(column.values(), row));
    }
    return values;
  }

  private static List<String> names(Answer answer) {
    return answer.rows().columns().stream().map(Named::name).toList();
  }

  /** The answer that a loop over the events gives: rows of windows that start in the range. */
  private static List<List<Object>> expected(
      List<Event> events, Function<Event, List<Span>> windowsOf, Span range) {
    Map<String, Row> rows = new HashMap<>();
    for (Event event : events) {
      for (Span window : windowsOf.apply(event)) {
        if (window.from >= range.from && window.from < range.to) {
          rows.merge(
              event.who + window,
              new Row(event.who, 1, event.amount, window),
              (a, b) -> new Row(a.who, a.count + b.count, a.total + b.total, a.window));
        }
      }
    }
    return sorted(List.copyOf(rows.values()));
  }

  private static List<List<Object>> sorted(List<Row> rows) {
    List<List<Object>> sorted = new ArrayList<>();
    rows.stream()
        .sorted(
            Comparator.comparingLong((Row row) -> row.window.from)
                .thenComparing(Row::who, Comparator.nullsLast(Comparator.naturalOrder())))
        .forEach(
            row -> {
              List<Object> values = new ArrayList<>();
              values.add(row.who);
              values.add(row.count);
              values.add(BigDecimal.valueOf(row.total));
              values.add(Timestamps.format(row.window.from));
              values.add(Timestamps.format(row.window.to));
              sorted.add(values);
            });
    return sorted;
  }

  private static List<Span> tumbling(long at, long sizeMs) {
    long start = Math.floorDiv(at, sizeMs) * sizeMs;
    return List.of(new Span(start, start + sizeMs));
  }

  private static List<Span> hopping(long at) {
    List<Span> windows = new ArrayList<>();
    for (long start = Math.floorDiv(at, 40_000L) * 40_000; start > at - 100_000; start -= 40_000) {
      windows.add(new Span(start, start + 100_000));
    }
    return windows;
  }

  private static LocalDate day(long at) {
    return Instant.ofEpochMilli(at).atZone(BERLIN).toLocalDate();
  }

  private static List<Span> between(LocalDate first, LocalDate next) {
    return List.of(
        new Span(
            first.atStartOfDay(BERLIN).toInstant().toEpochMilli(),
            next.atStartOfDay(BERLIN).toInstant().toEpochMilli()));
  }

  private static List<List<Object>> sessions(List<Event> events, Span range) {
    Map<String, List<Event>> byWho = new HashMap<>();
    events.forEach(e -> byWho.computeIfAbsent(e.who, who -> new ArrayList<>()).add(e));
    List<Row> rows = new ArrayList<>();
    byWho.forEach(
        (who, all) -> {
          all.sort(Comparator.comparingLong(Event::at));
          Row open = null;
          for (Event event : all) {
            if (open != null && event.at <= open.window.to) {
              open =
                  new Row(
                      who,
                      open.count + 1,
                      open.total + event.amount,
                      new Span(open.window.from, event.at + 30_000));
            } else {
              if (open != null) {
                rows.add(open);
              }
              open = new Row(who, 1, event.amount, new Span(event.at, event.at + 30_000));
            }
          }
          rows.add(open);
        });
    rows.removeIf(row -> row.window.from < range.from || row.window.from >= range.to);
    return sorted(rows);
  }

  /** One row a group, from the first pane of all to the last. */
  private static List<List<Object>> all(List<Event> events, long paneMs, Span range) {
    List<Event> inside =
        events.stream()
            .filter(e -> tumbling(e.at, paneMs).get(0).from >= range.from)
            .filter(e -> tumbling(e.at, paneMs).get(0).from < range.to)
            .toList();
    long first = inside.stream().mapToLong(e -> tumbling(e.at, paneMs).get(0).from).min().orElse(0);
    long last = inside.stream().mapToLong(e -> tumbling(e.at, paneMs).get(0).to).max().orElse(0);
    return expected(inside, e -> List.of(new Span(first, last)), range);
  }

  private static Span randomRange(Random random, long lengthMs) {
    long from = START + random.nextLong(lengthMs) - lengthMs / 8;
    return new Span(from, from + 1 + random.nextLong(lengthMs));
  }

  @Property(tries = 12)
  void windowsOfFixedLengthAreThoseOfALoop(@ForAll long seed) {
    List<Event> events = randomEvents(seed, 9_000, 120_000);
    Random random = new Random(seed);
    TestingLog log = log(events);
    Queries queries = queries(log, mergedSomewhere(log, random));
    Span range = randomRange(random, 80 * 9_000);

    assertThat(rows(queries.answer("tumbling", inRange(range))))
        .isEqualTo(expected(events, e -> tumbling(e.at, 60_000), range));
    assertThat(rows(queries.answer("hopping", inRange(range))))
        .isEqualTo(expected(events, e -> hopping(e.at), range));
    assertThat(rows(queries.answer("hopping", parameters())))
        .isEqualTo(expected(events, e -> hopping(e.at), new Span(0, Long.MAX_VALUE)));
    for (String metric : List.of("tumbling", "hopping")) {
      assertThat(rows(queries.answer(metric, inRange(range, "granularity", "PT3M"))))
          .isEqualTo(expected(events, e -> tumbling(e.at, 180_000), range));
      assertThat(rows(queries.answer(metric, inRange(range, "granularity", "PT1M"))))
          .isEqualTo(expected(events, e -> tumbling(e.at, 60_000), range));
    }
    assertThat(rows(queries.answer("hopping", inRange(range, "granularity", "PT20S"))))
        .isEqualTo(expected(events, e -> tumbling(e.at, 20_000), range));
    assertThat(rows(queries.answer("hopping", inRange(range, "granularity", "all"))))
        .isEqualTo(all(events, 20_000, range));
    assertThat(rows(queries.answer("tumbling", inRange(range, "granularity", "all"))))
        .isEqualTo(all(events, 60_000, range));
    assertThat(rows(queries.answer("tumbling", parameters("granularity", "all"))))
        .isEqualTo(all(events, 60_000, new Span(0, Long.MAX_VALUE)));
  }

  @Property(tries = 12)
  void daysWeeksAndMonthsAreThoseOfTheTimeZone(@ForAll long seed) {
    long step = Duration.ofHours(11).toMillis();
    List<Event> events = randomEvents(seed, step, 4 * step);
    Random random = new Random(seed);
    TestingLog log = log(events);
    Queries queries = queries(log, mergedSomewhere(log, random));
    Span range = randomRange(random, 80 * step);

    assertThat(rows(queries.answer("days", inRange(range))))
        .isEqualTo(expected(events, e -> between(day(e.at), day(e.at).plusDays(1)), range));
    assertThat(rows(queries.answer("days", inRange(range, "granularity", "P1W"))))
        .isEqualTo(
            expected(
                events,
                e -> {
                  LocalDate monday =
                      day(e.at).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                  return between(monday, monday.plusWeeks(1));
                },
                range));
    assertThat(rows(queries.answer("days", inRange(range, "granularity", "P1M"))))
        .isEqualTo(
            expected(
                events,
                e -> {
                  LocalDate first = day(e.at).withDayOfMonth(1);
                  return between(first, first.plusMonths(1));
                },
                range));
  }

  @Property(tries = 25)
  void sessionsAreThoseOfALoopWhereverTheCutAndTheRangeFall(@ForAll long seed) {
    List<Event> events = randomEvents(seed, 7_000, 60_000);
    Random random = new Random(seed);
    TestingLog log = log(events);
    Queries queries = queries(log, mergedSomewhere(log, random));

    assertThat(rows(queries.answer("sessions", parameters())))
        .isEqualTo(sessions(events, new Span(0, Long.MAX_VALUE)));
    for (int i = 0; i < 4; i++) {
      Span range = randomRange(random, 80 * 7_000);
      assertThat(rows(queries.answer("sessions", inRange(range))))
          .isEqualTo(sessions(events, range));
    }
  }

  @Test
  void aSessionThatReachesIntoTheRangeIsNoFragmentOfIt() {
    List<Event> events =
        List.of(
            new Event(0, "a", 1, START),
            new Event(1, "a", 2, START + 60_000),
            new Event(0, "a", 4, START + 30_000),
            new Event(0, "a", 8, START + 200_000),
            new Event(1, "a", 16, START + 220_000));
    TestingLog log = log(events);
    Queries queries = queries(log, merged(log, Position.of(Map.of(0, 1L, 1, 1L))));

    Answer behindItsStart =
        queries.answer("sessions", inRange(new Span(START + 1, START + 1_000_000)));
    Answer cutInTwo = queries.answer("sessions", inRange(new Span(START, START + 210_000)));

    assertThat(column(behindItsStart, "total")).containsExactly(BigDecimal.valueOf(24));
    assertThat(column(cutInTwo, "total"))
        .containsExactly(BigDecimal.valueOf(7), BigDecimal.valueOf(24));
    assertThat(column(cutInTwo, "window_end"))
        .containsExactly(Timestamps.format(START + 90_000), Timestamps.format(START + 250_000));
  }

  @Test
  void rolledUpHoppingWindowsCountTheEventsOfAllGroups() {
    List<Event> events = randomEvents(3, 9_000, 120_000);
    TestingLog log = log(events);
    Queries queries = queries(log, mergedSomewhere(log, new Random(3)));
    List<Event> ofOne = events.stream().map(e -> new Event(0, "x", e.amount, e.at)).toList();

    Answer answer = queries.answer("hopping", parameters("group_by", ""));

    assertThat(names(answer)).containsExactly("n", "total", "window_start", "window_end");
    assertThat(rows(answer))
        .isEqualTo(
            expected(ofOne, e -> hopping(e.at), new Span(0, Long.MAX_VALUE)).stream()
                .map(row -> row.subList(1, row.size()))
                .toList());
  }

  @Test
  void itemsThatReadTheWindowShowThatOfTheGranularity() {
    List<Event> events = List.of(new Event(0, "a", 1, START + 65_000));
    TestingLog log = log(events);
    Queries queries =
        queries(
            log, new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())));

    Answer hour = queries.answer("ends", parameters("granularity", "PT1H"));
    Answer own = queries.answer("ends", parameters());

    assertThat(names(hour)).containsExactly("until", "since", "n", "who");
    assertThat(rows(hour))
        .containsExactly(List.of("2026-10-23T23:00:00.000Z", "2026-10-23T22:00:00.000Z", 1L, "a"));
    assertThat(rows(own))
        .isEqualTo(
            hopping(START + 65_000).stream()
                .sorted(Comparator.comparingLong(Span::from))
                .map(w -> List.of(Timestamps.format(w.to), Timestamps.format(w.from), 1L, "a"))
                .toList());
  }

  private static final long MINUTE = 60_000;

  /** Watermark of partition 0: START + 115 s; of partition 1: START + 375 s. */
  private static TestingLog twoPaces() {
    return log(
        List.of(
            new Event(0, "a", 1, START),
            new Event(1, "a", 1, START + 380_000),
            new Event(0, "b", 1, START + 120_000)));
  }

  @Test
  void aRowIsFinalOnceTheSlowestPartitionHasPassedItsEndAndTheAllowedLateness() {
    TestingLog log = twoPaces();
    TestingSpeed speed = TestingSpeed.fromStart(log).advance(Position.of(Map.of(0, 1L, 1, 1L)));
    Queries queries = queries(log, new ServedPair(Optional.empty(), speed));
    Answer early = queries.answer("tumbling", parameters("include", "final"));
    speed.advance(log.end());

    Answer answer = queries.answer("tumbling", parameters("include", "final"));

    assertThat(names(answer))
        .containsExactly("who", "n", "total", "window_start", "window_end", "final");
    assertThat(answer.rows().columns().get(5).type().sqlName()).isEqualTo("BOOLEAN");
    assertThat(column(early, "final")).containsOnly(false);
    assertThat(column(answer, "final")).containsExactly(true, false, false);
    assertThat(
            column(
                queries.answer("tumbling", parameters("view", "speed", "include", "final")),
                "final"))
        .containsExactly(true, false, false);
    assertThat(column(queries.answer("totals", parameters("include", "final")), "final"))
        .containsExactly(false);
  }

  private static List<Object> finals(long watermarkMs, String metric, String... parameters) {
    // An event of another minute far behind moves the watermark and is in no window asked for.
    TestingLog log =
        log(List.of(new Event(0, "a", 1, START), new Event(0, "z", 1, watermarkMs + 5_000)));
    ServedPair pair =
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()));
    Map<String, List<String>> asked = inRange(new Span(START - MINUTE, START + 1), parameters);
    asked.put("include", List.of("final"));
    return column(queries(log, pair).answer(metric, asked), "final");
  }

  @Test
  void aWindowIsFinalAtItsLastMomentAndNotAMillisecondBefore() {
    assertThat(finals(START + 69_999, "tumbling")).containsExactly(false);
    assertThat(finals(START + 70_000, "tumbling")).containsExactly(true);
    // Hopping windows of START: those from -60 s, -20 s and 20 s before; START is on no slide.
    long slide = START - Math.floorMod(START, 40_000L);
    int windows = hopping(START).stream().filter(w -> w.from >= START - MINUTE).toList().size();
    assertThat(finals(slide + 1_000_000, "hopping")).hasSize(windows).containsOnly(true);
    assertThat(finals(START + 69_999, "sessions")).containsExactly(false);
    assertThat(finals(START + 70_000, "sessions")).containsExactly(true);
    assertThat(finals(START + 3_609_999, "tumbling", "granularity", "PT1H")).containsExactly(false);
    assertThat(finals(START + 3_610_000, "tumbling", "granularity", "PT1H")).containsExactly(true);
  }

  @Test
  void aHoppingWindowIsFinalOnceTheLastWindowOfItsLastEventHasEnded() {
    long end = START - Math.floorMod(START, 40_000L) + 100_000; // of the window that START is in
    long lastEnd = Math.floorDiv(end - 1, 40_000L) * 40_000 + 100_000;
    long from = end - 100_000;

    for (long late : new long[] {1, 0}) {
      TestingLog log =
          log(
              List.of(
                  new Event(0, "a", 1, START),
                  new Event(0, "z", 1, lastEnd + 10_000 - late + 5_000)));
      Queries queries =
          queries(
              log,
              new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())));

      Answer answer =
          queries.answer("hopping", inRange(new Span(from, from + 1), "include", "final"));

      assertThat(column(answer, "final")).containsExactly(late == 0);
    }
  }

  @Test
  void theRowOfAllIsFinalOnlyWhenItsRangeHasAnEnd() {
    TestingLog log =
        log(List.of(new Event(0, "a", 1, START), new Event(0, "a", 1, START + 305_000)));
    ServedPair pair =
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()));
    Queries queries = queries(log, pair); // watermark START + 300 s

    Function<Long, Object> until =
        to ->
            column(
                    queries.answer(
                        "tumbling",
                        inRange(new Span(START, to), "granularity", "all", "include", "final")),
                    "final")
                .get(0);

    assertThat(until.apply(START + 4 * MINUTE)).isEqualTo(true);
    // The pane from 240 s to 300 s holds nothing yet, but an event of it would still be folded.
    assertThat(until.apply(START + 4 * MINUTE + 1)).isEqualTo(false);
    assertThat(
            column(
                queries.answer("tumbling", parameters("granularity", "all", "include", "final")),
                "final"))
        .containsExactly(false);
  }

  @Test
  void batchAnswersAndLostFoldsKnowTheTimesAtTheCut() {
    TestingLog log =
        log(
            List.of(
                new Event(0, "a", 1, START),
                new Event(0, "b", 1, START + 90_000),
                new Event(1, "c", 1, START + 95_000)));
    PublishedRun published = log.publish(store, nextRun(), log.end());
    TestingSpeed speed = new TestingSpeed(log, log.end());
    Map<String, List<String>> merged = parameters("include", "final");
    Map<String, List<String>> batch = parameters("include", "final", "view", "batch");

    Queries queries = queries(log, new ServedPair(Optional.of(published), speed));
    assertThat(column(queries.answer("tumbling", batch), "final"))
        .containsExactly(true, false, false);
    assertThat(column(queries.answer("tumbling", merged), "final"))
        .containsExactly(true, false, false);
    speed.drop(0);
    Answer withoutFold = queries.answer("tumbling", merged);
    assertThat(column(withoutFold, "final")).containsExactly(true, false, false);
    assertThat(withoutFold.provenance().speed().get().watermarkMs()).hasValue(START + 85_000);

    Queries older = queries(log, new ServedPair(Optional.of(withoutTimes(published)), speed));
    assertThat(column(older.answer("tumbling", batch), "final")).containsOnly(false);
    assertThat(column(older.answer("tumbling", merged), "final")).containsOnly(false);
  }

  private static PublishedRun withoutTimes(PublishedRun published) {
    RunManifest manifest = published.manifest();
    return new PublishedRun(
        published.publication(),
        new RunManifest(
            manifest.run(),
            manifest.source(),
            manifest.topicId(),
            manifest.mode(),
            manifest.origin(),
            manifest.cut(),
            manifest.missing(),
            manifest.counts(),
            new TreeMap<>(),
            manifest.metrics(),
            manifest.finishedAt(),
            manifest.producedBy(),
            new TreeMap<>()));
  }

  @Test
  void aReplayKnowsItsOwnWatermark() {
    TestingLog log = twoPaces();
    TestingReplays replays = new TestingReplays(log);
    replays.start(new ReplayRequest("clicks", Optional.empty(), Optional.of(log.end())));
    ServedPair pair = new ServedPair(Optional.empty(), TestingSpeed.fromStart(log));
    Queries queries = queries(log, pair, replays);

    Answer answer =
        queries.answer("tumbling", parameters("view", "replay:replay-1", "include", "final"));

    assertThat(column(answer, "final")).containsExactly(true, false, false);
  }

  @Test
  void moreWindowsThanAnAnswerMayHaveAreRefusedBeforeTheyAreMade() {
    List<Event> events = randomEvents(5, 9_000, 120_000);
    TestingLog log = log(events);
    ServedSource source =
        new ServedSource(
            SOURCE,
            METRICS,
            log::numbers,
            new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())),
            EndsAtStart.NONE);
    int rows = expected(events, e -> hopping(e.at), new Span(0, Long.MAX_VALUE)).size();

    for (int allowed : new int[] {rows, rows - 1}) {
      Queries queries =
          new Queries(
              Map.of("clicks", source),
              batchViews,
              new TestingReplays(log),
              new TestingClock(),
              new Queries.Limits(1, Duration.ZERO, Duration.ofMinutes(1), 1_000, allowed));
      if (allowed == rows) {
        assertThat(rows(queries.answer("hopping", parameters()))).hasSize(rows);
      } else {
        assertThatThrownBy(() -> queries.answer("hopping", parameters()))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("%d rows, at most %d".formatted(rows, rows - 1));
      }
    }
  }

  @Test
  void aCursorIsOfOneGranularityAndOneSetOfColumns() {
    TestingLog log = log(randomEvents(5, 9_000, 120_000));
    Queries queries =
        queries(
            log, new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())));
    Map<String, List<String>> asked = parameters("granularity", "PT3M", "include", "final");
    asked.put("limit", List.of("2"));
    String cursor = queries.answer("tumbling", asked).next().orElseThrow();
    asked.put("cursor", List.of(cursor));

    Answer second = queries.answer("tumbling", asked);

    assertThat(names(second)).endsWith("final");
    for (String without : List.of("granularity", "include")) {
      Map<String, List<String>> other = new HashMap<>(asked);
      other.remove(without);
      assertThatThrownBy(() -> queries.answer("tumbling", other))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("other parameters");
    }
  }
}

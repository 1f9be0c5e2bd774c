package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.serving.Playback;
import io.braid.serving.TestingClock;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingReplays;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.FinishedRows.Named;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.store.RunManifest.Missing;
import io.braid.store.Store;
import io.braid.view.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class QueriesTest {

  private static Store store;
  private static BatchViews batchViews;
  private static int runs;

  private final TestingClock clock = new TestingClock();

  @BeforeAll
  @BeforeContainer
  static void open() {
    if (store == null) {
      try {
        store = Store.open(Files.createTempDirectory("queries").toUri());
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

  private static TestingLog randomLog(long seed, int events) {
    Random random = new Random(seed);
    TestingLog log = new TestingLog(2);
    for (int i = 0; i < events; i++) {
      long at = Playback.SIX + i * 1_500L;
      String service = random.nextInt(5) == 0 ? null : "s" + random.nextInt(3);
      String country = random.nextInt(4) == 0 ? null : "c" + random.nextInt(2);
      Number latency = random.nextInt(6) == 0 ? null : (Number) (random.nextGaussian() * 1e6);
      log.append(
          random.nextInt(2),
          at,
          random.nextInt(20) == 0
              ? "no json"
              : Playback.event(
                  "e" + random.nextInt(events),
                  service,
                  country,
                  latency,
                  random.nextLong(),
                  at - random.nextInt(90_000)));
    }
    return log;
  }

  private static ServedSource served(TestingLog log, ServedPair pair) {
    return new ServedSource(
        Playback.SOURCE, Playback.METRICS, log::numbers, pair, EndsAtStart.NONE);
  }

  private Queries queries(ServedSource source, ReplayViews replays, Queries.Limits limits) {
    return new Queries(Map.of("playback", source), batchViews, replays, clock, limits);
  }

  private Queries queries(ServedSource source) {
    return queries(source, new TestingReplays(new TestingLog(2)), Queries.Limits.DEFAULT);
  }

  private static Map<String, List<String>> parameters(String... namesAndValues) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return parameters;
  }

  private static List<List<Object>> rows(FinishedRows rows, int from, int to) {
    List<List<Object>> all = new ArrayList<>();
    for (int row = from; row < to; row++) {
      List<Object> values = new ArrayList<>();
      for (Named column : rows.columns()) {
        values.add(JsonValues.of(column.values(), row));
      }
      all.add(values);
    }
    return all;
  }

  private static List<List<Object>> rows(Answer answer) {
    return rows(answer.rows(), answer.from(), answer.to());
  }

  private static List<String> names(Answer answer) {
    return answer.rows().columns().stream().map(Named::name).toList();
  }

  @Property(tries = 12)
  void mergedIsOneFoldForEverySplit(@ForAll long seed) {
    TestingLog log = randomLog(seed, 60);
    Random random = new Random(seed + 1);
    TreeMap<Integer, Long> cut = new TreeMap<>();
    log.end().offsets().forEach((p, end) -> cut.put(p, (long) random.nextInt((int) (end + 1))));
    Position at = new Position(cut);
    ServedPair pair =
        new ServedPair(
            Optional.of(log.publish(store, nextRun(), at)),
            new TestingSpeed(log, at).advance(log.end()));
    Queries queries = queries(served(log, pair));

    for (int i = 0; i < Playback.METRICS.size(); i++) {
      View whole = new View(Playback.METRICS.get(i).plan().schema());
      long duplicates = 0;
      long late = 0;
      for (int partition : log.numbers()) {
        PartitionFold fold = log.fold(partition, 0, Carry.EMPTY);
        log.advance(fold, partition, log.end().offset(partition));
        whole.merge(fold.view(i));
        duplicates += fold.counts().duplicates();
        late += fold.counts().late().get(i);
      }
      FinishedRows expected = FinishedRows.of(Playback.METRICS.get(i).plan(), whole);

      Answer answer = queries.answer(Playback.METRICS.get(i).name(), parameters());

      assertThat(rows(answer)).isEqualTo(rows(expected, 0, expected.size()));
      assertThat(answer.provenance().speed().get().duplicates()).isEqualTo(duplicates);
      assertThat(answer.provenance().speed().get().late()).isEqualTo(late);
      assertThat(answer.provenance().speed().get().position()).isEqualTo(log.end());
      assertThat(answer.provenance().isComplete()).isTrue();
    }
  }

  private static TestingLog smallLog() {
    long at = Playback.SIX;
    return new TestingLog(2)
        .append(0, at, Playback.event("1", "b", "x", 2, 10, at))
        .append(0, at + 1, Playback.event("2", "a", "\uE000", 4, 20, at + 1))
        .append(0, at + 2, Playback.event("3", "a", "\uD83C\uDFAC", 4, 20, at + 1))
        .append(1, at + 3, Playback.event("4", "a", null, null, null, at + 60_000))
        .append(1, at + 4, Playback.event("4", "a", null, null, null, at + 60_000));
  }

  @Test
  void columnsAreTheSelectListThenWhatItDoesNotShow() {
    TestingLog log = smallLog();
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()))));

    assertThat(names(queries.answer("quality", parameters())))
        .containsExactly(
            "svc",
            "plays",
            "bytes",
            "mean",
            "top",
            "letters",
            "ratio",
            "country",
            "window_start",
            "window_end");
    assertThat(names(queries.answer("per_minute", parameters())))
        .containsExactly("started", "plays", "window_end");
    assertThat(names(queries.answer("totals", parameters())))
        .containsExactly("plays", "bytes", "worst");
  }

  @Test
  void rowsComeByWindowThenGroupColumnsByCodePointWithNullsLast() {
    TestingLog log = smallLog();
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()))));

    assertThat(rows(queries.answer("quality", parameters())).stream().map(r -> r.get(7)))
        .containsExactly("\uE000", "\uD83C\uDFAC", "x", null);
  }

  @Test
  void rollingUpLeavesOutItemsThatReadARolledUpColumn() {
    TestingLog log = smallLog();
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()))));

    Answer bySvc = queries.answer("quality", parameters("group_by", "svc"));
    Answer byOwnName = queries.answer("quality", parameters("group_by", "service"));
    Answer byCountry = queries.answer("quality", parameters("group_by", "country"));
    Answer byNone = queries.answer("quality", parameters("group_by", ""));

    assertThat(names(bySvc))
        .containsExactly(
            "svc", "plays", "bytes", "mean", "top", "ratio", "window_start", "window_end");
    assertThat(rows(bySvc).get(0))
        .startsWith("a", 2L, new java.math.BigDecimal(40), 4.0, null, 2.0);
    assertThat(rows(byOwnName)).isEqualTo(rows(bySvc));
    assertThat(names(byCountry)).startsWith("plays").contains("letters", "country");
    assertThat(names(byNone))
        .containsExactly("plays", "bytes", "mean", "top", "ratio", "window_start", "window_end");
    assertThat(rows(byNone)).hasSize(2);
  }

  @Test
  void aMetricWithoutGroupsAndWindowAnswersOneRowOverNothing() {
    TestingLog log = new TestingLog(2);
    Queries queries =
        queries(served(log, new ServedPair(Optional.empty(), TestingSpeed.fromStart(log))));

    List<Object> row = new ArrayList<>();
    row.add(0L);
    row.add(null);
    row.add(null);
    assertThat(rows(queries.answer("totals", parameters()))).containsExactly(row);
    assertThat(rows(queries.answer("quality", parameters()))).isEmpty();
    assertThat(queries.answer("totals", parameters()).provenance().speed().get().watermarkMs())
        .isEmpty();
  }

  @Test
  void theRangeOfATimeQueryIsHalfOpen() {
    TestingLog log = smallLog();
    Position cut = Position.of(Map.of(0, 2L, 1, 1L));
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(
                    Optional.of(log.publish(store, nextRun(), cut)),
                    new TestingSpeed(log, cut).advance(log.end()))));

    assertThat(
            rows(
                queries.answer(
                    "per_minute",
                    parameters(
                        "from",
                        String.valueOf(Playback.SIX),
                        "to",
                        "2026-11-22T07:01:00.000+01:00"))))
        .containsExactly(List.of("2026-11-22T06:00:00.000Z", 3L, "2026-11-22T06:01:00.000Z"));
  }

  @Test
  void viewsAnswerTheirPartAndSayWhichItIs() {
    TestingLog log = smallLog();
    Position cut = Position.of(Map.of(0, 2L, 1, 1L));
    TestingReplays replays = new TestingReplays(log);
    replays.start(new ReplayRequest("playback", Optional.empty(), Optional.empty()));
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(
                    Optional.of(log.publish(store, "run-20261122t055959000", cut)),
                    new TestingSpeed(log, cut).advance(log.end()))),
            replays,
            Queries.Limits.DEFAULT);
    clock.advance(Duration.ofMillis(250));

    Answer batch = queries.answer("totals", parameters("view", "batch"));
    Answer speed = queries.answer("totals", parameters("view", "speed"));
    Answer merged = queries.answer("totals", parameters());
    Answer replay = queries.answer("totals", parameters("view", "replay:replay-1"));

    assertThat(rows(batch).get(0)).startsWith(3L);
    assertThat(batch.provenance().speed()).isEmpty();
    assertThat(batch.provenance().batch().get().cut()).isEqualTo(cut);
    assertThat(batch.provenance().freshnessMs()).hasValue(1_250);
    assertThat(rows(speed).get(0)).startsWith(1L);
    assertThat(speed.provenance().batch()).isEmpty();
    assertThat(merged.view()).isEqualTo("merged");
    assertThat(rows(merged).get(0)).startsWith(4L);
    assertThat(merged.provenance().freshnessMs()).hasValue(250);
    assertThat(merged.provenance().speed().get().watermarkMs()).hasValue(Playback.SIX + 1 - 5_000);
    assertThat(merged.provenance().speed().get().duplicates()).isEqualTo(1);
    assertThat(merged.provenance().fingerprint()).isEqualTo("fingerprint-of-totals");
    assertThat(replay.view()).isEqualTo("replay:replay-1");
    assertThat(rows(replay)).isEqualTo(rows(merged));
    assertThat(replay.provenance().batch()).isEmpty();
  }

  @Test
  void whatIsMissingIsNamedAndRefusedOnRequest() {
    TestingLog log = smallLog();
    Position cut = Position.of(Map.of(0, 2L, 1, 1L));
    Missing hole = new Missing(0, 0, 1, "expired before it was archived");
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(
                    Optional.of(log.publish(store, nextRun(), cut, List.of(hole))),
                    new TestingSpeed(log, cut)
                        .advance(log.end())
                        .lose(new OffsetRange(0, 2, 3))
                        .drop(1))));

    Answer answer = queries.answer("totals", parameters());

    assertThat(answer.provenance().isComplete()).isFalse();
    assertThat(answer.provenance().missing())
        .containsExactly(
            hole,
            new Missing(0, 2, 3, "expired before it was folded"),
            new Missing(1, 1, 1, "not folded yet"));
    assertThatThrownBy(() -> queries.answer("totals", parameters("require", "complete")))
        .asInstanceOf(type(RefusedException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPLETE))
        .satisfies(e -> assertThat(e.missing()).hasSize(3));
  }

  @Test
  void pagesShowEachRowOnceAlsoWhenThePairIsSwitched() {
    TestingLog log = randomLog(7, 80);
    TestingSpeed first = TestingSpeed.fromStart(log).advance(log.end());
    ServedSource source = served(log, new ServedPair(Optional.empty(), first));
    Queries queries = queries(source);
    List<List<Object>> whole = rows(queries.answer("quality", parameters()));
    Position cut = log.end();

    Answer page = queries.answer("quality", parameters("limit", "3"));
    List<List<Object>> paged = new ArrayList<>(rows(page));
    Position position = page.provenance().speed().get().position();
    for (int i = 0; i < 20; i++) {
      log.append(0, Playback.SIX, Playback.event("new" + i, "new", null, 1, 1, Playback.SIX));
    }
    source.switchTo(
        new ServedPair(
            Optional.of(log.publish(store, nextRun(), cut)),
            new TestingSpeed(log, cut).advance(log.end())));
    while (page.next().isPresent()) {
      clock.advance(Duration.ofMinutes(9));
      String cursor = page.next().get();
      page = queries.answer("quality", parameters("limit", "3", "cursor", cursor));
      assertThat(rows(queries.answer("quality", parameters("limit", "3", "cursor", cursor))))
          .isEqualTo(rows(page));
      assertThat(page.provenance().speed().get().position()).isEqualTo(position);
      paged.addAll(rows(page));
    }

    assertThat(paged).isEqualTo(whole).hasSizeGreaterThan(6);
  }

  @Test
  void aCursorIsGoodForItsRequestAndItsTimeOnly() {
    TestingLog log = randomLog(7, 80);
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()))),
            new TestingReplays(log),
            new Queries.Limits(2, Duration.ZERO, Duration.ofMinutes(10), 10, 1_000_000));
    String cursor = queries.answer("per_minute", parameters("limit", "1")).next().get();
    long held = queries.heldRows();
    queries.answer("per_minute", parameters("limit", "1", "cursor", cursor));

    assertThatThrownBy(
            () -> queries.answer("per_minute", parameters("limit", "2", "cursor", cursor)))
        .hasMessageContaining("'cursor'");
    assertThatThrownBy(() -> queries.answer("quality", parameters("limit", "1")))
        .asInstanceOf(type(RefusedException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT_EXCEEDED))
        .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofMinutes(10)));
    clock.advance(Duration.ofMinutes(10));
    assertThatThrownBy(
            () -> queries.answer("per_minute", parameters("limit", "1", "cursor", cursor)))
        .hasMessageContaining("'cursor'")
        .hasMessageContaining("10 minutes");
    assertThat(held).isPositive();
    assertThat(queries.heldRows()).isZero();
  }

  @Test
  void anAnswerThatWasNotReadOnGivesWayToANewOne() {
    TestingLog log = randomLog(7, 80);
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()))),
            new TestingReplays(log),
            new Queries.Limits(2, Duration.ZERO, Duration.ofMinutes(10), 10, 1_000_000));
    String first = queries.answer("per_minute", parameters("limit", "1")).next().get();

    String second = first;
    for (int i = 0; i < 10; i++) { // at most 10 rows are held, so ten answers cannot be
      second = queries.answer("per_minute", parameters("limit", "1")).next().get();
    }

    assertThat(rows(queries.answer("per_minute", parameters("limit", "1", "cursor", second))))
        .hasSize(1);
    assertThatThrownBy(
            () -> queries.answer("per_minute", parameters("limit", "1", "cursor", first)))
        .hasMessageContaining("'cursor'");
  }

  @Test
  void anAnswerFromBelowTheEndsSeenAtStartIsPartial() {
    TestingLog log = smallLog();
    TestingSpeed speed = TestingSpeed.fromStart(log).completeAsOf(0);
    ServedSource source =
        new ServedSource(
            Playback.SOURCE,
            Playback.METRICS,
            log::numbers,
            new ServedPair(Optional.empty(), speed),
            new EndsAtStart(log.end(), clock.millis()));
    Queries queries = queries(source);

    Answer early = queries.answer("quality", parameters());
    speed.advance(log.end());
    clock.advance(Duration.ofMillis(40));
    Answer level = queries.answer("quality", parameters());

    assertThat(early.provenance().missing()).isNotEmpty();
    assertThatThrownBy(
            () -> {
              Queries behind = queries(restarted(log));
              behind.answer("quality", parameters("require", "complete"));
            })
        .isInstanceOf(RefusedException.class);
    assertThat(level.provenance().missing()).isEmpty();
    assertThat(early.provenance().freshnessMs()).isEmpty();
    assertThat(level.provenance().freshnessMs()).hasValue(40);
  }

  private ServedSource restarted(TestingLog log) {
    return new ServedSource(
        Playback.SOURCE,
        Playback.METRICS,
        log::numbers,
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log)),
        new EndsAtStart(log.end(), clock.millis()));
  }

  @Test
  void aPairThatStandsBehindIsRefused() {
    TestingLog log = smallLog();
    ServedSource source =
        served(
            log, new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())));

    assertThatThrownBy(
            () ->
                source.switchTo(
                    new ServedPair(
                        Optional.empty(),
                        TestingSpeed.fromStart(log).advance(Position.of(Map.of(0, 3L, 1, 1L))))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("partition 1 is served at offset 2");
  }

  @Test
  void aPartitionThatIsLostAfterAnAnswerIsNamedUpToWhereItWasAnswered() {
    TestingLog log = smallLog();
    TestingSpeed speed = TestingSpeed.fromStart(log).advance(log.end());
    Queries queries = queries(served(log, new ServedPair(Optional.empty(), speed)));
    queries.answer("totals", parameters());

    speed.drop(1);

    assertThat(queries.answer("totals", parameters()).provenance().missing())
        .containsExactly(new Missing(1, 0, 2, "not folded yet"));
  }

  @Test
  void aSpeedViewThatReachesBelowTheCutIsNeverMerged() {
    TestingLog log = smallLog();
    Position cut = Position.of(Map.of(0, 2L, 1, 1L));
    Queries queries =
        queries(
            served(
                log,
                new ServedPair(
                    Optional.of(log.publish(store, nextRun(), cut)),
                    TestingSpeed.fromStart(log).advance(log.end()))));

    assertThatThrownBy(() -> queries.answer("totals", parameters()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("starts at offset 0, the batch view ends at 2");
  }

  @Test
  void aReplayThatIsNotCompletedIsAConflict() {
    TestingLog log = smallLog();
    TestingReplays replays = new TestingReplays(log);
    replays.endWith(ReplayDocument.State.running);
    replays.start(new ReplayRequest("playback", Optional.empty(), Optional.empty()));
    Queries queries =
        queries(
            served(log, new ServedPair(Optional.empty(), TestingSpeed.fromStart(log))),
            replays,
            Queries.Limits.DEFAULT);

    assertThatThrownBy(() -> queries.answer("totals", parameters("view", "replay:replay-1")))
        .asInstanceOf(type(RefusedException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
  }
}

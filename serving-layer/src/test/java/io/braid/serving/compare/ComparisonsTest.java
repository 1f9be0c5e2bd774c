package io.braid.serving.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.job.ComparisonDocument;
import io.braid.job.ComparisonDocument.MetricComparison;
import io.braid.job.ComparisonDocument.Sample;
import io.braid.job.ComparisonDocument.State;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.serving.Clicks;
import io.braid.serving.Playback;
import io.braid.serving.TestingClock;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingReplays;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.EndsAtStart;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.serving.query.ViewChoice;
import io.braid.store.Store;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonsTest {

  @TempDir Path folder;

  private final TestingClock clock = new TestingClock();
  private final TestingLog log = new TestingLog(2);
  private final TestingReplays replays = new TestingReplays(log);
  private final Position cut = Position.of(Map.of(0, 1L, 1, 1L));
  private Store store;
  private BatchViews views;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
    views = new BatchViews(store, Duration.ofSeconds(30));
    for (int i = 0; i < 3; i++) {
      for (int partition = 0; partition < 2; partition++) {
        long at = Playback.SIX + i * 60_000L;
        log.append(
            partition,
            at,
            Playback.event(
                "e" + i + partition, "s" + partition, i == 1 ? null : "c", 0.1 * i, 7L * i, at));
      }
    }
  }

  @AfterEach
  void close() {
    views.close();
  }

  private ServedSource served(TestingLog batchLog, TestingSpeed speed) {
    return new ServedSource(
        Playback.SOURCE,
        Playback.METRICS,
        log::numbers,
        new ServedPair(Optional.of(batchLog.publish(store, "run-1", cut)), speed),
        EndsAtStart.NONE);
  }

  private TestingSpeed speed() {
    return new TestingSpeed(log, cut).advance(log.end());
  }

  private Comparisons comparisons(ServedSource source) {
    return new Comparisons(Map.of("playback", source), views, replays, store, clock);
  }

  private static ComparisonDocument finished(
      Comparisons comparisons, ViewChoice left, Optional<String> right)
      throws InterruptedException {
    return finished(comparisons, "playback", left, right);
  }

  private static ComparisonDocument finished(
      Comparisons comparisons, String source, ViewChoice left, Optional<String> right)
      throws InterruptedException {
    ComparisonDocument document = comparisons.start(source, left, right);
    assertThat(document.state()).isEqualTo(State.running);
    while (document.state() == State.running) {
      Thread.sleep(10);
      document = comparisons.find(document.id()).orElseThrow();
    }
    return document;
  }

  @Test
  void everyViewEqualsItsReplay() throws InterruptedException {
    try (Comparisons comparisons = comparisons(served(log, speed()))) {
      ComparisonDocument merged = finished(comparisons, ViewChoice.MERGED, Optional.empty());
      ComparisonDocument batch = finished(comparisons, ViewChoice.BATCH, Optional.empty());
      ComparisonDocument speed = finished(comparisons, ViewChoice.SPEED, Optional.empty());
      ComparisonDocument replay =
          finished(comparisons, ViewChoice.replay("replay-1"), Optional.of("replay-1"));

      assertThat(merged.error()).isNull();
      assertThat(merged.equal()).isTrue();
      assertThat(merged.position()).isEqualTo(log.end());
      assertThat(merged.left()).isEqualTo("merged");
      assertThat(merged.right()).isEqualTo("replay:replay-1");
      assertThat(merged.metrics().keySet())
          .containsExactly("quality", "totals", "types", "per_minute", "visits");
      assertThat(merged.metrics().get("quality").rowsEqual()).isEqualTo(6);
      assertThat(batch.equal()).isTrue();
      assertThat(batch.position()).isEqualTo(cut);
      assertThat(speed.equal()).as("%s", speed.error()).isTrue();
      assertThat(replay.equal()).isTrue();
      assertThat(comparisons.list()).containsExactly(replay, speed, batch, merged);
    }
  }

  @Test
  void everyKindOfWindowEqualsItsReplay() throws InterruptedException {
    TestingLog clicks = new TestingLog(2, Clicks.SOURCE, Clicks.METRICS);
    for (int i = 0; i < 40; i++) {
      long at = Playback.SIX + i * 17_000L - i % 3 * 40_000L;
      clicks.append(
          i % 2, at, "{\"who\": \"w%d\", \"amount\": %d, \"at\": %d}".formatted(i % 3, i, at));
    }
    Position half = Position.of(Map.of(0, 9L, 1, 13L));
    ServedSource source =
        new ServedSource(
            Clicks.SOURCE,
            Clicks.METRICS,
            clicks::numbers,
            new ServedPair(
                Optional.of(clicks.publish(store, "run-1", half)),
                new TestingSpeed(clicks, half).advance(clicks.end())),
            EndsAtStart.NONE);

    try (Comparisons comparisons =
        new Comparisons(
            Map.of("clicks", source), views, new TestingReplays(clicks), store, clock)) {
      ComparisonDocument merged =
          finished(comparisons, "clicks", ViewChoice.MERGED, Optional.empty());

      assertThat(merged.error()).isNull();
      assertThat(merged.equal()).as("%s", merged.metrics()).isTrue();
      assertThat(merged.metrics().keySet())
          .contains("tumbling", "hopping", "sessions", "days", "totals");
      assertThat(merged.metrics().get("hopping").rowsEqual())
          .isGreaterThan(merged.metrics().get("tumbling").rowsEqual());
      assertThat(merged.metrics().get("sessions").rowsEqual()).isGreaterThan(3);
    }
  }

  /** A log whose first record in partition 0 has other values and the second's is another group. */
  private TestingLog forged() {
    return new TestingLog(2)
        .append(
            0, Playback.SIX, Playback.event("e00", "s0", "c", Double.MIN_VALUE, 3, Playback.SIX))
        .append(1, Playback.SIX, Playback.event("e01", "other", "c", 0, 0, Playback.SIX));
  }

  @Test
  void rowsThatDifferAreCountedAndShown() throws InterruptedException {
    try (Comparisons comparisons = comparisons(served(forged(), speed()))) {
      ComparisonDocument document = finished(comparisons, ViewChoice.MERGED, Optional.empty());

      assertThat(document.state()).isEqualTo(State.completed);
      assertThat(document.equal()).isFalse();
      MetricComparison quality = document.metrics().get("quality");
      assertThat(quality.rowsEqual()).isEqualTo(4);
      assertThat(quality.rowsDiffering()).isEqualTo(1);
      assertThat(quality.onlyLeft()).isEqualTo(1);
      assertThat(quality.onlyRight()).isEqualTo(1);
      assertThat(quality.classes()).isEqualTo(Map.of("unexplained", 3L));
      assertThat(quality.samples()).hasSize(3);
      Sample differing =
          quality.samples().stream()
              .filter(sample -> sample.left() != null && sample.right() != null)
              .findFirst()
              .orElseThrow();
      assertThat(differing.key())
          .isEqualTo(
              Map.of("svc", "s0", "country", "c", "window_start", "2026-11-22T06:00:00.000Z"));
      assertThat(differing.left()).containsEntry("bytes", new BigDecimal(3));
      assertThat(differing.right()).containsEntry("bytes", new BigDecimal(0));
      assertThat(document.metrics().get("per_minute").classes()).isEmpty();
    }
    try (Comparisons reopened = comparisons(served(log, speed()))) {
      assertThat(reopened.list()).hasSize(1);
      assertThat(reopened.list().get(0).metrics().get("quality").classes())
          .isEqualTo(Map.of("unexplained", 3L));
    }
  }

  @Test
  void aHoleExplainsWhatDiffers() throws InterruptedException {
    try (Comparisons comparisons =
        comparisons(served(forged(), speed().lose(new OffsetRange(0, 0, 1))))) {
      ComparisonDocument document = finished(comparisons, ViewChoice.MERGED, Optional.empty());

      assertThat(document.metrics().get("quality").classes()).isEqualTo(Map.of("hole", 3L));
    }
  }

  @Test
  void aReplayThatLiesBehindIsFoldedOnToTheLeftSidesPosition() throws InterruptedException {
    replays.start(new ReplayRequest("playback", Optional.empty(), Optional.of(cut)));
    try (Comparisons comparisons = comparisons(served(log, speed()))) {
      ComparisonDocument document =
          finished(comparisons, ViewChoice.MERGED, Optional.of("replay-1"));

      assertThat(document.error()).isNull();
      assertThat(document.equal()).isTrue();
      assertThat(document.position()).isEqualTo(log.end());
    }
  }

  @Test
  void aReplayPastTheLeftSideFailsWithBothPositions() throws InterruptedException {
    replays.start(new ReplayRequest("playback", Optional.empty(), Optional.empty()));
    try (Comparisons comparisons = comparisons(served(log, speed()))) {
      ComparisonDocument document =
          finished(comparisons, ViewChoice.BATCH, Optional.of("replay-1"));

      assertThat(document.state()).isEqualTo(State.failed);
      assertThat(document.equal()).isNull();
      assertThat(document.error()).contains("{0=3, 1=3}", "{0=1, 1=1}");
    }
  }

  @Test
  void aReplayThatFailsFailsTheComparisonWithItsError() throws InterruptedException {
    replays.endWith(ReplayDocument.State.failed);
    try (Comparisons comparisons = comparisons(served(log, speed()))) {
      assertThat(finished(comparisons, ViewChoice.MERGED, Optional.empty()).error())
          .contains("replay-1", "The broker went away");
    }
  }

  @Test
  void aPartitionWithoutAFoldFailsTheComparison() throws InterruptedException {
    try (Comparisons comparisons = comparisons(served(log, speed().drop(1)))) {
      assertThat(finished(comparisons, ViewChoice.MERGED, Optional.empty()).error())
          .contains("Partitions [1]");
    }
  }

  @Test
  void whatWasAtWorkWhenTheProcessEndedIsFailedAfterwards() throws InterruptedException {
    replays.endWith(ReplayDocument.State.running);
    ComparisonDocument running;
    Comparisons first = comparisons(served(log, speed()));
    running = first.start("playback", ViewChoice.MERGED, Optional.empty());
    // Stands for a crash: the file still says running when the next process starts.
    try (Comparisons second = comparisons(served(log, speed()))) {
      ComparisonDocument document = second.find(running.id()).orElseThrow();
      assertThat(document.state()).isEqualTo(State.failed);
      assertThat(document.error()).contains("interrupted");
    }
    first.close();
    assertThat(first.find(running.id()).orElseThrow().state()).isEqualTo(State.failed);
    assertThat(
            new String(
                store
                    .read(
                        new org.apache.hadoop.fs.Path(store.comparisons(), running.id() + ".json"))
                    .orElseThrow(),
                StandardCharsets.UTF_8))
        .contains("\"failed\"");
  }

  @Test
  void whatDoesNotExistIsRefusedAtOnce() {
    try (Comparisons comparisons = comparisons(served(log, speed()))) {
      assertThatThrownBy(() -> comparisons.start("none", ViewChoice.MERGED, Optional.empty()))
          .isInstanceOf(RefusedException.class);
      assertThatThrownBy(
              () -> comparisons.start("playback", ViewChoice.MERGED, Optional.of("none")))
          .isInstanceOf(RefusedException.class);
      assertThat(comparisons.list()).isEmpty();
    }
  }
}

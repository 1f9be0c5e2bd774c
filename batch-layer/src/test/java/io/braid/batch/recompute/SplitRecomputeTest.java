package io.braid.batch.recompute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.batch.archive.ArchiveRenewal;
import io.braid.batch.archive.ArchivedRecords;
import io.braid.batch.archive.ArchivedRecords.Raw;
import io.braid.column.Batch;
import io.braid.definition.DefinitionText;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveListing;
import io.braid.store.CarryFile;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import io.braid.view.View;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many tasks fold a partition, a recompute makes the same, to the last bit. */
final class SplitRecomputeTest {

  private static final Topics.Topic TOPIC = new Topics.Topic("plays", "topic-1", 1);
  private static final long START = 1_700_000_000_000L;
  private static final SplitSize ONE_TASK = new SplitSize(Long.MAX_VALUE, Long.MAX_VALUE);
  private static final SplitSize A_TASK_A_FILE = new SplitSize(1, 1);

  private static final String DEFINITIONS =
      """
      name: test
      sources:
        plays:
          topic: plays
          columns: {id: string, service: string, latency_ms: double, event_time: timestamp}
          event_time: event_time
          watermark: 5s
          deduplicate: {by: id, within: 20s, budget: 1MB}
          late: %s
          allowed_lateness: 3s
      metrics:
        per_ten_seconds: |
          SELECT service, COUNT(*) AS n, SUM(latency_ms) AS ms, AVG(latency_ms) AS mean
          FROM plays GROUP BY service, TUMBLE(event_time, INTERVAL '10' SECOND)
        per_minute: |
          SELECT COUNT(*) AS n, MAX(service) AS last FROM plays
          GROUP BY TUMBLE(event_time, INTERVAL '1' MINUTE)
        totals: SELECT COUNT(*) AS n, SUM(latency_ms) AS ms FROM plays
      """;

  private static SparkEngine engine;

  @TempDir Path directory;
  private Store store;
  private DefinitionText text;
  private Source source;
  private List<Metric> metrics;

  @BeforeAll
  static void startSpark() {
    engine = new SparkEngine("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    engine.close();
  }

  @BeforeEach
  void openStore() throws IOException {
    store = Store.open(directory.resolve("store").toUri());
    define("drop");
  }

  private void define(String late) throws IOException {
    define(late, "", "");
  }

  private void define(String late, String was, String is) throws IOException {
    Path file = directory.resolve("braid.yaml");
    Files.writeString(file, DEFINITIONS.formatted(late).replace(was, is));
    text =
        DefinitionText.read(file, Map.of(), Optional.of(URI.create(store.location().toString())));
    source = text.load().sources().get("plays");
    metrics = text.load().metricsOf(source);
  }

  /** Some 50 s a thousand records: disorder, late events, ids again after up to 40 s, pauses. */
  private static List<Raw> records(Random random, int count) {
    List<Raw> records = new ArrayList<>();
    long offset = random.nextInt(5);
    long clockMs = START;
    for (int i = 0; i < count; i++) {
      offset += random.nextInt(50) == 0 ? 3 : 1;
      clockMs += random.nextInt(400) == 0 ? 30_000 : random.nextInt(100);
      long eventTimeMs = clockMs - random.nextInt(random.nextInt(10) == 0 ? 90_000 : 6_000);
      int id = random.nextInt(4) == 0 ? Math.max(0, i - random.nextInt(800)) : i;
      String value =
          random.nextInt(30) == 0
              ? "{\"service\": 7}"
              : "{\"id\": %s, \"service\": \"s%d\", \"latency_ms\": %s, \"event_time\": %d}"
                  .formatted(
                      random.nextInt(30) == 0 ? "null" : "\"i" + id + "\"",
                      random.nextInt(4),
                      random.nextDouble() * 1e3,
                      eventTimeMs);
      records.add(new Raw(offset, clockMs - random.nextInt(2_000), value));
    }
    return records;
  }

  /** Archives records in files that start at {@code starts}. */
  private void archive(List<Raw> records, NavigableSet<Long> starts, long end) throws IOException {
    for (long from : starts) {
      Long next = starts.higher(from);
      long to = next == null ? end : next;
      ArchivedRecords.write(
          store,
          source,
          TOPIC.id(),
          0,
          from,
          to,
          records.stream().filter(r -> r.offset() >= from && r.offset() < to).toList());
    }
  }

  private static NavigableSet<Long> randomStarts(Random random, long end, int files) {
    return random
        .longs(files - 1, 1, end)
        .boxed()
        .collect(Collectors.toCollection(() -> new TreeSet<>(List.of(0L))));
  }

  private RunManifest run(String id, SplitSize size, long cut, Optional<RunManifest> base) {
    return new Recompute(store, text, engine, InstantSource.system(), "test", size)
        .run(id, source, metrics, TOPIC, Position.of(Map.of(0, cut)), base, events -> {});
  }

  /** Returns the finished rows of a metric, sorted. */
  private List<String> rows(RunManifest manifest, int metric) {
    View view = new View(metrics.get(metric).plan().schema());
    for (RunManifest.ViewPart part : manifest.metrics().get(metric).parts()) {
      view.merge(ViewFile.read(store.resolve(part.path()), view.schema()));
    }
    Batch finished = view.finish();
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < finished.size(); row++) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < finished.width(); column++) {
        text.append(finished.column(column).value(row)).append('|');
      }
      rows.add(text.toString());
    }
    rows.sort(null);
    return rows;
  }

  private void assertSame(RunManifest found, RunManifest expected) {
    assertThat(found.counts()).isEqualTo(expected.counts());
    assertThat(found.carries()).isEqualTo(expected.carries());
    for (int metric = 0; metric < metrics.size(); metric++) {
      assertThat(rows(found, metric)).isNotEmpty().isEqualTo(rows(expected, metric));
    }
    assertThat(CarryFile.read(store, found.run()).get(0).encode())
        .isEqualTo(CarryFile.read(store, expected.run()).get(0).encode());
  }

  @ParameterizedTest
  @CsvSource({"1, drop", "2, include", "3, drop"})
  void anyNumberOfTasksMakesWhatOneMakes(long seed, String late) throws IOException {
    define(late);
    Random random = new Random(seed);
    List<Raw> records = records(random, 3_000);
    long end = records.get(records.size() - 1).offset() + 1 + random.nextInt(3);
    NavigableSet<Long> starts = randomStarts(random, end, 2 + random.nextInt(25));
    archive(records, starts, end);

    RunManifest whole = run("run-1", ONE_TASK, end, Optional.empty());

    assertThat(whole.counts().get(0).duplicates()).isPositive();
    assertThat(whole.counts().get(0).late().get(0)).isPositive();
    assertThat(whole.counts().get(0).diverted() > 0).isEqualTo(late.equals("drop"));
    assertSame(run("run-2", A_TASK_A_FILE, end, Optional.empty()), whole);
    SplitSize some = new SplitSize(1 + random.nextInt(1_500), Long.MAX_VALUE);
    assertSame(run("run-3", some, end, Optional.empty()), whole);
    // On from a base whose ids are remembered in some of the tasks and forgotten in others.
    long baseCut = List.copyOf(starts).get(1 + random.nextInt(starts.size() - 1));
    RunManifest base = run("run-4", ONE_TASK, baseCut, Optional.empty());
    assertSame(run("run-5", A_TASK_A_FILE, end, Optional.of(base)), whole);
  }

  @Test
  void tasksWarmUpWithTheFilesInWhichRememberedIdsWereSeenLastAndNoMore() throws IOException {
    // Files of ten records a second apart; ids are remembered for 20 s of watermark time.
    List<Raw> records = new ArrayList<>();
    NavigableSet<Long> starts = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      long time = START + i * 1_000L;
      records.add(new Raw(i, time, "{\"id\": \"i%d\", \"event_time\": %d}".formatted(i, time)));
      starts.add(i / 10 * 10L);
    }
    archive(records, starts, 100);

    List<FoldTask.Input> tasks = tasks(new SplitSize(10, Long.MAX_VALUE), 100);

    assertThat(tasks).hasSize(10);
    assertThat(tasks.get(0).warmUp()).isEmpty();
    assertThat(tasks.get(1).warmUpFrom()).isZero();
    for (int i = 3; i < 10; i++) {
      // At offset 30 event time has come to 29 s; id 9, seen at 9 s, is still remembered there.
      assertThat(tasks.get(i).from()).isEqualTo(i * 10L);
      assertThat(tasks.get(i).warmUpFrom()).isEqualTo((i - 3) * 10L);
      assertThat(tasks.get(i).warmUp()).hasSize(3);
      assertThat(tasks.get(i).isLast()).isEqualTo(i == 9);
    }
    assertThat(tasks(SplitSize.DEFAULT, 100)).hasSize(1);
    assertThat(tasks(new SplitSize(25, Long.MAX_VALUE), 70)).hasSize(3);
  }

  private List<FoldTask.Input> tasks(SplitSize size, long cut) {
    return new SplitPlan(store, source, size)
        .tasks(
            ArchiveListing.of(store, store.archive(source.name(), TOPIC.id(), 0)),
            0,
            0,
            Carry.EMPTY,
            cut);
  }

  @Test
  void noTaskStartsBehindAFileOfAnotherDecoder() throws IOException {
    List<Raw> records = records(new Random(9), 400);
    long end = records.get(records.size() - 1).offset() + 1;
    archive(records, new TreeSet<>(List.of(0L, 100L)), 200);
    Source mine = source;
    define("drop", "service: string", "service: {type: string, path: was}");
    Source other = source;
    define("drop");
    assertThat(other.decodeFingerprint()).isNotEqualTo(mine.decodeFingerprint());
    ArchivedRecords.write(
        store,
        other,
        TOPIC.id(),
        0,
        200,
        300,
        records.stream().filter(r -> r.offset() >= 200 && r.offset() < 300).toList());
    ArchivedRecords.write(
        store,
        source,
        TOPIC.id(),
        0,
        300,
        end,
        records.stream().filter(r -> r.offset() >= 300).toList());

    assertThat(tasks(A_TASK_A_FILE, end))
        .extracting(FoldTask.Input::from)
        .containsExactly(0L, 100L, 200L);
    RunManifest whole = run("run-1", ONE_TASK, end, Optional.empty());
    assertSame(run("run-2", A_TASK_A_FILE, end, Optional.empty()), whole);

    new ArchiveRenewal(store).renew(source, TOPIC, () -> false);

    assertThat(tasks(A_TASK_A_FILE, end)).hasSize(4);
    assertSame(run("run-3", A_TASK_A_FILE, end, Optional.empty()), whole);
  }

  @Test
  void runWhoseIdsNeedMoreThanTheirBudgetFailsWithTheReason() throws IOException {
    List<Raw> records = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      records.add(new Raw(i, START, "{\"id\": \"i%d\", \"event_time\": %d}".formatted(i, START)));
    }
    archive(records, new TreeSet<>(List.of(0L)), 40_000);
    assertThatThrownBy(() -> run("run-1", ONE_TASK, 40_000, Optional.empty()))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("Cannot fold partition 0: 32,767 event ids of the last 20s need more")
        .hasMessageContaining("the budget of 1 MB");
  }
}

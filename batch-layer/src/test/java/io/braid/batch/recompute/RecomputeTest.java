package io.braid.batch.recompute;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.batch.archive.ArchivedRecords;
import io.braid.batch.archive.ArchivedRecords.Raw;
import io.braid.column.Batch;
import io.braid.decode.Decoder;
import io.braid.definition.DefinitionText;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.CarryFile;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import io.braid.view.View;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recompute over an archive gives what one plain fold of the same records gives. */
final class RecomputeTest {

  private static final Topics.Topic TOPIC = new Topics.Topic("plays", "topic-1", 2);

  private static final String DEFINITIONS =
      """
      name: test
      sources:
        plays:
          topic: plays
          columns:
            id: string
            service: string
            latency_ms: double
            bytes: bigint
            size: int
            price: decimal(10,2)
            ok: boolean
            first day: {type: date, path: day}
            seen: timestamp
            event_time: timestamp
          event_time: event_time
          watermark: 5s
          max_future: 3650d
          deduplicate: {by: %s, within: 10m}
      metrics:
        per_minute: |
          SELECT service AS "the service", ok, COUNT(*) AS n, SUM(bytes) AS bytes, SUM(latency_ms) AS ms,
                 AVG(latency_ms) AS mean, MIN(price) AS cheapest, MAX(service) AS last,
                 SUM(price) AS price, MAX(seen) AS seen, MIN("first day") AS "the first", SUM(size) AS size,
                 COUNT(*) FILTER (WHERE ok) AS good
          FROM plays GROUP BY service, ok, TUMBLE(event_time, INTERVAL '1' MINUTE)
        totals: |
          SELECT COUNT(*) AS n, COUNT(service) AS named, AVG(bytes) AS mean_bytes FROM plays
        visits: |
          SELECT service, COUNT(*) AS n, SUM(latency_ms) AS ms
          FROM plays GROUP BY service, SESSION(event_time, INTERVAL '1' SECOND)
        pauses: SELECT COUNT(*) AS n FROM plays GROUP BY SESSION(event_time, INTERVAL '0.2' SECOND)
        sliding: |
          SELECT ok, COUNT(*) AS n, SUM(latency_ms) AS ms
          FROM plays GROUP BY ok, HOP(event_time, INTERVAL '20' SECOND, INTERVAL '1' MINUTE)
      """;

  private static SparkEngine engine;

  @TempDir Path directory;
  private Store store;

  @BeforeAll
  static void startSpark() {
    engine = new SparkEngine("local[2]");
  }

  @AfterAll
  static void stopSpark() {
    engine.close();
  }

  @BeforeEach
  void openStore() {
    store = Store.open(directory.resolve("store").toUri());
  }

  private DefinitionText definitions(String yaml) throws IOException {
    Path file = directory.resolve("braid.yaml");
    Files.writeString(file, yaml);
    return DefinitionText.read(
        file, Map.of(), Optional.of(URI.create(store.location().toString())));
  }

  private Recompute recompute(DefinitionText text) {
    return new Recompute(store, text, engine, InstantSource.system(), "test");
  }

  /**
   * Records with duplicates, disorder, NULLs, offsets that skip, and some that cannot be decoded.
   */
  private static List<Raw> records(long seed, int count) {
    Random random = new Random(seed);
    List<Raw> records = new ArrayList<>();
    long offset = 0;
    long start = 1_700_000_000_000L;
    for (int i = 0; i < count; i++) {
      offset += random.nextInt(50) == 0 ? 3 : 1;
      long eventTime = start + i * 50L - random.nextInt(20_000);
      String value =
          random.nextInt(40) == 0
              ? "{\"service\": 7}"
              : """
                {"id": "%d", "service": %s, "latency_ms": %s, "bytes": %d, "size": %d, "price": %d.%02d,
                 "ok": %s, "day": "2026-11-%02d", "seen": %d, "event_time": %d}"""
                  .formatted(
                      random.nextInt(count),
                      random.nextInt(10) == 0 ? "null" : "\"s" + random.nextInt(5) + "ü\"",
                      random.nextInt(10) == 0 ? "null" : Double.toString(random.nextDouble() * 100),
                      random.nextLong() >> 1,
                      random.nextInt(),
                      random.nextInt(1000),
                      random.nextInt(100),
                      random.nextBoolean(),
                      1 + random.nextInt(28),
                      eventTime,
                      eventTime);
      boolean sentTwice = i > 0 && random.nextInt(20) == 0;
      byte[] sent = sentTwice ? records.get(i - 1).value() : value.getBytes(StandardCharsets.UTF_8);
      records.add(new Raw(offset, start + i * 50L, sent));
    }
    return records;
  }

  private static PartitionFold fold(Source source, List<Metric> metrics, List<Raw> records) {
    List<MetricPlan> plans = metrics.stream().map(Metric::plan).toList();
    Set<Integer> wanted = new TreeSet<>();
    plans.forEach(plan -> wanted.addAll(plan.reads()));
    Decoder decoder = source.decoder(wanted);
    PartitionFold fold = new PartitionFold(0, source.rules(), plans, 0, Carry.EMPTY);
    for (Raw raw : records) {
      decoder.append(raw.offset(), raw.timestampMs(), raw.value());
      if (decoder.size() == 7) {
        fold.fold(decoder.take());
      }
    }
    fold.fold(decoder.take());
    return fold;
  }

  private static List<String> rows(View view) {
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

  private void checkAgainstOneFold(String duplicates) throws IOException {
    DefinitionText text = definitions(DEFINITIONS.formatted(duplicates));
    Definitions definitions = text.load();
    Source source = definitions.sources().get("plays");
    List<Metric> metrics = definitions.metricsOf(source);
    List<List<Raw>> log = List.of(records(1, 9_000), records(2, 500));
    long[] cuts = new long[2];
    for (int partition = 0; partition < 2; partition++) {
      List<Raw> all = log.get(partition);
      long middle = all.get(all.size() / 3).offset();
      cuts[partition] = all.get(all.size() - 1).offset() + 2;
      ArchivedRecords.write(
          store,
          source,
          TOPIC.id(),
          partition,
          0,
          middle,
          all.stream().filter(raw -> raw.offset() < middle).toList());
      ArchivedRecords.write(
          store,
          source,
          TOPIC.id(),
          partition,
          middle,
          cuts[partition],
          all.stream().filter(raw -> raw.offset() >= middle).toList());
    }
    Position cut = Position.of(Map.of(0, cuts[0], 1, cuts[1]));

    RunManifest manifest =
        recompute(text).run("run-1", source, metrics, TOPIC, cut, Optional.empty(), events -> {});

    for (int metric = 0; metric < metrics.size(); metric++) {
      View expected = new View(metrics.get(metric).plan().schema());
      for (List<Raw> partition : log) {
        expected.merge(fold(source, metrics, partition).view(metric));
      }
      View found = view(manifest, metrics, metric);
      assertThat(found.size()).isPositive();
      assertThat(rows(found)).isEqualTo(rows(expected));
    }
    for (int partition = 0; partition < 2; partition++) {
      PartitionFold expected = fold(source, metrics, log.get(partition));
      assertThat(manifest.counts().get(partition)).isEqualTo(expected.counts());
      assertThat(manifest.times().get(partition)).isEqualTo(expected.time());
      assertThat(manifest.counts().get(partition).deadLetters()).isPositive();
      assertThat(manifest.counts().get(partition).duplicates()).isPositive();
      Carry carry = CarryFile.read(store, "run-1").get(partition);
      assertThat(carry.time()).isEqualTo(expected.carry().time());
      assertThat(carry.encode()).hasSameSizeAs(expected.carry().encode());
    }
    assertThat(RunManifest.read(store, "run-1")).contains(manifest);
  }

  @Test
  void givesTheRowsOfOneFoldWithDuplicatesByColumn() throws IOException {
    checkAgainstOneFold("id");
  }

  @Test
  void givesTheRowsOfOneFoldWithDuplicatesByFingerprint() throws IOException {
    checkAgainstOneFold("fingerprint");
  }

  @Test
  void decodesFilesOfAnotherDefinitionAgain() throws IOException {
    String yaml = DEFINITIONS.formatted("id");
    Source old =
        definitions(yaml.replace("    bytes: bigint\n", "    bytes: {type: bigint, path: was}\n"))
            .load()
            .sources()
            .get("plays");
    List<Raw> records = records(3, 300);
    long cut = records.get(records.size() - 1).offset() + 1;
    ArchivedRecords.write(store, old, TOPIC.id(), 0, 0, cut, records);
    DefinitionText text = definitions(yaml);
    Source source = text.load().sources().get("plays");
    List<Metric> metrics = text.load().metricsOf(source);
    assertThat(source.decodeFingerprint()).isNotEqualTo(old.decodeFingerprint());

    RunManifest manifest =
        recompute(text)
            .run(
                "run-1",
                source,
                metrics,
                TOPIC,
                Position.of(Map.of(0, cut)),
                Optional.empty(),
                events -> {});

    View found = view(manifest, metrics, 0);
    assertThat(rows(found)).isEqualTo(rows(fold(source, metrics, records).view(0)));
  }

  @Test
  void anIncrementalRunGivesWhatAFullOneGives() throws IOException {
    DefinitionText text = definitions(DEFINITIONS.formatted("id"));
    Source source = text.load().sources().get("plays");
    List<Metric> metrics = text.load().metricsOf(source);
    List<Raw> records = records(4, 3_000);
    long middle = records.get(1_100).offset();
    long end = records.get(records.size() - 1).offset() + 1;
    ArchivedRecords.write(
        store,
        source,
        TOPIC.id(),
        0,
        0,
        middle,
        records.stream().filter(r -> r.offset() < middle).toList());
    RunManifest first =
        recompute(text)
            .run(
                "run-1",
                source,
                metrics,
                TOPIC,
                Position.of(Map.of(0, middle)),
                Optional.empty(),
                events -> {});
    ArchivedRecords.write(
        store,
        source,
        TOPIC.id(),
        0,
        middle,
        end,
        records.stream().filter(r -> r.offset() >= middle).toList());
    Position cut = Position.of(Map.of(0, end));

    RunManifest incremental =
        recompute(text).run("run-2", source, metrics, TOPIC, cut, Optional.of(first), events -> {});
    RunManifest full =
        recompute(text).run("run-3", source, metrics, TOPIC, cut, Optional.empty(), events -> {});

    assertThat(incremental.mode()).isEqualTo("incremental");
    assertThat(incremental.counts()).isEqualTo(full.counts());
    assertThat(incremental.origin()).isEqualTo(full.origin());
    for (int metric = 0; metric < metrics.size(); metric++) {
      assertThat(rows(view(incremental, metrics, metric)))
          .isEqualTo(rows(view(full, metrics, metric)));
    }
    assertThat(CarryFile.read(store, "run-2").get(0).time())
        .isEqualTo(CarryFile.read(store, "run-3").get(0).time());
    assertThat(CarryFile.read(store, "run-2").get(0).encode())
        .hasSameSizeAs(CarryFile.read(store, "run-3").get(0).encode());
  }

  private View view(RunManifest manifest, List<Metric> metrics, int metric) {
    View view = new View(metrics.get(metric).plan().schema());
    for (RunManifest.ViewPart part : manifest.metrics().get(metric).parts()) {
      view.merge(ViewFile.read(store.resolve(part.path()), view.schema()));
    }
    return view;
  }

  @Test
  void emptyArchiveGivesEmptyViews() throws IOException {
    DefinitionText text = definitions(DEFINITIONS.formatted("id"));
    Source source = text.load().sources().get("plays");

    RunManifest manifest =
        recompute(text)
            .run(
                "run-1",
                source,
                text.load().metricsOf(source),
                TOPIC,
                Position.of(Map.of(0, 0L, 1, 0L)),
                Optional.empty(),
                events -> {});

    assertThat(manifest.metrics()).allSatisfy(view -> assertThat(view.parts()).isEmpty());
    assertThat(manifest.cut()).isEqualTo(Position.of(Map.of(0, 0L, 1, 0L)));
  }
}

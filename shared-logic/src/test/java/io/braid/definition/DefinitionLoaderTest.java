package io.braid.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.ColumnType;
import io.braid.decode.FieldPath;
import io.braid.decode.IdRule;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.fold.LateRule;
import io.braid.fold.SourceRules;
import io.braid.log.Delivery;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionLoaderTest {

  private static final String FULL =
      """
      name: playback
      store: ${STORE}/braid
      kafka: {bootstrap.servers: "a:9092,b:9092", max.poll.records: 500, enable.auto.commit: false}
      http: {port: ${PORT}, host: 0.0.0.0}
      speed:
        host: worker-1.example
        port: 7070
        token: ${TOKEN}
        memory: 1GB
        delivery: exactly-once
        checkpoint: {interval: 500ms, deltas_above: 64KB, keep: 5}
      sources:
        playback:
          topic: play.back
          partitions: 4
          format: json
          columns:
            event_id: string
            service: string
            latency_ms: {type: double}
            country: {type: string, path: client.geo.country}
            a.b: bigint
            "c[0]": bigint
            first: {type: int, path: "items[0].sizes[12]"}
            event_time: timestamp
          event_time: event_time
          watermark: 500ms
          idle_after: 1m
          max_future: 2h
          deduplicate: {by: event_id, within: 10m}
          late: include
          allowed_lateness: 1d
      metrics:
        quality: |
          SELECT service, COUNT(*) AS plays FROM playback
          GROUP BY service, TUMBLE(event_time, INTERVAL '1' MINUTE);
        total: {sql: "SELECT SUM(\\"a.b\\") AS total FROM playback", time_zone: UTC}
      views:
        worst: SELECT service FROM quality
      schedules:
        hourly: {source: playback, cron: "0 0 * * * ?", mode: incremental}
        nightly: {source: playback, cron: "0 30 3 * * ?", time_zone: Europe/Berlin}
      """;

  private static final String SHORT =
      """
      name: short
      sources:
        s:
          topic: t
          columns: {ts: timestamp}
          event_time: ts
      metrics:
        m: SELECT COUNT(*) AS n FROM s
      kafka:
      views:
      """;

  private static final String TOKEN = "a-token-of-the-environment";

  private static final Map<String, String> ENVIRONMENT =
      Map.of("STORE", "s3a://bucket", "PORT", "9090", "TOKEN", TOKEN);

  @TempDir Path directory;

  @Test
  void everythingIsRead() throws IOException {
    Definitions definitions = load(FULL);

    assertThat(definitions.name()).isEqualTo("playback");
    assertThat(definitions.store()).isEqualTo(URI.create("s3a://bucket/braid"));
    assertThat(definitions.kafka())
        .containsExactly(
            Map.entry("bootstrap.servers", "a:9092,b:9092"),
            Map.entry("max.poll.records", "500"),
            Map.entry("enable.auto.commit", "false"));
    assertThat(definitions.http()).isEqualTo(new Definitions.Http("0.0.0.0", 9090));
    assertThat(definitions.speed())
        .isEqualTo(
            new SpeedSettings(
                "worker-1.example",
                7070,
                Optional.of(TOKEN),
                OptionalLong.of(1L << 30),
                Delivery.EXACTLY_ONCE,
                new SpeedSettings.Checkpoint(Duration.ofMillis(500), 64L << 10, 5)));

    Source source = definitions.sources().get("playback");
    assertThat(source.topic()).isEqualTo("play.back");
    assertThat(source.partitions()).isEqualTo(4);
    assertThat(source.format()).isEqualTo(RecordFormat.JSON);
    assertThat(source.schema().columns())
        .containsExactly(
            new RecordSchema.Field("event_id", ColumnType.STRING, List.of("event_id")),
            new RecordSchema.Field("service", ColumnType.STRING, List.of("service")),
            new RecordSchema.Field("latency_ms", ColumnType.DOUBLE, List.of("latency_ms")),
            new RecordSchema.Field(
                "country", ColumnType.STRING, List.of("client", "geo", "country")),
            new RecordSchema.Field("a.b", ColumnType.BIGINT, List.of("a.b")),
            new RecordSchema.Field("c[0]", ColumnType.BIGINT, List.of("c[0]")),
            new RecordSchema.Field(
                "first",
                ColumnType.INT,
                new FieldPath(
                    List.of(
                        new FieldPath.Name("items"),
                        new FieldPath.Index(0),
                        new FieldPath.Name("sizes"),
                        new FieldPath.Index(12)))),
            new RecordSchema.Field("event_time", ColumnType.TIMESTAMP, List.of("event_time")));
    assertThat(source.schema().eventTimeIndex()).isEqualTo(7);
    assertThat(source.schema().maxFuture()).isEqualTo(Duration.ofHours(2));
    assertThat(source.rules())
        .isEqualTo(
            new SourceRules(
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                Optional.of(Duration.ofMinutes(10)),
                LateRule.INCLUDE,
                Duration.ofDays(1)));
    assertThat(source.duplicates()).isEqualTo(new IdRule.ByColumn(0));

    assertThat(definitions.metrics().keySet()).containsExactly("quality", "total");
    assertThat(definitions.metricsOf(source)).hasSize(2);
    assertThat(definitions.metrics().get("total").plan().text())
        .isEqualTo("where true group  window none aggregate SUM(bigint)[#4:bigint]");
    assertThat(definitions.views()).containsEntry("worst", "SELECT service FROM quality");
    assertThat(definitions.schedules().get("hourly"))
        .isEqualTo(
            new Schedule("playback", "0 0 * * * ?", Schedule.Mode.INCREMENTAL, ZoneOffset.UTC));
    assertThat(definitions.schedules().get("nightly"))
        .isEqualTo(
            new Schedule(
                "playback", "0 30 3 * * ?", Schedule.Mode.FULL, ZoneId.of("Europe/Berlin")));
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws IOException {
    Definitions definitions = load(SHORT);

    assertThat(definitions.store())
        .isEqualTo(URI.create("file://" + directory.toAbsolutePath().resolve("data")));
    assertThat(definitions.kafka()).isEmpty();
    assertThat(definitions.http()).isEqualTo(new Definitions.Http("127.0.0.1", 8080));
    assertThat(definitions.speed())
        .isEqualTo(
            new SpeedSettings(
                "127.0.0.1",
                0,
                Optional.empty(),
                OptionalLong.empty(),
                Delivery.AT_LEAST_ONCE,
                new SpeedSettings.Checkpoint(Duration.ofSeconds(10), 1L << 20, 3)));
    Source source = definitions.sources().get("s");
    assertThat(source.partitions()).isEqualTo(1);
    assertThat(source.schema().maxFuture()).isEqualTo(Duration.ofHours(1));
    assertThat(source.rules())
        .isEqualTo(
            new SourceRules(
                Duration.ZERO,
                Duration.ofSeconds(30),
                Optional.empty(),
                LateRule.INCLUDE,
                Duration.ZERO));
    assertThat(source.duplicates()).isEqualTo(new IdRule.None());
    assertThat(definitions.views()).isEmpty();
    assertThat(definitions.schedules()).isEmpty();
  }

  @Test
  void budgetOfIdsIsASizeAndNoPartOfFingerprints() throws IOException {
    String deduplicated =
        SHORT.replace(
            "event_time: ts\n", "event_time: ts\n    deduplicate: {by: ts, within: 1s}\n");
    assertThat(load(deduplicated).sources().get("s").rules().deduplicateBudgetBytes())
        .isEqualTo(256L << 20);
    for (String size : List.of("1024KB", "64MB", "2GB")) {
      String budgeted = deduplicated.replace("within: 1s", "within: 1s, budget: " + size);
      assertThat(load(budgeted).sources().get("s").rules().deduplicateBudgetBytes())
          .isEqualTo(
              switch (size) {
                case "1024KB" -> 1L << 20;
                case "64MB" -> 64L << 20;
                default -> 2L << 30;
              });
      assertThat(fingerprint(budgeted)).isEqualTo(fingerprint(deduplicated));
    }
  }

  @Test
  void settingsOfSpeedMayBeWrittenInPart() throws IOException {
    SpeedSettings defaults = load(SHORT).speed();
    assertThat(load(SHORT + "speed:\n").speed()).isEqualTo(defaults);
    assertThat(load(SHORT + "speed: {checkpoint:}\n").speed()).isEqualTo(defaults);
    assertThat(load(SHORT + "speed: {checkpoint: {keep: 1}}\n").speed().checkpoint())
        .isEqualTo(new SpeedSettings.Checkpoint(Duration.ofSeconds(10), 1L << 20, 1));
    assertThat(load(SHORT + "speed: {checkpoint: {deltas_above: 0KB}}\n").speed().checkpoint())
        .isEqualTo(new SpeedSettings.Checkpoint(Duration.ofSeconds(10), 0, 3));
    assertThat(load(SHORT + "speed: {host: '::1', memory: 16MB}\n").speed())
        .returns("::1", SpeedSettings::host)
        .returns(OptionalLong.of(16L << 20), SpeedSettings::memoryBytes);
  }

  @Test
  void tokenStandsInNoText() throws IOException {
    Definitions definitions = load(FULL);
    assertThat(definitions.speed().token()).contains(TOKEN);
    assertThat(definitions.speed().toString()).contains("worker-1.example").doesNotContain(TOKEN);
    assertThat(definitions.toString()).contains("worker-1.example").doesNotContain(TOKEN);
    DefinitionText travelling =
        DefinitionText.read(directory.resolve("braid.yaml"), ENVIRONMENT, Optional.empty());
    assertThat(travelling.toString()).contains("braid.yaml").doesNotContain(TOKEN);
    assertThat(travelling.load().speed()).isEqualTo(definitions.speed());
  }

  @Test
  void storeKeepsItsUriOnceItsDirectoryExists() throws IOException {
    URI before = load(SHORT).store();
    Files.createDirectories(Path.of(before));
    assertThat(load(SHORT).store()).isEqualTo(before);
  }

  @Test
  void fingerprintsChangeWithWhatAViewHoldsAndWithNothingElse() throws IOException {
    String fingerprint = fingerprint(SHORT);
    assertThat(fingerprint).matches("[0-9a-f]{16}");
    for (String[] same :
        new String[][] {
          {"name: short", "name: other"},
          {"AS n", "AS other"},
          {"m: SELECT", "other: SELECT"},
          {"SELECT COUNT(*) AS n FROM s", "select  count( * ) n from s"},
          {"event_time: ts\n", "event_time: ts\n    idle_after: 1h\n"},
          {"event_time: ts\n", "event_time: ts\n    partitions: 7\n"},
          {
            "name: short",
            "name: short\nspeed: {port: 7, memory: 16MB, delivery: at-most-once, checkpoint: {keep: 9}}"
          },
          {
            "{ts: timestamp}\n    event_time: ts",
            "{b: {type: timestamp, path: ts}}\n    event_time: b"
          },
        }) {
      assertThat(fingerprint(replaced(same))).as(same[1]).isEqualTo(fingerprint);
    }
    for (String[] other :
        new String[][] {
          {"COUNT(*)", "COUNT(*) FILTER (WHERE ts IS NULL)"},
          {"COUNT(*)", "MAX(ts)"},
          {"FROM s", "FROM s WHERE ts > TIMESTAMP '2026-01-01 00:00:00'"},
          {"FROM s", "FROM s GROUP BY TUMBLE(ts, INTERVAL '1' DAY)"},
          {"{ts: timestamp}", "{ts: timestamp, b: int}"},
          {"{ts: timestamp}", "{ts: {type: timestamp, path: a.t}}"},
          {"{ts: timestamp}", "{ts: {type: timestamp, path: 'ts[0]'}}"},
          {"topic: t", "topic: u"},
          {"event_time: ts\n", "event_time: ts\n    watermark: 1s\n"},
          {"event_time: ts\n", "event_time: ts\n    max_future: 1d\n"},
          {"event_time: ts\n", "event_time: ts\n    allowed_lateness: 1s\n"},
          {"event_time: ts\n", "event_time: ts\n    deduplicate: {by: ts, within: 1s}\n"},
          {"event_time: ts\n", "event_time: ts\n    deduplicate: {by: fingerprint, within: 1s}\n"},
        }) {
      assertThat(fingerprint(replaced(other))).as(other[1]).isNotEqualTo(fingerprint);
    }
  }

  @Test
  void fingerprintIsPinned() throws IOException {
    // A change here is a new semantics version: stored views are no longer found.
    assertThat(load(SHORT).sources().get("s").decodeFingerprint()).isEqualTo("8a6d222681ce1b18");
    assertThat(fingerprint(SHORT)).isEqualTo("a0b23aed4c50d261");
  }

  private static String replaced(String[] change) {
    assertThat(SHORT).contains(change[0]);
    return SHORT.replace(change[0], change[1]);
  }

  private String fingerprint(String text) throws IOException {
    return load(text).metrics().values().iterator().next().fingerprint();
  }

  private Definitions load(String text) throws IOException {
    Path file = directory.resolve("braid.yaml");
    Files.writeString(file, text);
    return DefinitionLoader.load(file, name -> Optional.ofNullable(ENVIRONMENT.get(name)));
  }
}

package io.braid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.log.Position;
import io.braid.log.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedRunsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

  private static final String DEFINITIONS =
      """
      name: test
      sources:
        s:
          topic: t
          columns: {ts: timestamp}
          event_time: ts
      metrics:
        n: SELECT COUNT(*) AS n FROM s
        last: SELECT MAX(ts) AS last FROM s
      """;

  @TempDir java.nio.file.Path folder;
  private Store store;
  private Source source;
  private List<Metric> metrics;
  private PublishedRuns runs;

  @BeforeEach
  void open() {
    store = Store.open(folder.toUri());
    Definitions definitions =
        DefinitionLoader.parse(folder.resolve("braid.yaml"), DEFINITIONS, name -> Optional.empty());
    source = definitions.sources().get("s");
    metrics = definitions.metricsOf(source);
    runs = runsOf("topic-1", metrics);
  }

  @Test
  void nothingIsServedBeforeTheFirstRun() {
    assertThat(runs.latest()).isEmpty();
    assertThat(runs.latest()).isEmpty();
  }

  @Test
  void runPublishedLastServes() {
    PublishedRun first = publish("a", "topic-1", metrics);
    assertThat(runs.latest()).contains(first);
    PublishedRun second = publish("b", "topic-1", metrics);
    assertThat(runs.latest()).contains(second);
    assertThat(runsOf("topic-1", metrics).latest()).contains(second);
  }

  @Test
  void runServesAgainAfterARollback() {
    PublishedRun first = publish("a", "topic-1", metrics);
    PublishedRun second = publish("b", "topic-1", metrics);
    PublishedRun again =
        new PublishedRun(Publication.publish(store, first.manifest(), NOW), first.manifest());
    assertThat(runs.latest()).contains(again);
    assertThat(runs.before(again)).contains(second);
  }

  @Test
  void runOfAnotherTopicOfTheSameNameDoesNotServe() {
    publish("a", "topic-1", metrics);
    publish("b", "topic-2", metrics);
    assertThat(runs.latest()).isEmpty();
    assertThat(runsOf("topic-2", metrics).latest()).isPresent();
    PublishedRun next = publish("c", "topic-1", metrics);
    assertThat(runs.latest()).contains(next);
  }

  @Test
  void runThatLacksAMetricAsItIsDefinedNowDoesNotServe() {
    PublishedRun run = publish("a", "topic-1", metrics.subList(0, 1));
    assertThat(runs.latest()).isEmpty();
    assertThat(runsOf("topic-1", metrics.subList(0, 1)).latest()).contains(run);
  }

  @Test
  void runWithoutManifestDoesNotServe() {
    Publication.publish(store, manifest("a", "topic-1", metrics), NOW);
    assertThat(runs.latest()).isEmpty();
  }

  @Test
  void filesAreReadOnceForEachPublication() {
    PublishedRun served = publish("a", "topic-1", metrics);
    assertThat(runs.latest()).contains(served);
    damage("runs/a/manifest.json");
    damage("published/s/1.json");
    assertThat(runs.latest()).contains(served);

    publish("b", "topic-2", metrics);
    assertThat(runs.latest()).isEmpty();
    damage("runs/b/manifest.json");
    damage("published/s/2.json");
    assertThat(runs.latest()).isEmpty();
  }

  @Test
  void readsAgainAfterAFailure() {
    PublishedRun run = publish("a", "topic-1", metrics);
    Path manifest = store.resolve("runs/a/manifest.json");
    damage("runs/a/manifest.json");
    assertThatThrownBy(runs::latest)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("runs/a/manifest.json: it is no RunManifest");
    store.delete(manifest);
    run.manifest().write(store);
    assertThat(runs.latest()).contains(run);
  }

  @Test
  void runBeforeIsThatOfTheNextLowerNumber() {
    PublishedRun first = publish("a", "topic-1", metrics);
    PublishedRun second = publish("b", "topic-1", metrics);
    publish("c", "topic-2", metrics);
    PublishedRun fourth = publish("d", "topic-1", metrics);
    PublishedRun fifth = publish("e", "topic-1", metrics);

    assertThat(runs.before(fifth)).contains(fourth);
    assertThat(runs.before(fourth)).as("of another topic").isEmpty();
    assertThat(runs.before(second)).contains(first);
    assertThat(runs.before(first)).as("the first").isEmpty();
    assertThat(runs.latest()).contains(fifth);
  }

  private PublishedRuns runsOf(String topicId, List<Metric> of) {
    return new PublishedRuns(store, source, of, new Topics.Topic("t", topicId, 1));
  }

  private void damage(String file) {
    store.replace(store.resolve(file), new byte[] {'{'});
  }

  private PublishedRun publish(String run, String topicId, List<Metric> of) {
    RunManifest manifest = manifest(run, topicId, of);
    manifest.write(store);
    return new PublishedRun(Publication.publish(store, manifest, NOW), manifest);
  }

  private static RunManifest manifest(String run, String topicId, List<Metric> of) {
    return new RunManifest(
        run,
        "s",
        topicId,
        "full",
        Position.of(Map.of(0, 0L)),
        Position.of(Map.of(0, 10L)),
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        of.stream()
            .map(m -> new RunManifest.MetricView(m.name(), m.fingerprint(), List.of()))
            .toList(),
        "2026-11-22T06:00:00.000Z",
        "1.0",
        new TreeMap<>());
  }
}

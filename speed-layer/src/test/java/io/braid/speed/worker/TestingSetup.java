package io.braid.speed.worker;

import io.braid.definition.Metric;
import io.braid.definition.SpeedSettings;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.GenerationStarts;
import io.braid.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The setup of a worker without a broker. */
final class TestingSetup {

  static final GenerationStart OF_LOG = GenerationStart.ofLog(Position.NONE);

  private TestingSetup() {}

  static SpeedSetup of(
      Store store, SpeedSettings.Checkpoint checkpoint, MemoryBudget memory, Duration grace) {
    return of(TestingFolds.METRICS, store, checkpoint, memory, grace);
  }

  static SpeedSetup of(
      List<Metric> metrics,
      Store store,
      SpeedSettings.Checkpoint checkpoint,
      MemoryBudget memory,
      Duration grace) {
    SpeedSettings defaults = SpeedSettings.DEFAULTS;
    return new SpeedSetup(
        new SourceReader(TestingFolds.SOURCE, metrics),
        new Topics(Map.of("bootstrap.servers", "127.0.0.1:1")),
        new Topics.Topic("plays", TestingFolds.TOPIC_ID, TestingFolds.PARTITION + 1),
        Map.of("bootstrap.servers", "127.0.0.1:1"),
        store,
        "group",
        "127.0.0.1:2",
        new SpeedSettings(
            defaults.host(),
            defaults.port(),
            defaults.token(),
            defaults.memoryBytes(),
            defaults.delivery(),
            checkpoint),
        new GenerationStarts() {
          @Override
          public GenerationStart newest() {
            return OF_LOG;
          }

          @Override
          public Optional<GenerationStart> beforeNewest() {
            return Optional.empty();
          }
        },
        memory,
        InstantSource.system(),
        grace);
  }
}

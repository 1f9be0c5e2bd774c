package io.braid.benchmark.speed;

import io.braid.column.Batch;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Topics;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.PublishedGenerations;
import io.braid.speed.worker.MemoryBudget;
import io.braid.speed.worker.SourceReader;
import io.braid.speed.worker.SourceSpeed;
import io.braid.speed.worker.SpeedSetup;
import io.braid.store.PublishedRuns;
import io.braid.store.Store;
import io.braid.time.PaneRange;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The speed layer of one definition without the other layers: what benchmarks know of its
 * constructors.
 */
final class SpeedLayer implements AutoCloseable {

  private final Topics topics;
  private final SourceSpeed speed;

  /** Starts folding the one source of a definition from the beginning of its log. */
  SpeedLayer(Path definition) {
    Definitions definitions = DefinitionLoader.load(definition, name -> Optional.empty());
    Source source = definitions.sources().values().iterator().next();
    Map<String, String> kafka = definitions.kafka();
    this.topics = new Topics(kafka);
    Topics.Topic topic = topics.find(source.topic()).orElseThrow();
    List<Metric> metrics = definitions.metricsOf(source);
    Store store = Store.open(definitions.store());
    this.speed =
        new SourceSpeed(
            new SpeedSetup(
                new SourceReader(source, metrics),
                topics,
                topic,
                kafka,
                store,
                "braid." + definitions.name(),
                "127.0.0.1:1",
                definitions.speed(),
                new PublishedGenerations(
                    store, source, topic, new PublishedRuns(store, source, metrics, topic)),
                new MemoryBudget(Long.MAX_VALUE, unused -> {}),
                InstantSource.system(),
                SpeedSetup.GRACE));
    speed.start();
  }

  /** Returns the next offset to be folded, of all partitions together. */
  long position() {
    return speed.positions().get(GenerationStart.LOG).offsets().values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Returns what the rows of the first metric add up to; it is {@link Definition#STATEMENT}. */
  Totals totals() {
    return totals(speed.read(GenerationStart.LOG, List.of(0), PaneRange.ALL).orElseThrow());
  }

  /** Returns what the rows of the only view of each snapshot add up to. */
  static Totals totals(List<PartitionSnapshot> snapshots) {
    Totals sum = new Totals(0, 0, 0, 0, 0, 0);
    for (PartitionSnapshot snapshot : snapshots) {
      sum = plus(sum, snapshot.views().get(0).finish());
    }
    return sum;
  }

  /** Columns: service, country, window_start, window_end, then the aggregates. */
  private static Totals plus(Totals sum, Batch rows) {
    LongColumn plays = (LongColumn) rows.column(4);
    LongColumn errors = (LongColumn) rows.column(5);
    DoubleColumn totalMs = (DoubleColumn) rows.column(6);
    DoubleColumn maxMs = (DoubleColumn) rows.column(7);
    LongColumn viewers = (LongColumn) rows.column(8);
    Totals total = sum;
    for (int row = 0; row < rows.size(); row++) {
      boolean measured = !totalMs.isNull(row);
      total =
          new Totals(
              total.rows() + 1,
              total.plays() + plays.get(row),
              total.errors() + errors.get(row),
              total.totalMs() + (measured ? totalMs.get(row) : 0),
              Math.max(total.maxMs(), measured ? maxMs.get(row) : 0),
              total.viewers() + viewers.get(row));
    }
    return total;
  }

  @Override
  public void close() {
    speed.close();
    topics.close();
  }
}

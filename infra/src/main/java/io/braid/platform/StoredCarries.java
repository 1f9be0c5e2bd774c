package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.log.Topics;
import io.braid.speed.worker.KnownCarries;
import io.braid.store.CarryFile;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The carries of the runs that are kept, published or not: those that folded the same topic by the
 * same rules, which a view of today's fingerprint shows.
 */
final class StoredCarries implements KnownCarries {

  private final Store store;
  private final Source source;
  private final List<Metric> metrics;
  private final Topics.Topic topic;

  StoredCarries(Store store, Source source, List<Metric> metrics, Topics.Topic topic) {
    this.store = store;
    this.source = source;
    this.metrics = List.copyOf(metrics);
    this.topic = topic;
  }

  @Override
  public Optional<At> highest(int partition, long from, long to) {
    return store.list(store.runs()).stream()
        .map(Path::getName)
        .flatMap(run -> RunManifest.read(store, run).stream())
        .filter(run -> run.source().equals(source.name()) && run.topicId().equals(topic.id()))
        .filter(run -> metrics.stream().anyMatch(m -> run.view(m.fingerprint()).isPresent()))
        .filter(run -> run.cut().partitions().contains(partition))
        .filter(run -> run.cut().offset(partition) >= from && run.cut().offset(partition) <= to)
        .max(Comparator.comparingLong(run -> run.cut().offset(partition)))
        .flatMap(
            run ->
                Optional.ofNullable(CarryFile.read(store, run.run()).get(partition))
                    .map(carry -> new At(run.cut().offset(partition), carry)));
  }
}

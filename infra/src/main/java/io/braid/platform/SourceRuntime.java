package io.braid.platform;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.speed.generation.Generation;
import io.braid.speed.worker.SourceReader;
import io.braid.speed.worker.SourceSpeed;
import io.braid.store.ArchiveListing;
import io.braid.store.CarryFile;
import io.braid.store.Publication;
import io.braid.store.PublishedRun;
import io.braid.store.PublishedRuns;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source at work: its speed layer and what its queries are served from. A published run takes
 * over in one step: a generation is folded from its cut, and when that is level, batch and speed
 * change together.
 */
final class SourceRuntime implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceRuntime.class);

  /** A query that took the old pair is done with it long before. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final Source source;
  private final Store store;
  private final SourceSpeed speed;
  private final ServedSource served;
  private final ScheduledExecutorService timer;
  private Generation generation;

  private SourceRuntime(
      Source source,
      Store store,
      SourceSpeed speed,
      ServedSource served,
      ScheduledExecutorService timer) {
    this.source = source;
    this.store = store;
    this.speed = speed;
    this.served = served;
    this.timer = timer;
    this.generation = speed.first();
  }

  /**
   * Starts folding and serving a source from its published run, if that holds views of the metrics
   * as they are defined now, and otherwise from the beginning of the log.
   *
   * @param group of the consumers
   */
  static SourceRuntime start(
      Source source,
      List<Metric> metrics,
      Topics topics,
      Topics.Topic topic,
      Map<String, String> kafka,
      String group,
      Store store,
      InstantSource clock,
      ScheduledExecutorService timer) {
    Optional<PublishedRun> published = new PublishedRuns(store, source, metrics, topic).latest();
    Position cut =
        published.map(p -> p.manifest().cut()).orElseGet(() -> origin(store, source, topic));
    Map<Integer, Carry> carries =
        published
            .<Map<Integer, Carry>>map(p -> CarryFile.read(store, p.manifest().run()))
            .orElse(Map.of());
    SourceSpeed speed =
        new SourceSpeed(
            new SourceReader(source, metrics),
            topics,
            topic,
            kafka,
            cut,
            carries,
            group,
            "braid-0",
            new StoredCarries(store, source, metrics, topic),
            clock);
    ServedSource served =
        new ServedSource(
            source,
            metrics,
            speed::partitions,
            new ServedPair(published, speed.first()::read),
            speed.endsAtStart());
    return new SourceRuntime(source, store, speed, served, timer);
  }

  /** Returns where coverage is counted from: what the log has lost since then is missing. */
  private static Position origin(Store store, Source source, Topics.Topic topic) {
    Map<Integer, Long> origin = new TreeMap<>();
    for (int partition = 0; partition < topic.partitions(); partition++) {
      OptionalLong first =
          ArchiveListing.of(store, store.archive(source.name(), topic.id(), partition)).origin();
      if (first.isPresent()) {
        origin.put(partition, first.getAsLong());
      }
    }
    return Position.of(origin);
  }

  /** Returns what queries are answered from. */
  ServedSource served() {
    return served;
  }

  /** Returns what keeps the source from being ready, in words. */
  List<String> reasonsNotReady() {
    return speed.reasonsNotReady();
  }

  /** Returns once queries are served from a run that was just published. One call at a time. */
  void serve(Publication publication, RunManifest manifest) {
    Generation next = speed.startGeneration(manifest.cut(), CarryFile.read(store, manifest.run()));
    served.switchTo(
        new ServedPair(Optional.of(new PublishedRun(publication, manifest)), next::read));
    Generation old = generation;
    generation = next;
    var unused = timer.schedule(old::retire, GRACE.toSeconds(), TimeUnit.SECONDS);
    LOG.info("Source {} is served from run {}", source.name(), manifest.run());
  }

  @Override
  public void close() {
    speed.close();
  }
}

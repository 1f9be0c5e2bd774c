package io.braid.speed.generation;

import io.braid.definition.Source;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveListing;
import io.braid.store.CarryFile;
import io.braid.store.PublishedRun;
import io.braid.store.PublishedRuns;
import io.braid.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The generations that a source's published runs ask for. Safe to share. */
public final class PublishedGenerations implements GenerationStarts {

  private final Store store;
  private final PublishedRuns runs;
  private final GenerationStart ofLog;

  /**
   * Makes the generations of a source.
   *
   * @param topic of the source
   */
  public PublishedGenerations(Store store, Source source, Topics.Topic topic, PublishedRuns runs) {
    this.store = store;
    this.runs = runs;
    this.ofLog = GenerationStart.ofLog(origin(store, source, topic));
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

  @Override
  public GenerationStart newest() {
    return runs.latest().map(this::start).orElse(ofLog);
  }

  @Override
  public Optional<GenerationStart> beforeNewest() {
    Optional<PublishedRun> latest = runs.latest();
    if (latest.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(runs.before(latest.get()).map(this::start).orElse(ofLog));
  }

  private GenerationStart start(PublishedRun run) {
    String name = run.manifest().run();
    return new GenerationStart(
        name, run.manifest().cut(), () -> CarryFile.read(store, run.manifest()));
  }
}

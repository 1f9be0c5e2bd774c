package io.braid.store;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.log.Topics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run a source is to be served from under the definitions of this process. Workers and
 * servers ask the same question of the same files, and so agree without talking.
 *
 * <p>Asking often is cheap: one listing, and files are read only when a publication is new. Safe to
 * share between threads.
 */
public final class PublishedRuns {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedRuns.class);

  private final Store store;
  private final Source source;
  private final List<Metric> metrics;
  private final Topics.Topic topic;

  /** Of the publication that {@link #last} tells of; 0 before the first. */
  private int number;

  private Optional<PublishedRun> last = Optional.empty();

  /**
   * @param metrics all that are to be served from one run
   * @param topic as it is now
   */
  public PublishedRuns(Store store, Source source, List<Metric> metrics, Topics.Topic topic) {
    this.store = store;
    this.source = source;
    this.metrics = List.copyOf(metrics);
    this.topic = topic;
  }

  /**
   * Returns the run that was published last; empty when there is none, or when that one has no
   * manifest, is of another topic of the same name, or lacks the view of a metric as it is defined
   * now. An older one is not looked for. Why a run cannot be served is logged once.
   *
   * @throws StoreException when the store cannot be read; the next call asks it again
   */
  public synchronized Optional<PublishedRun> latest() {
    OptionalInt highest = Publication.highest(store, source.name());
    if (highest.isEmpty()) {
      number = 0;
      last = Optional.empty();
    } else if (highest.getAsInt() != number) {
      last = read(highest.getAsInt(), true);
      number = highest.getAsInt();
    }
    return last;
  }

  /**
   * Returns the run that was served before {@code run} was published: that of the publication with
   * the next lower number, which may be the same run. Empty as for {@link #latest()}; then the
   * source was served from the log alone, as far as these definitions go.
   *
   * @throws StoreException when the store cannot be read
   */
  public Optional<PublishedRun> before(PublishedRun run) {
    int before = run.publication().number() - 1;
    return before < 1 ? Optional.empty() : read(before, false);
  }

  private Optional<PublishedRun> read(int which, boolean explain) {
    Optional<Publication> publication = Publication.read(store, source.name(), which);
    if (publication.isEmpty()) {
      return Optional.empty();
    }
    String run = publication.get().run();
    Optional<RunManifest> manifest = RunManifest.read(store, run);
    Optional<String> obstacle =
        manifest.isEmpty()
            ? Optional.of("run %s has no manifest".formatted(run))
            : obstacle(manifest.get());
    if (obstacle.isEmpty()) {
      return Optional.of(new PublishedRun(publication.get(), manifest.get()));
    }
    if (explain) {
      LOG.warn(
          "Source {} is served from the log alone until the next run: {}",
          source.name(),
          obstacle.get());
    }
    return Optional.empty();
  }

  /** Returns why a run cannot be served. */
  private Optional<String> obstacle(RunManifest manifest) {
    if (!manifest.topicId().equals(topic.id())) {
      return Optional.of(
          "topic %s was deleted and created again since run %s"
              .formatted(topic.name(), manifest.run()));
    }
    return metrics.stream()
        .filter(metric -> manifest.view(metric.fingerprint()).isEmpty())
        .findFirst()
        .map(
            metric ->
                "metric %s is new or changed since run %s"
                    .formatted(metric.name(), manifest.run()));
  }
}

package io.braid.batch.run;

import io.braid.batch.archive.ArchiveRenewal;
import io.braid.batch.archive.Archiver;
import io.braid.batch.recompute.Recompute;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.FoldCounts;
import io.braid.job.JobIds;
import io.braid.job.RunDocument;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.JobDocuments;
import io.braid.store.Publication;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of all sources: a queue for each, worked off by one thread.
 *
 * <p>A run takes the log ends at its request as its cut, archives up to there, recomputes,
 * publishes, and is {@code published} once queries are served from it. Its document is in the store
 * before the request is answered; what a crash cut off is {@code failed} at the next start. Safe to
 * share.
 */
public final class BatchRuns implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRuns.class);

  private static final String INCREMENTAL = "incremental";

  private final Definitions definitions;
  private final Store store;
  private final Topics topics;
  private final Map<String, Topics.Topic> topicOf;
  private final Archiver archiver;
  private final ArchiveRenewal renewal;
  private final Recompute recompute;
  private final ServedRun served;
  private final RunRetention retention;
  private final InstantSource clock;
  private final JobIds ids;
  private final JobDocuments<RunDocument> stored;
  private final Map<String, RunDocument> documents = new ConcurrentHashMap<>();
  private final Set<String> publishing = ConcurrentHashMap.newKeySet();
  private final Map<String, ExecutorService> queues = new HashMap<>();

  /** Brings a publication to the queries. */
  @FunctionalInterface
  public interface ServedRun {
    /** Returns once queries are served from the run that was just published. */
    void serve(Publication publication, RunManifest manifest);
  }

  /**
   * Opens the runs of a store.
   *
   * @param topicOf the topic of each source as it was at the start
   * @param renewal of archives, after the start and after each run while no other is queued
   * @param served called in the run's thread after each publication
   */
  public BatchRuns(
      Definitions definitions,
      Store store,
      Topics topics,
      Map<String, Topics.Topic> topicOf,
      Archiver archiver,
      ArchiveRenewal renewal,
      Recompute recompute,
      ServedRun served,
      InstantSource clock) {
    this.definitions = definitions;
    this.store = store;
    this.topics = topics;
    this.topicOf = new ConcurrentHashMap<>(topicOf);
    this.archiver = archiver;
    this.renewal = renewal;
    this.recompute = recompute;
    this.served = served;
    this.retention = new RunRetention(store);
    this.clock = clock;
    this.ids = new JobIds(clock);
    this.stored = JobDocuments.inFolders(store, store.runs(), "run.json", RunDocument.class);
    for (String source : definitions.sources().keySet()) {
      queues.put(
          source,
          Executors.newSingleThreadExecutor(task -> new Thread(task, "braid-run-" + source)));
    }
    stored.readAll().forEach(this::restore);
    queues.forEach((source, queue) -> queue.execute(() -> renewArchive(source)));
  }

  /**
   * Brings a source's archive up to date in the thread of its runs, in which nobody else writes it.
   * It is a cache, so what goes wrong here is told and harms nobody.
   */
  private void renewArchive(String source) {
    try {
      renewal.renew(
          definitions.sources().get(source),
          topicOf.get(source),
          () -> Thread.currentThread().isInterrupted() || isQueued(source));
    } catch (RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // Braid is stopping, and closed the file that was being read
      }
      LOG.warn("The archive of source {} is decoded anew at every run: {}", source, e.getMessage());
      LOG.debug("Renewal of the archive of {} failed", source, e);
    }
  }

  private boolean isQueued(String source) {
    return documents.values().stream()
        .anyMatch(
            document ->
                document.state() == RunDocument.State.queued && document.source().equals(source));
  }

  private void restore(RunDocument document) {
    boolean isPublished =
        Publication.latest(store, document.source())
            .filter(publication -> publication.run().equals(document.id()))
            .isPresent();
    if (document.state() == RunDocument.State.published || (document.isFinal() && !isPublished)) {
      documents.put(document.id(), document);
    } else if (isPublished) {
      keep(withState(document, RunDocument.State.published, null));
    } else {
      discard(document);
      keep(
          withState(
              document,
              RunDocument.State.failed,
              "Interrupted: Braid stopped while the run was at work. Start another."));
    }
  }

  private void discard(RunDocument document) {
    Source source = definitions.sources().get(document.source());
    if (source != null) {
      recompute.discard(document.id(), definitions.metricsOf(source));
    }
  }

  private void keep(RunDocument document) {
    documents.put(document.id(), document);
    stored.write(document.id(), document);
  }

  private static RunDocument withState(
      RunDocument document, RunDocument.State state, String error) {
    double progress = state == RunDocument.State.published ? 1 : document.progress();
    return new RunDocument(
        document.id(),
        document.source(),
        document.mode(),
        state,
        progress,
        document.events(),
        document.cut(),
        error);
  }

  /**
   * Asks for a run; it starts when those asked for before are done.
   *
   * @param source one of the definitions
   * @param mode {@code full}, or {@code incremental} to start from the served run
   */
  public RunDocument submit(String source, String mode) {
    ExecutorService queue = queues.get(source);
    // One after the other, so that a run's cut never lies below that of one queued before it.
    synchronized (queue) {
      Topics.Topic topic = topic(source);
      RunDocument document =
          new RunDocument(
              ids.next("run"),
              source,
              mode,
              RunDocument.State.queued,
              0,
              0,
              topics.ends(topic),
              null);
      keep(document);
      queue.execute(
          () -> {
            work(document.id(), topic);
            renewArchive(source);
          });
      return document;
    }
  }

  /** Returns the topic as it is now, which may have been given partitions. */
  private Topics.Topic topic(String source) {
    Topics.Topic served = topicOf.get(source);
    Topics.Topic now =
        topics
            .find(served)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Cannot run source %s: topic %s is not what it was when Braid started (deleted or created again); restart Braid"
                            .formatted(source, served.name())));
    topicOf.put(source, now);
    return now;
  }

  private void work(String id, Topics.Topic topic) {
    if (!advance(id, RunDocument.State.queued, RunDocument.State.running)) {
      return;
    }
    RunDocument document = documents.get(id);
    Source source = definitions.sources().get(document.source());
    List<Metric> metrics = definitions.metricsOf(source);
    boolean isPublished = false;
    try {
      Position cut = document.cut();
      archiver.archive(source, topic, cut, () -> isCancelled(id));
      if (isCancelled(id)) {
        return;
      }
      RunManifest manifest =
          recompute.run(
              id,
              source,
              metrics,
              topic,
              cut,
              base(document, source, metrics, topic),
              events -> progress(id, events));
      Optional<Publication> publication = publishUnlessCancelled(manifest);
      isPublished = publication.isPresent();
      if (isPublished) {
        served.serve(publication.get(), manifest);
        progress(id, manifest.counts().values().stream().mapToLong(FoldCounts::records).sum());
        advance(id, RunDocument.State.running, RunDocument.State.published);
        retention.apply(source.name());
      }
    } catch (RuntimeException | Error e) {
      if (!isCancelled(id)) {
        LOG.warn("Run {} of source {} failed: {}", id, source.name(), e.getMessage());
        LOG.debug("Run {} failed", id, e);
        fail(id, e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
    // What is published stays, even when the queries could not be brought to it now.
    if (!isPublished) {
      recompute.discard(id, metrics);
    }
  }

  /** Decides between a run and a request to cancel it: one of them comes first. */
  private Optional<Publication> publishUnlessCancelled(RunManifest manifest) {
    synchronized (documents) {
      if (isCancelled(manifest.run())) {
        return Optional.empty();
      }
      publishing.add(manifest.run());
      return Optional.of(Publication.publish(store, manifest, clock.instant()));
    }
  }

  /**
   * Returns what an incremental run starts from; nothing, and so a full one, when that does not
   * fit.
   */
  private Optional<RunManifest> base(
      RunDocument document, Source source, List<Metric> metrics, Topics.Topic topic) {
    if (!document.mode().equals(INCREMENTAL)) {
      return Optional.empty();
    }
    Optional<RunManifest> base =
        Publication.latest(store, source.name())
            .flatMap(publication -> RunManifest.read(store, publication.run()))
            .filter(manifest -> manifest.topicId().equals(topic.id()))
            .filter(
                manifest ->
                    metrics.stream().allMatch(m -> manifest.view(m.fingerprint()).isPresent()))
            .filter(manifest -> document.cut().isAtOrPast(manifest.cut()));
    if (base.isEmpty()) {
      LOG.info(
          "Run {} is a full one: no served run of these definitions to start from", document.id());
    }
    return base;
  }

  private boolean advance(String id, RunDocument.State from, RunDocument.State to) {
    synchronized (documents) {
      RunDocument document = documents.get(id);
      if (document.state() != from) {
        return false;
      }
      keep(withState(document, to, null));
      return true;
    }
  }

  private void fail(String id, String error) {
    synchronized (documents) {
      keep(withState(documents.get(id), RunDocument.State.failed, error));
    }
  }

  private boolean isCancelled(String id) {
    return documents.get(id).state() == RunDocument.State.cancelled;
  }

  private void progress(String id, long events) {
    documents.computeIfPresent(
        id,
        (unused, document) -> {
          long total =
              Math.max(1, document.cut().offsets().values().stream().mapToLong(o -> o).sum());
          return document.isFinal()
              ? document
              : new RunDocument(
                  id,
                  document.source(),
                  document.mode(),
                  document.state(),
                  Math.min(0.99, (double) events / total),
                  events,
                  document.cut(),
                  null);
        });
  }

  /** Returns all runs, newest first. */
  public List<RunDocument> list() {
    return documents.values().stream()
        .sorted(Comparator.comparing(RunDocument::id).reversed())
        .toList();
  }

  /** Returns a run, or empty when there is none of that id. */
  public Optional<RunDocument> find(String id) {
    return Optional.ofNullable(documents.get(id));
  }

  /**
   * Stops a run that is neither final nor published yet; returns what became of it, or empty when
   * there is none.
   */
  public Optional<RunDocument> cancel(String id) {
    synchronized (documents) {
      RunDocument document = documents.get(id);
      if (document != null && !document.isFinal() && !publishing.contains(id)) {
        keep(withState(document, RunDocument.State.cancelled, null));
        if (document.state() == RunDocument.State.running) {
          recompute.cancel(id);
        }
      }
    }
    return find(id);
  }

  /**
   * Stops taking runs; the one at work is given up and will be {@code failed} at the next start.
   */
  @Override
  public void close() {
    queues.values().forEach(ExecutorService::shutdownNow);
    for (ExecutorService queue : queues.values()) {
      try {
        if (!queue.awaitTermination(1, TimeUnit.SECONDS)) {
          LOG.debug("A run is still at work");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

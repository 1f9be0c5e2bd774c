package io.braid.speed.replay;

import io.braid.definition.Definitions;
import io.braid.definition.Source;
import io.braid.fold.PartitionSnapshot;
import io.braid.job.JobIds;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.replay.ReplayViews.Folded;
import io.braid.speed.worker.SourceReader;
import io.braid.store.ArchiveListing;
import io.braid.store.JobDocuments;
import io.braid.store.Store;
import io.braid.time.PaneRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replays of all sources. Each folds [from, end) of every partition on its own consumer,
 * isolated from the live speed layer, and emits nothing. What was running when Braid stopped starts
 * over at the next start. Safe to share between threads.
 */
public final class Replays implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

  /** More replays at once would only share two cores further; those asked for later wait. */
  private static final int AT_ONCE = 2;

  /** Views of the replays read last stay in memory; the others are read from the store again. */
  private static final int VIEWS_IN_MEMORY = 3;

  private final Definitions definitions;
  private final Store store;
  private final Topics topics;
  private final Map<String, Topics.Topic> topicOf;
  private final Map<String, String> kafka;
  private final JobIds ids;
  private final JobDocuments<ReplayDocument> stored;
  private final Map<String, ReplayDocument> documents = new ConcurrentHashMap<>();
  private final Map<String, List<PartitionSnapshot>> views =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, List<PartitionSnapshot>> eldest) {
              return size() > VIEWS_IN_MEMORY;
            }
          });
  private final ExecutorService executor =
      Executors.newFixedThreadPool(AT_ONCE, task -> new Thread(task, "braid-replay"));
  private volatile boolean stopping;

  /**
   * Opens the replays of a store.
   *
   * @param topicOf the topic of each source as it was at the start
   */
  public Replays(
      Definitions definitions,
      Store store,
      Topics topics,
      Map<String, Topics.Topic> topicOf,
      Map<String, String> kafka,
      InstantSource clock) {
    this.definitions = definitions;
    this.store = store;
    this.topics = topics;
    this.topicOf = new ConcurrentHashMap<>(topicOf);
    this.kafka = kafka;
    this.ids = new JobIds(clock);
    this.stored = JobDocuments.asFiles(store, store.replays(), ReplayDocument.class);
    for (ReplayDocument document : stored.readAll()) {
      documents.put(document.id(), document);
      if (!document.isFinal() && definitions.sources().containsKey(document.source())) {
        executor.execute(() -> replay(document.id()));
      }
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
                        "Cannot replay source %s: topic %s is not what it was when Braid started (deleted or created again); restart Braid"
                            .formatted(source, served.name())));
    topicOf.put(source, now);
    return now;
  }

  /**
   * Returns where a whole replay begins: what the log has lost since the origin is missing in it.
   */
  private Position earliest(String source, Topics.Topic topic, Position starts) {
    Map<Integer, Long> earliest = new TreeMap<>(starts.offsets());
    for (int partition : starts.partitions()) {
      ArchiveListing.of(store, store.archive(source, topic.id(), partition))
          .origin()
          .ifPresent(origin -> earliest.merge(partition, origin, Math::min));
    }
    return Position.of(earliest);
  }

  /**
   * Starts a replay of a source that exists.
   *
   * @throws IllegalArgumentException when the log does not hold the range; the message says what it
   *     holds
   */
  public ReplayDocument start(ReplayRequest request) {
    Topics.Topic topic = topic(request.source());
    Position starts = topics.starts(topic);
    Position ends = topics.ends(topic);
    Position earliest = earliest(request.source(), topic, starts);
    Position from = completed("from", request.from(), earliest, earliest, ends);
    Position end = completed("to", request.to(), ends, earliest, ends);
    for (int partition : end.partitions()) {
      if (from.offset(partition) > end.offset(partition)) {
        throw new IllegalArgumentException(
            "'from' lies behind 'to' in partition %d: %d > %d"
                .formatted(partition, from.offset(partition), end.offset(partition)));
      }
    }
    ReplayDocument document =
        new ReplayDocument(
            ids.next("replay"),
            request.source(),
            ReplayDocument.State.running,
            from,
            end,
            0,
            from.lag(end),
            null);
    // Before the document, which is not to be gone on with in another log.
    store.replace(
        file(document.id()),
        ReplayViews.encode(List.of(), reader(request.source()).metrics(), topic.id()));
    keep(document);
    executor.execute(() -> replay(document.id()));
    return document;
  }

  /**
   * Folds a completed replay on to a later end; it is running until it stands there.
   *
   * @param end at or past where the replay stands, in every partition
   * @throws IllegalStateException when the replay is not completed, stands past {@code end}, or
   *     cannot be {@linkplain #read read}
   */
  public ReplayDocument extend(String id, Position end) {
    synchronized (documents) {
      ReplayDocument document = documents.get(id);
      if (document == null || document.state() != ReplayDocument.State.completed) {
        throw new IllegalStateException(
            "Cannot fold replay %s on: it is %s"
                .formatted(id, document == null ? "gone" : document.state()));
      }
      if (!end.isAtOrPast(document.position())) {
        throw new IllegalStateException(
            "Cannot fold replay %s on to %s: it stands at %s already"
                .formatted(id, end, document.position()));
      }
      if (end.equals(document.position())) {
        return document;
      }
      String source = document.source();
      ReplayViews.check(bytes(id), reader(source).metrics(), topicOf.get(source).id());
      ReplayDocument extended =
          new ReplayDocument(
              id,
              document.source(),
              ReplayDocument.State.running,
              document.position(),
              end,
              document.events(),
              document.position().lag(end),
              null);
      keep(extended);
      executor.execute(() -> replay(id));
      return extended;
    }
  }

  /** Returns {@code asked} with the partitions it leaves out taken from {@code otherwise}. */
  private static Position completed(
      String name, Optional<Position> asked, Position otherwise, Position starts, Position ends) {
    Map<Integer, Long> offsets = new TreeMap<>(otherwise.offsets());
    asked
        .orElse(Position.NONE)
        .offsets()
        .forEach(
            (partition, offset) -> {
              if (!starts.partitions().contains(partition)
                  || offset < starts.offset(partition)
                  || offset > ends.offset(partition)) {
                throw new IllegalArgumentException(
                    "'%s' names offset %d of partition %d; the log holds %s to %s"
                        .formatted(name, offset, partition, starts, ends));
              }
              offsets.put(partition, offset);
            });
    return Position.of(offsets);
  }

  private void keep(ReplayDocument document) {
    documents.put(document.id(), document);
    stored.write(document.id(), document);
  }

  /**
   * Folds a replay up to its end: from where it began, or from where it was completed before. The
   * stored document says where that is, because progress on the way is kept in memory only.
   */
  private void replay(String id) {
    ReplayDocument document = documents.get(id);
    if (document.isFinal()) {
      return;
    }
    try {
      SourceReader reader = reader(document.source());
      String topicId = topic(document.source()).id();
      List<Folded> completed = ReplayViews.decode(bytes(id), reader.metrics(), topicId);
      ReplayFold fold =
          new ReplayFold(reader, completed, start(document), document.position(), document.end());
      boolean whole = fold.run(kafka, () -> stopping || isFinal(id), () -> progress(id, fold));
      if (whole && !isFinal(id)) {
        List<Folded> result = fold.result();
        store.replace(file(id), ReplayViews.encode(result, reader.metrics(), topicId));
        views.put(id, result.stream().map(Folded::snapshot).toList());
        finish(id, ReplayDocument.State.completed, fold.position(), fold.events(), null);
      }
    } catch (RuntimeException | Error e) {
      if (!stopping) {
        LOG.warn("Replay {} failed: {}", id, e.getMessage());
        finish(
            id,
            ReplayDocument.State.failed,
            document.position(),
            document.events(),
            e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
  }

  private Position start(ReplayDocument document) {
    Topics.Topic topic = topic(document.source());
    return earliest(document.source(), topic, topics.starts(topic));
  }

  private boolean isFinal(String id) {
    return documents.get(id).isFinal();
  }

  private void progress(String id, ReplayFold fold) {
    documents.computeIfPresent(
        id,
        (unused, document) ->
            document.isFinal()
                ? document
                : with(document, document.state(), fold.position(), fold.events(), null));
  }

  private SourceReader reader(String source) {
    Source replayed = definitions.sources().get(source);
    return new SourceReader(replayed, definitions.metricsOf(replayed));
  }

  private void finish(
      String id, ReplayDocument.State state, Position position, long events, String error) {
    synchronized (documents) {
      ReplayDocument document = documents.get(id);
      if (!document.isFinal()) {
        keep(with(document, state, position, events, error));
      }
    }
  }

  private static ReplayDocument with(
      ReplayDocument document,
      ReplayDocument.State state,
      Position position,
      long events,
      String error) {
    return new ReplayDocument(
        document.id(),
        document.source(),
        state,
        position,
        document.end(),
        events,
        position.lag(document.end()),
        error);
  }

  private Path file(String id) {
    return new Path(store.replays(), id + ".views");
  }

  /** Returns all replays, newest first. */
  public List<ReplayDocument> list() {
    return documents.values().stream()
        .sorted(Comparator.comparing(ReplayDocument::id).reversed())
        .toList();
  }

  /** Returns a replay, or empty when there is none of that id. */
  public Optional<ReplayDocument> find(String id) {
    return Optional.ofNullable(documents.get(id));
  }

  /**
   * Stops a replay that is not final yet; returns what became of it, or empty when there is none.
   */
  public Optional<ReplayDocument> cancel(String id) {
    synchronized (documents) {
      ReplayDocument document = documents.get(id);
      if (document != null && !document.isFinal()) {
        keep(
            new ReplayDocument(
                id,
                document.source(),
                ReplayDocument.State.cancelled,
                document.position(),
                document.end(),
                document.events(),
                document.lag(),
                null));
      }
    }
    return find(id);
  }

  /**
   * Reads the views of a completed replay.
   *
   * @param metrics indexes in the order of the source's definition
   * @param range which of their rows
   * @throws IllegalStateException when the replay is not completed, or its metrics or its topic are
   *     others since
   */
  public List<PartitionSnapshot> read(String id, List<Integer> metrics, PaneRange range) {
    ReplayDocument document = documents.get(id);
    if (document == null || document.state() != ReplayDocument.State.completed) {
      throw new IllegalStateException(
          "Cannot read replay %s: it is %s"
              .formatted(id, document == null ? "gone" : document.state()));
    }
    List<PartitionSnapshot> whole = views.computeIfAbsent(id, this::load);
    List<PartitionSnapshot> read = new ArrayList<>();
    for (PartitionSnapshot snapshot : whole) {
      read.add(
          new PartitionSnapshot(
              snapshot.folded(),
              snapshot.lost(),
              snapshot.time(),
              snapshot.counts(),
              metrics.stream().map(m -> snapshot.views().get(m).slice(range)).toList(),
              snapshot.completeAsOfMs()));
    }
    return read;
  }

  private List<PartitionSnapshot> load(String id) {
    String source = documents.get(id).source();
    return ReplayViews.decode(bytes(id), reader(source).metrics(), topicOf.get(source).id())
        .stream()
        .map(Folded::snapshot)
        .toList();
  }

  private byte[] bytes(String id) {
    return store
        .read(file(id))
        .orElseThrow(() -> new IllegalStateException("Cannot find the views of replay " + id));
  }

  /** Stops; what is running starts over at the next start. */
  @Override
  public void close() {
    stopping = true;
    executor.shutdownNow();
  }
}

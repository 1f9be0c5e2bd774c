package io.braid.serving.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.braid.definition.Metric;
import io.braid.job.ComparisonDocument;
import io.braid.job.ComparisonDocument.MetricComparison;
import io.braid.job.ComparisonDocument.State;
import io.braid.job.JobIds;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.FinishedRows;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.serving.query.ServedSource;
import io.braid.serving.query.ValidNames;
import io.braid.serving.query.ViewChoice;
import io.braid.store.Json;
import io.braid.store.Store;
import io.braid.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comparisons: jobs that read both sides of every metric of a source at one position, finish them
 * and count the rows that are not equal.
 *
 * <p>The left side is read first and says the position; the right side is a replay to exactly
 * there. Documents are kept in the store, so that they outlive the process; one that was at work
 * when the process ended is failed. Safe to share between threads.
 */
public final class Comparisons implements ComparisonJobs, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Comparisons.class);

  /** One at a time: a comparison holds two whole views of every metric in memory. */
  private static final int AT_ONCE = 1;

  private static final int WAITING = 16;

  private static final long PAUSE_MS = 50;

  /** How long a live view may take to come as far as a replay that is a moment ahead of it. */
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  private static final ObjectMapper JSON =
      Json.mapper().copy().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Map<String, ServedSource> sources;
  private final Sides sides;
  private final ReplayJobs replays;
  private final Store store;
  private final JobIds ids;
  private final ThreadPoolExecutor executor;
  private final ConcurrentSkipListMap<String, ComparisonDocument> documents =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  /**
   * Loads what the store keeps and waits for work.
   *
   * @param sources by name
   */
  public Comparisons(
      Map<String, ServedSource> sources,
      BatchViews batchViews,
      ReplayJobs replays,
      Store store,
      InstantSource clock) {
    this.sources = sources;
    this.sides = new Sides(batchViews, replays);
    this.replays = replays;
    this.store = store;
    this.ids = new JobIds(clock);
    this.executor =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> new Thread(task, "comparison"));
    load();
  }

  private void load() {
    for (Path file : store.list(store.comparisons())) {
      try {
        Optional<byte[]> bytes = store.read(file);
        if (bytes.isPresent()) {
          ComparisonDocument document = JSON.readValue(bytes.get(), ComparisonDocument.class);
          documents.put(document.id(), document);
          if (document.state() == State.running) {
            finish(failed(document, "It was interrupted when Braid stopped; start it again"));
          }
        }
      } catch (IOException e) {
        LOG.warn("Cannot read comparison {}: {}; it is left out", file, e.getMessage());
      }
    }
  }

  @Override
  public ComparisonDocument start(String source, ViewChoice left, Optional<String> rightReplay) {
    ServedSource served = sources.get(source);
    if (served == null) {
      throw RefusedException.notFound(
          "Unknown source '%s'%s".formatted(source, ValidNames.hint(source, sources.keySet())));
    }
    if (left.kind() == ViewChoice.Kind.REPLAY) {
      checkReplay(served, left.replay());
    } else if (left.kind() == ViewChoice.Kind.BATCH) {
      Sides.published(served, served.pair());
    }
    rightReplay.ifPresent(id -> checkReplay(served, id));
    ComparisonDocument document =
        new ComparisonDocument(
            ids.next("comparison"),
            source,
            State.running,
            null,
            left.toString(),
            rightReplay.map(id -> "replay:" + id).orElse("replay"),
            null,
            Map.of(),
            null);
    documents.put(document.id(), document);
    save(document);
    try {
      executor.execute(() -> run(document, served, left, rightReplay));
    } catch (RejectedExecutionException e) {
      documents.remove(document.id());
      store.delete(file(document.id()));
      throw RefusedException.later(
          Reason.TOO_MANY_REQUESTS,
          "%d comparisons are waiting already, at most so many".formatted(WAITING),
          Duration.ofSeconds(10));
    }
    return document;
  }

  private void checkReplay(ServedSource source, String id) {
    boolean known =
        replays.find(id).filter(r -> r.source().equals(source.source().name())).isPresent();
    if (!known) {
      throw RefusedException.notFound(
          "Unknown replay '%s' of source %s; GET /api/v1/replays lists all"
              .formatted(id, source.source().name()));
    }
  }

  @Override
  public List<ComparisonDocument> list() {
    return List.copyOf(documents.values());
  }

  @Override
  public Optional<ComparisonDocument> find(String id) {
    return Optional.ofNullable(documents.get(id));
  }

  private void run(
      ComparisonDocument started,
      ServedSource source,
      ViewChoice leftChoice,
      Optional<String> rightReplay) {
    ComparisonDocument document = started;
    try {
      Side left = readLeft(source, leftChoice, rightReplay);
      document = pinned(document, left.position(), document.right());
      documents.put(document.id(), document);
      String replay =
          rightReplay.isPresent()
              ? await(replays.extend(rightReplay.get(), left.position()))
              : freshReplay(document, left);
      document = pinned(document, left.position(), "replay:" + replay);
      documents.put(document.id(), document);
      Side right = sides.read(source, ViewChoice.replay(replay));
      if (!right.isAt(left.position())) {
        throw RefusedException.of(
            Reason.CONFLICT,
            "%s stands at %s and %s at %s; both sides must be at one position"
                .formatted(left.name(), left.position(), right.name(), right.position()));
      }
      finish(completed(document, compare(source, left, right)));
    } catch (RefusedException
        | StoreException
        | IllegalArgumentException
        | IllegalStateException e) {
      finish(failed(document, e.getMessage()));
    } catch (InterruptedException e) {
      finish(failed(document, "It was interrupted when Braid stopped; start it again"));
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("Comparison {} failed", document.id(), e);
      finish(failed(document, "It broke off: " + e));
    }
  }

  /**
   * Reads the left side. A live one may still lie a moment behind a replay of the log's very end;
   * then it is read again when it has caught up.
   */
  private Side readLeft(ServedSource source, ViewChoice choice, Optional<String> rightReplay)
      throws InterruptedException {
    Side left = sides.read(source, choice);
    boolean live =
        choice.kind() == ViewChoice.Kind.MERGED || choice.kind() == ViewChoice.Kind.SPEED;
    if (live && rightReplay.isPresent()) {
      Position reached = replays.find(rightReplay.get()).orElseThrow().position();
      long deadline = System.nanoTime() + CATCH_UP.toNanos();
      while (!left.position().isAtOrPast(reached) && System.nanoTime() < deadline) {
        Thread.sleep(PAUSE_MS);
        left = sides.read(source, choice);
      }
    }
    return left;
  }

  /** Replays up to where the left side stands, and returns the replay's id once it is whole. */
  private String freshReplay(ComparisonDocument document, Side left) throws InterruptedException {
    ReplayDocument replay =
        replays.start(
            new ReplayRequest(document.source(), left.from(), Optional.of(left.position())));
    documents.put(document.id(), pinned(document, left.position(), "replay:" + replay.id()));
    try {
      return await(replay);
    } catch (InterruptedException e) {
      replays.cancel(replay.id()); // nobody else asked for it
      throw e;
    }
  }

  private String await(ReplayDocument started) throws InterruptedException {
    ReplayDocument replay = started;
    while (!replay.isFinal()) {
      Thread.sleep(PAUSE_MS);
      replay = replays.find(replay.id()).orElseThrow();
    }
    if (replay.state() == ReplayDocument.State.failed
        || replay.state() == ReplayDocument.State.cancelled) {
      throw RefusedException.of(
          Reason.CONFLICT,
          "Replay %s was %s%s"
              .formatted(
                  replay.id(),
                  replay.state(),
                  replay.error() == null ? "" : ": " + replay.error()));
    }
    return replay.id();
  }

  private static Map<String, MetricComparison> compare(ServedSource source, Side left, Side right) {
    Map<String, MetricComparison> compared = new LinkedHashMap<>();
    boolean hole = !left.missing().isEmpty() || !right.missing().isEmpty();
    for (int i = 0; i < source.metrics().size(); i++) {
      Metric metric = source.metrics().get(i);
      String explanation =
          left.redefined().contains(i) ? "definition" : hole ? "hole" : "unexplained";
      compared.put(
          metric.name(),
          RowComparison.of(
              FinishedRows.of(metric.plan(), left.views().get(i)),
              FinishedRows.of(metric.plan(), right.views().get(i)),
              explanation));
    }
    return compared;
  }

  private static ComparisonDocument pinned(
      ComparisonDocument document, Position position, String right) {
    return new ComparisonDocument(
        document.id(),
        document.source(),
        State.running,
        position,
        document.left(),
        right,
        null,
        Map.of(),
        null);
  }

  private static ComparisonDocument completed(
      ComparisonDocument document, Map<String, MetricComparison> metrics) {
    boolean equal = metrics.values().stream().allMatch(metric -> metric.classes().isEmpty());
    return new ComparisonDocument(
        document.id(),
        document.source(),
        State.completed,
        document.position(),
        document.left(),
        document.right(),
        equal,
        metrics,
        null);
  }

  private static ComparisonDocument failed(ComparisonDocument document, String error) {
    return new ComparisonDocument(
        document.id(),
        document.source(),
        State.failed,
        document.position(),
        document.left(),
        document.right(),
        null,
        Map.of(),
        error);
  }

  /** Keeps the document first: who sees the end by HTTP finds it after a crash too. */
  private void finish(ComparisonDocument document) {
    try {
      save(document);
    } catch (StoreException e) {
      LOG.error("Cannot keep comparison {}", document.id(), e);
    }
    documents.put(document.id(), document);
  }

  private void save(ComparisonDocument document) {
    try {
      store.replace(
          file(document.id()),
          JSON.writerWithDefaultPrettyPrinter()
              .with(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
              .writeValueAsBytes(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write comparison " + document.id(), e);
    }
  }

  private Path file(String id) {
    return new Path(store.comparisons(), id + ".json");
  }

  /** Breaks off what is at work; its document says so. */
  @Override
  public void close() {
    executor.shutdownNow().forEach(task -> LOG.info("A waiting comparison was not started"));
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("A comparison did not stop within 5 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

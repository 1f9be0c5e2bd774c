package io.braid.serving.query;

import io.braid.definition.Metric;
import io.braid.fold.FoldCounts;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SourceRules;
import io.braid.job.ReplayDocument;
import io.braid.log.Position;
import io.braid.serving.query.Provenance.BatchPart;
import io.braid.serving.query.Provenance.SpeedPart;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.store.PublishedRun;
import io.braid.store.RunManifest;
import io.braid.store.RunManifest.MetricView;
import io.braid.store.RunManifest.Missing;
import io.braid.time.Timestamps;
import io.braid.view.View;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Answers queries: reads batch ⊕ speed of one pair, rolls up, finishes, orders and pages.
 *
 * <p>The pair is read once a query, so that both sides meet at one cut; the answer states the
 * position it belongs to. Safe to share between threads.
 */
public final class Queries {

  /**
   * Bounds of what queries may take.
   *
   * @param concurrent queries at work at a time
   * @param maxWait how long one more waits for its turn before it is refused
   * @param cursorLife how long the pages of an answer can be asked for
   * @param heldRows rows that are held for further pages, over all answers
   * @param viewRows rows of a batch view that one query may read, and rows that it may make
   */
  public record Limits(
      int concurrent, Duration maxWait, Duration cursorLife, long heldRows, long viewRows) {

    /** 64 at a time, 2 s wait, cursors for 10 minutes, 5 million rows each way. */
    public static final Limits DEFAULT =
        new Limits(64, Duration.ofSeconds(2), Duration.ofMinutes(10), 5_000_000, 5_000_000);
  }

  /** How {@link io.braid.job.JobIds} end: the moment of the request, before the cut is taken. */
  private static final DateTimeFormatter REQUESTED_AT =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmssSSS");

  private static final int REQUESTED_AT_LENGTH = 18;

  private final Map<String, ServedSource> sourceOfMetric = new TreeMap<>();
  private final Map<String, Metric> metrics = new TreeMap<>();
  private final BatchViews batchViews;
  private final ReplayViews replays;
  private final InstantSource clock;
  private final Limits limits;
  private final Semaphore turns;
  private final HeldAnswers held;

  /**
   * Answers queries over these sources.
   *
   * @param sources by name
   */
  public Queries(
      Map<String, ServedSource> sources,
      BatchViews batchViews,
      ReplayViews replays,
      InstantSource clock,
      Limits limits) {
    for (ServedSource source : sources.values()) {
      for (Metric metric : source.metrics()) {
        sourceOfMetric.put(metric.name(), source);
        metrics.put(metric.name(), metric);
      }
    }
    this.batchViews = batchViews;
    this.replays = replays;
    this.clock = clock;
    this.limits = limits;
    this.turns = new Semaphore(limits.concurrent(), true);
    this.held = new HeldAnswers(clock, limits.cursorLife(), limits.heldRows());
  }

  /**
   * Returns a metric.
   *
   * @throws RefusedException when there is none of that name
   */
  public Metric metric(String name) {
    Metric metric = metrics.get(name);
    if (metric == null) {
      throw RefusedException.notFound(
          "Unknown metric '%s'%s".formatted(name, ValidNames.hint(name, metrics.keySet())));
    }
    return metric;
  }

  /** Returns how many rows are held for further pages. */
  public long heldRows() {
    return held.heldRows();
  }

  /**
   * Answers a query.
   *
   * @param parameters of the request, each with all its values
   * @throws RefusedException when the query is wrong, cannot be answered now, or is too much
   */
  public Answer answer(String metricName, Map<String, List<String>> parameters) {
    Metric metric = metric(metricName);
    QueryRequest request = QueryRequest.parse(metric, parameters);
    Optional<String> cursor = QueryRequest.value(parameters, "cursor");
    if (cursor.isPresent()) {
      return held.next(request, cursor.get());
    }
    takeTurn();
    try {
      return held.first(request, whole(metric, request));
    } finally {
      turns.release();
    }
  }

  private void takeTurn() {
    try {
      if (turns.tryAcquire(limits.maxWait().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw RefusedException.later(
        Reason.TOO_MANY_REQUESTS,
        "%d queries are at work already, at most so many at a time".formatted(limits.concurrent()),
        Duration.ofSeconds(1));
  }

  private Answer whole(Metric metric, QueryRequest request) {
    Result result = result(metric, request);
    Provenance provenance = result.provenance();
    if (request.requireComplete() && !provenance.isComplete()) {
      throw RefusedException.incomplete(provenance.missing());
    }
    FinishedRows rows = FinishedRows.of(metric.plan(), result.view(), request, limits.viewRows());
    if (request.includeFinal()) {
      SourceRules rules = sourceOfMetric.get(metric.name()).source().rules();
      rows =
          rows.withFinal(Finality.of(metric, request, rules, result.times().watermarkOfAll(rules)));
    }
    return new Answer(
        metric.name(),
        request.view().toString(),
        rows,
        0,
        rows.size(),
        provenance,
        Optional.empty());
  }

  /** What an answer is finished from. */
  private record Result(View view, Provenance provenance, EventTimes times) {}

  private Result result(Metric metric, QueryRequest request) {
    ServedSource source = sourceOfMetric.get(metric.name());
    if (request.view().kind() == ViewChoice.Kind.REPLAY) {
      return replayed(source, metric, request);
    }
    while (true) {
      ServedPair pair = source.pair();
      try {
        Result result = result(source, pair, metric, request);
        if (result.provenance().isComplete() || source.serves(pair)) {
          return result;
        }
      } catch (RuntimeException e) {
        // What a pair reads may be gone once another serves: ask that one.
        if (source.serves(pair)) {
          throw e;
        }
      }
    }
  }

  private Result result(ServedSource source, ServedPair pair, Metric metric, QueryRequest request) {
    return switch (request.view().kind()) {
      case BATCH -> batch(source, pair, metric, request);
      case SPEED -> speed(source, pair, metric, request);
      case MERGED -> merged(source, pair, metric, request);
      case REPLAY -> throw new IllegalStateException("A replay is no part of a pair");
    };
  }

  private Result batch(ServedSource source, ServedPair pair, Metric metric, QueryRequest request) {
    PublishedRun published =
        pair.batch()
            .orElseThrow(
                () ->
                    RefusedException.of(
                        Reason.NO_PUBLISHED_RUN,
                        "No run of source %s is published; start one with POST /api/v1/batch/runs"
                            .formatted(source.source().name())));
    MetricView stored =
        published
            .manifest()
            .view(metric.fingerprint())
            .orElseThrow(
                () ->
                    RefusedException.of(
                        Reason.NO_PUBLISHED_RUN,
                        "The published run %s holds another definition of metric %s; start a new one with POST /api/v1/batch/runs"
                            .formatted(published.manifest().run(), metric.name())));
    return new Result(
        batchViews.read(
            stored,
            metric.plan().schema(),
            request.panes(metric.plan().schema().window()),
            limits.viewRows()),
        new Provenance(
            metric.fingerprint(),
            Optional.of(batchPart(published)),
            Optional.empty(),
            published.manifest().missing(),
            OptionalLong.of(since(requestedAtMs(published)))),
        EventTimes.at(published));
  }

  private Result speed(ServedSource source, ServedPair pair, Metric metric, QueryRequest request) {
    SpeedReading reading = read(source, pair, metric, request);
    EventTimes times = EventTimes.of(source, pair, reading);
    return new Result(
        reading.view(0, metric.plan().schema()),
        new Provenance(
            metric.fingerprint(),
            Optional.empty(),
            Optional.of(speedPart(source, pair, metric, reading, times)),
            reading.missing(),
            freshness(reading)),
        times);
  }

  private Result merged(ServedSource source, ServedPair pair, Metric metric, QueryRequest request) {
    SpeedReading reading = read(source, pair, metric, request);
    EventTimes times = EventTimes.of(source, pair, reading);
    View view = reading.view(0, metric.plan().schema());
    List<Missing> missing = new ArrayList<>();
    OptionalLong freshness = freshness(reading);
    if (pair.batch().isPresent()) {
      PublishedRun published = pair.batch().get();
      RunManifest manifest = published.manifest();
      missing.addAll(manifest.missing());
      Optional<MetricView> stored = manifest.view(metric.fingerprint());
      if (stored.isPresent()) {
        view.merge(
            batchViews.read(
                stored.get(),
                metric.plan().schema(),
                request.panes(metric.plan().schema().window()),
                limits.viewRows()));
      } else {
        missing.addAll(ofAnotherDefinition(manifest));
      }
      if (freshness.isEmpty()) {
        freshness = OptionalLong.of(since(requestedAtMs(published)));
      }
    }
    missing.addAll(reading.missing());
    return new Result(
        view,
        new Provenance(
            metric.fingerprint(),
            pair.batch().map(Queries::batchPart),
            Optional.of(speedPart(source, pair, metric, reading, times)),
            missing,
            freshness),
        times);
  }

  private static SpeedReading read(
      ServedSource source, ServedPair pair, Metric metric, QueryRequest request) {
    return source.read(
        pair,
        List.of(source.metrics().indexOf(metric)),
        request.panes(metric.plan().schema().window()));
  }

  private Result replayed(ServedSource source, Metric metric, QueryRequest request) {
    String id = request.view().replay();
    ReplayDocument replay =
        replays
            .find(id)
            .filter(found -> found.source().equals(source.source().name()))
            .orElseThrow(
                () ->
                    RefusedException.notFound(
                        "Unknown replay '%s' of source %s; GET /api/v1/replays lists all"
                            .formatted(id, source.source().name())));
    if (replay.state() != ReplayDocument.State.completed
        && replay.state() != ReplayDocument.State.promoted) {
      throw RefusedException.of(
          Reason.CONFLICT,
          "Replay %s is %s; it can be queried once it is completed".formatted(id, replay.state()));
    }
    int index = source.metrics().indexOf(metric);
    List<PartitionSnapshot> snapshots;
    try {
      snapshots = replays.read(id, List.of(index), request.panes(metric.plan().schema().window()));
    } catch (IllegalStateException e) {
      throw RefusedException.of(Reason.CONFLICT, e.getMessage());
    }
    List<Missing> missing = new ArrayList<>();
    TreeMap<Integer, Long> position = new TreeMap<>();
    Set<Integer> absent =
        new TreeSet<>(replay.end() == null ? Set.of() : replay.end().partitions());
    for (PartitionSnapshot snapshot : snapshots) {
      missing.addAll(SpeedReading.lost(snapshot));
      position.put(snapshot.partition(), snapshot.position());
      absent.remove(snapshot.partition());
    }
    for (int partition : absent) {
      missing.add(new Missing(partition, 0, replay.end().offset(partition), "not folded"));
    }
    SpeedReading reading = new SpeedReading(snapshots, new Position(position), missing, 0);
    long duplicates = snapshots.stream().mapToLong(s -> s.counts().duplicates()).sum();
    long late = snapshots.stream().mapToLong(s -> s.counts().late().get(index)).sum();
    EventTimes times =
        EventTimes.of(replay.end() == null ? Set.of() : replay.end().partitions(), reading);
    OptionalLong watermark = times.watermark(source.source().rules());
    return new Result(
        reading.view(0, metric.plan().schema()),
        new Provenance(
            metric.fingerprint(),
            Optional.empty(),
            Optional.of(new SpeedPart(reading.position(), watermark, duplicates, late)),
            missing,
            freshness(reading)),
        times);
  }

  private static List<Missing> ofAnotherDefinition(RunManifest manifest) {
    return manifest.cut().offsets().entrySet().stream()
        .map(
            entry ->
                new Missing(
                    entry.getKey(),
                    Math.min(manifest.origin().offset(entry.getKey(), 0), entry.getValue()),
                    entry.getValue(),
                    "the published run holds another definition of this metric"))
        .toList();
  }

  private static BatchPart batchPart(PublishedRun published) {
    return new BatchPart(
        published.manifest().run(),
        published.manifest().cut(),
        published.publication().publishedAt());
  }

  private static SpeedPart speedPart(
      ServedSource source, ServedPair pair, Metric metric, SpeedReading reading, EventTimes times) {
    int index = source.metrics().indexOf(metric);
    long duplicates = 0;
    long late = 0;
    for (PartitionSnapshot snapshot : reading.snapshots()) {
      duplicates += snapshot.counts().duplicates();
      late += snapshot.counts().late().get(index);
    }
    if (pair.batch().isPresent()) {
      RunManifest manifest = pair.batch().get().manifest();
      int stored = indexIn(manifest, metric);
      for (FoldCounts counts : manifest.counts().values()) {
        duplicates += counts.duplicates();
        late += stored < 0 ? 0 : counts.late().get(stored);
      }
    }
    return new SpeedPart(
        reading.position(), times.watermark(source.source().rules()), duplicates, late);
  }

  private static int indexIn(RunManifest manifest, Metric metric) {
    for (int i = 0; i < manifest.metrics().size(); i++) {
      if (manifest.metrics().get(i).fingerprint().equals(metric.fingerprint())) {
        return i;
      }
    }
    return -1;
  }

  private OptionalLong freshness(SpeedReading reading) {
    OptionalLong completeAsOf = reading.completeAsOfMs();
    return completeAsOf.isPresent()
        ? OptionalLong.of(since(completeAsOf.getAsLong()))
        : OptionalLong.empty();
  }

  private long since(long epochMs) {
    return Math.max(0, clock.millis() - epochMs);
  }

  /**
   * Returns a moment at or before which the run's cut was taken: that of the request, which its id
   * tells. A record appended right after it may be missing from the run. For an id of another form
   * the moment of publishing stands in, which is later.
   */
  private static long requestedAtMs(PublishedRun published) {
    String run = published.manifest().run();
    if (run.length() > REQUESTED_AT_LENGTH) {
      try {
        return LocalDateTime.parse(run.substring(run.length() - REQUESTED_AT_LENGTH), REQUESTED_AT)
            .toInstant(ZoneOffset.UTC)
            .toEpochMilli();
      } catch (DateTimeParseException e) {
        // Not one of our ids.
      }
    }
    return Timestamps.parse(published.publication().publishedAt()).orElse(0);
  }
}

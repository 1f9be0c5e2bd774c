package io.braid.serving.compare;

import io.braid.definition.Metric;
import io.braid.fold.PartitionSnapshot;
import io.braid.job.ReplayDocument;
import io.braid.log.Position;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.RefusedException.Reason;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.serving.query.SpeedReading;
import io.braid.serving.query.ViewChoice;
import io.braid.store.PublishedRun;
import io.braid.store.RunManifest;
import io.braid.store.RunManifest.MetricView;
import io.braid.store.RunManifest.Missing;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Reads the sides of a comparison, all metrics of a source at once. Safe to share. */
final class Sides {

  private final BatchViews batchViews;
  private final ReplayJobs replays;

  Sides(BatchViews batchViews, ReplayJobs replays) {
    this.batchViews = batchViews;
    this.replays = replays;
  }

  /**
   * Reads one side.
   *
   * @throws RefusedException when it cannot be had; the message says why
   */
  Side read(ServedSource source, ViewChoice choice) {
    if (choice.kind() == ViewChoice.Kind.REPLAY) {
      return replay(source, choice.replay());
    }
    while (true) {
      ServedPair pair = source.pair();
      try {
        return read(source, pair, choice);
      } catch (RuntimeException e) {
        // What a pair reads may be gone once another serves: read that one.
        if (source.serves(pair)) {
          throw e;
        }
      }
    }
  }

  private Side read(ServedSource source, ServedPair pair, ViewChoice choice) {
    return switch (choice.kind()) {
      case MERGED -> merged(source, pair);
      case BATCH -> batch(source, published(source, pair));
      case SPEED -> speed(source, pair);
      case REPLAY -> throw new IllegalStateException("A replay is no part of a pair");
    };
  }

  static PublishedRun published(ServedSource source, ServedPair pair) {
    return pair.batch()
        .orElseThrow(
            () ->
                RefusedException.of(
                    Reason.NO_PUBLISHED_RUN,
                    "No run of source %s is published; start one with POST /api/v1/batch/runs"
                        .formatted(source.source().name())));
  }

  private Side merged(ServedSource source, ServedPair pair) {
    Side speed = speed(source, pair);
    if (pair.batch().isEmpty()) {
      return new Side(
          "merged",
          Optional.empty(),
          speed.position(),
          speed.views(),
          speed.missing(),
          speed.redefined());
    }
    Side batch = batch(source, pair.batch().get());
    for (int i = 0; i < speed.views().size(); i++) {
      batch.views().get(i).merge(speed.views().get(i));
    }
    List<Missing> missing = new ArrayList<>(batch.missing());
    missing.addAll(speed.missing());
    return new Side(
        "merged", Optional.empty(), speed.position(), batch.views(), missing, batch.redefined());
  }

  private Side batch(ServedSource source, PublishedRun published) {
    RunManifest manifest = published.manifest();
    List<View> views = new ArrayList<>();
    Set<Integer> redefined = new TreeSet<>();
    for (Metric metric : source.metrics()) {
      Optional<MetricView> stored = manifest.view(metric.fingerprint());
      if (stored.isPresent()) {
        views.add(
            batchViews.read(stored.get(), metric.plan().schema(), PaneRange.ALL, Long.MAX_VALUE));
      } else {
        redefined.add(views.size());
        views.add(new View(metric.plan().schema()));
      }
    }
    return new Side(
        "batch", Optional.empty(), manifest.cut(), views, manifest.missing(), redefined);
  }

  private Side speed(ServedSource source, ServedPair pair) {
    SpeedReading reading = source.read(pair, allMetrics(source), PaneRange.ALL);
    Optional<Position> cut = pair.batch().map(published -> published.manifest().cut());
    Set<Integer> absent = new TreeSet<>(source.expectedPartitions());
    cut.ifPresent(position -> absent.addAll(position.partitions()));
    absent.removeAll(reading.position().partitions());
    if (!absent.isEmpty()) {
      throw RefusedException.of(
          Reason.CONFLICT,
          "Partitions %s of source %s are not folded yet, so there is no position to compare at; wait until /health/ready answers 200"
              .formatted(absent, source.source().name()));
    }
    return Side.of("speed", cut, reading, source.metrics());
  }

  private Side replay(ServedSource source, String id) {
    ReplayDocument replay =
        replays
            .find(id)
            .orElseThrow(() -> RefusedException.notFound("Unknown replay '%s'".formatted(id)));
    if (replay.state() != ReplayDocument.State.completed
        && replay.state() != ReplayDocument.State.promoted) {
      throw RefusedException.of(
          Reason.CONFLICT,
          "Replay %s is %s; it can be compared once it is completed".formatted(id, replay.state()));
    }
    TreeMap<Integer, Long> position = new TreeMap<>(replay.position().offsets());
    List<Missing> missing = new ArrayList<>();
    List<PartitionSnapshot> snapshots = replays.read(id, allMetrics(source), PaneRange.ALL);
    for (PartitionSnapshot snapshot : snapshots) {
      position.put(snapshot.partition(), snapshot.position());
      snapshot
          .lost()
          .forEach(
              lost ->
                  missing.add(
                      new Missing(
                          lost.partition(),
                          lost.from(),
                          lost.to(),
                          "expired before it was folded")));
    }
    SpeedReading reading = new SpeedReading(snapshots, new Position(position), missing, 0);
    return Side.of("replay:" + id, Optional.empty(), reading, source.metrics());
  }

  private static List<Integer> allMetrics(ServedSource source) {
    return IntStream.range(0, source.metrics().size()).boxed().toList();
  }
}

package io.braid.batch.recompute;

import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveListing;
import io.braid.store.CarryFile;
import io.braid.store.Json;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.time.Timestamps;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Recomputes all metrics of a source from the archive: [origin, cut) of every partition, folded by
 * one Spark task each, merged by key, written and described by a manifest. Publishing is the
 * caller's.
 */
public final class Recompute {

  private static final int PROGRESS_INTERVAL_MS = 200;

  private final Store store;
  private final PortableDefinitions definitions;
  private final SparkEngine engine;
  private final InstantSource clock;
  private final String version;

  /**
   * Makes a recompute.
   *
   * @param version of Braid, noted in manifests
   */
  public Recompute(
      Store store,
      PortableDefinitions definitions,
      SparkEngine engine,
      InstantSource clock,
      String version) {
    this.store = store;
    this.definitions = definitions;
    this.engine = engine;
    this.clock = clock;
    this.version = version;
  }

  /**
   * Runs a full recompute up to {@code cut}, below which everything is archived.
   *
   * @param run its id, unused so far; {@link #cancel} stops it under this name
   * @param progress is told now and then how many records have been folded
   * @return the manifest, written
   * @throws RunFailedException when Spark could not finish the job
   */
  public RunManifest run(
      String run,
      Source source,
      List<Metric> metrics,
      Topics.Topic topic,
      Position cut,
      LongConsumer progress) {
    List<FoldTask.Input> inputs = new ArrayList<>();
    List<RunManifest.Missing> missing = new ArrayList<>();
    SortedMap<Integer, Long> origin = new TreeMap<>();
    for (int partition : cut.partitions()) {
      FoldTask.Input input = plan(source, topic, partition, cut.offset(partition), missing);
      origin.put(partition, input.from());
      inputs.add(input);
    }
    List<MergeTask.Output> outputs = runOnSpark(run, source, metrics, inputs, progress);
    return conclude(run, source, metrics, topic, new Position(origin), cut, missing, outputs);
  }

  private FoldTask.Input plan(
      Source source,
      Topics.Topic topic,
      int partition,
      long cut,
      List<RunManifest.Missing> missing) {
    ArchiveListing archive =
        ArchiveListing.of(store, store.archive(source.name(), topic.id(), partition));
    long origin = archive.origin().orElse(cut);
    if (archive.next().orElse(cut) < cut) {
      throw new StoreException(
          "Cannot recompute source %s: partition %d is archived up to %d, the cut is %d"
              .formatted(source.name(), partition, archive.next().orElse(0), cut));
    }
    for (ArchiveListing.Entry hole : archive.holes()) {
      missing.add(
          new RunManifest.Missing(
              partition, hole.from(), hole.to(), "expired before it was archived"));
    }
    List<FoldTask.File> files = new ArrayList<>();
    for (ArchiveListing.Entry file : archive.files()) {
      if (file.from() < cut) {
        files.add(new FoldTask.File(file.path().toString(), file.to()));
      }
    }
    return new FoldTask.Input(partition, origin, cut, files);
  }

  private List<MergeTask.Output> runOnSpark(
      String run,
      Source source,
      List<Metric> metrics,
      List<FoldTask.Input> inputs,
      LongConsumer progress) {
    JavaSparkContext spark = engine.context();
    LongAccumulator events = spark.sc().longAccumulator("events of " + run);
    int buckets = spark.defaultParallelism();
    List<String> fingerprints = metrics.stream().map(Metric::fingerprint).toList();
    FoldTask fold = new FoldTask(definitions, source.name(), fingerprints, buckets, events);
    MergeTask merge = new MergeTask(definitions, source.name(), run);
    try (ProgressReport report = new ProgressReport(events, progress, PROGRESS_INTERVAL_MS)) {
      report.start();
      spark.setJobGroup(run, "recompute of " + source.name(), true);
      JavaPairRDD<FoldTask.Key, byte[]> parts =
          spark.parallelize(inputs, Math.max(1, inputs.size())).flatMapToPair(fold);
      return parts.groupByKey(buckets).map(merge).collect();
    } catch (Exception e) {
      throw new RunFailedException(
          "Cannot finish run %s: %s".formatted(run, RootCause.sentence(e)), e);
    } finally {
      spark.clearJobGroup();
    }
  }

  private RunManifest conclude(
      String run,
      Source source,
      List<Metric> metrics,
      Topics.Topic topic,
      Position origin,
      Position cut,
      List<RunManifest.Missing> missing,
      List<MergeTask.Output> outputs) {
    SortedMap<Integer, Carry> carries = new TreeMap<>();
    SortedMap<Integer, FoldCounts> counts = new TreeMap<>();
    List<List<RunManifest.ViewPart>> parts = new ArrayList<>();
    metrics.forEach(unused -> parts.add(new ArrayList<>()));
    for (MergeTask.Output output : outputs) {
      FoldTask.Key key = output.key();
      if (key.isView()) {
        parts
            .get(key.metric())
            .add(
                new RunManifest.ViewPart(
                    output.path(), output.rows(), output.length(), output.sha256()));
      } else if (key.metric() == FoldTask.Key.CARRY) {
        carries.put(key.part(), Carry.decode(output.bytes()));
      } else {
        counts.put(key.part(), counts(output.bytes()));
      }
    }
    List<RunManifest.MetricView> views = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      views.add(
          new RunManifest.MetricView(
              metrics.get(i).name(), metrics.get(i).fingerprint(), parts.get(i)));
    }
    CarryFile.write(store, run, carries);
    RunManifest manifest =
        new RunManifest(
            run,
            source.name(),
            topic.id(),
            "full",
            origin,
            cut,
            missing,
            counts,
            views,
            Timestamps.format(clock.millis()),
            version);
    manifest.write(store);
    return manifest;
  }

  private static FoldCounts counts(byte[] json) {
    try {
      return Json.mapper().readValue(json, FoldCounts.class);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read what a task counted", e);
    }
  }

  /** Stops a run's Spark job at once; nothing happens when it has none. */
  public void cancel(String run) {
    engine.context().cancelJobGroup(run);
  }

  /** Deletes what a run that was not finished has left. */
  public void discard(String run, List<Metric> metrics) {
    for (Metric metric : metrics) {
      store.delete(store.view(metric.name(), metric.fingerprint(), run));
    }
    store.delete(new org.apache.hadoop.fs.Path(store.run(run), "carry"));
  }
}

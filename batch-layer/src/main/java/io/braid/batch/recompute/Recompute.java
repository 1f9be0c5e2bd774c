package io.braid.batch.recompute;

import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.CarrySize;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveListing;
import io.braid.store.CarryFile;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.time.Timestamps;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recomputes all metrics of a source from the archive: [origin, cut) of every partition, folded by
 * one Spark task or several, merged by key, written and described by a manifest. What it makes does
 * not depend on how many tasks there are. Publishing is the caller's.
 */
public final class Recompute {

  private static final Logger LOG = LoggerFactory.getLogger(Recompute.class);

  private static final int PROGRESS_INTERVAL_MS = 200;

  private final Store store;
  private final PortableDefinitions definitions;
  private final SparkEngine engine;
  private final InstantSource clock;
  private final String version;
  private final SplitSize splitSize;

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
    this(store, definitions, engine, clock, version, SplitSize.DEFAULT);
  }

  /**
   * Makes a recompute.
   *
   * @param version of Braid, noted in manifests
   * @param splitSize how much of a partition one task folds
   */
  public Recompute(
      Store store,
      PortableDefinitions definitions,
      SparkEngine engine,
      InstantSource clock,
      String version,
      SplitSize splitSize) {
    this.store = store;
    this.definitions = definitions;
    this.engine = engine;
    this.clock = clock;
    this.version = version;
    this.splitSize = splitSize;
  }

  /**
   * Folds up to {@code cut}, below which everything is archived: from the origin, or, when there is
   * a base, from the base's cut on, and merges that with the base's views.
   *
   * @param run its id, unused so far; {@link #cancel} stops it under this name
   * @param base a finished run of the same metrics over the same topic, for an incremental
   *     recompute
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
      Optional<RunManifest> base,
      LongConsumer progress) {
    Map<Integer, Carry> carries =
        base.<Map<Integer, Carry>>map(b -> CarryFile.read(store, b)).orElse(Map.of());
    SplitPlan plan = new SplitPlan(store, source, splitSize);
    List<FoldTask.Input> folds = new ArrayList<>();
    List<RunManifest.Missing> missing = new ArrayList<>();
    SortedMap<Integer, Long> origin = new TreeMap<>();
    for (int partition : cut.partitions()) {
      ArchiveListing archive = archive(source, topic, partition, cut.offset(partition));
      for (ArchiveListing.Entry hole : archive.holes()) {
        missing.add(
            new RunManifest.Missing(
                partition, hole.from(), hole.to(), "expired before it was archived"));
      }
      origin.put(partition, archive.origin().orElse(cut.offset(partition)));
      long from = base.map(b -> b.cut().offset(partition, 0)).orElse(origin.get(partition));
      Carry carry = carries.getOrDefault(partition, Carry.EMPTY);
      folds.addAll(plan.tasks(archive, partition, from, carry, cut.offset(partition)));
    }
    List<MergeTask.Output> outputs =
        runOnSpark(run, source, metrics, folds, baseViews(metrics, base), progress);
    Results results = new Results(metrics, base);
    outputs.forEach(results::add);
    CarryFile.write(store, run, results.carries());
    SortedMap<Integer, CarrySize> carrySizes = new TreeMap<>();
    results.carries().forEach((partition, carry) -> carrySizes.put(partition, carry.size()));
    CarrySize remembered = carrySizes.values().stream().reduce(CarrySize.NONE, CarrySize::plus);
    LOG.info(
        "Run {}: folded by {} tasks; {} event ids remembered at the cut, {} bytes",
        run,
        folds.size(),
        remembered.ids(),
        remembered.bytes());
    RunManifest manifest =
        new RunManifest(
            run,
            source.name(),
            topic.id(),
            base.isPresent() ? "incremental" : "full",
            new Position(origin),
            cut,
            missing,
            results.counts(),
            results.times(),
            results.views(),
            Timestamps.format(clock.millis()),
            version,
            carrySizes);
    manifest.write(store);
    return manifest;
  }

  private ArchiveListing archive(Source source, Topics.Topic topic, int partition, long cut) {
    ArchiveListing archive =
        ArchiveListing.of(store, store.archive(source.name(), topic.id(), partition));
    if (archive.next().orElse(cut) < cut) {
      throw new StoreException(
          "Cannot recompute source %s: partition %d is archived up to %d, the cut is %d"
              .formatted(source.name(), partition, archive.next().orElse(0), cut));
    }
    return archive;
  }

  private static List<ReadViewTask.Input> baseViews(
      List<Metric> metrics, Optional<RunManifest> base) {
    List<ReadViewTask.Input> views = new ArrayList<>();
    for (int metric = 0; metric < metrics.size() && base.isPresent(); metric++) {
      for (RunManifest.ViewPart part :
          base.get().view(metrics.get(metric).fingerprint()).orElseThrow().parts()) {
        views.add(new ReadViewTask.Input(metric, part.path()));
      }
    }
    return views;
  }

  private List<MergeTask.Output> runOnSpark(
      String run,
      Source source,
      List<Metric> metrics,
      List<FoldTask.Input> folds,
      List<ReadViewTask.Input> baseViews,
      LongConsumer progress) {
    JavaSparkContext spark = engine.context();
    LongAccumulator events = spark.sc().longAccumulator("events of " + run);
    int buckets = spark.defaultParallelism();
    List<String> fingerprints = metrics.stream().map(Metric::fingerprint).toList();
    FoldTask fold = new FoldTask(definitions, source.name(), fingerprints, buckets, events);
    ReadViewTask read = new ReadViewTask(definitions, source.name(), buckets);
    MergeTask merge = new MergeTask(definitions, source.name(), run);
    try (ProgressReport report = new ProgressReport(events, progress, PROGRESS_INTERVAL_MS)) {
      report.start();
      spark.setJobGroup(run, "recompute of " + source.name(), true);
      JavaPairRDD<FoldTask.Key, byte[]> parts =
          spark.parallelize(folds, Math.max(1, folds.size())).flatMapToPair(fold);
      if (!baseViews.isEmpty()) {
        parts = parts.union(spark.parallelize(baseViews, baseViews.size()).flatMapToPair(read));
      }
      return parts.groupByKey(buckets).map(merge).collect();
    } catch (Exception e) {
      throw new RunFailedException(
          "Cannot finish run %s: %s".formatted(run, RootCause.sentence(e)), e);
    } finally {
      spark.clearJobGroup();
    }
  }

  /** Stops a run's Spark job at once; nothing happens when it has none. */
  public void cancel(String run) {
    engine.cancel(run);
  }

  /**
   * Deletes what a run that was not published has left: first what makes it complete, so that it is
   * never complete with views missing.
   */
  public void discard(String run, List<Metric> metrics) {
    store.delete(new Path(store.run(run), "manifest.json"));
    store.delete(new Path(store.run(run), "carry"));
    for (Metric metric : metrics) {
      store.delete(store.view(metric.name(), metric.fingerprint(), run));
    }
  }
}

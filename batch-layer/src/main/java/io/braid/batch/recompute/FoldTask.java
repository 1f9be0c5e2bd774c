package io.braid.batch.recompute;

import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.store.Json;
import io.braid.view.View;
import io.braid.view.ViewCodec;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Folds the archive of one partition for all metrics of its source and gives out the views, cut
 * into buckets by key, and what the partition carries at the cut.
 */
final class FoldTask implements PairFlatMapFunction<FoldTask.Input, FoldTask.Key, byte[]> {

  private static final long serialVersionUID = 1L;

  private final PortableDefinitions definitions;
  private final String source;
  private final String[] fingerprints;
  private final int buckets;
  private final LongAccumulator events;

  /**
   * The archive of one partition.
   *
   * @param from where the fold starts
   * @param carry at that offset, encoded
   * @param cut where the fold ends
   * @param files that hold [from, cut), in offset order, without the holes
   */
  record Input(int partition, long from, byte[] carry, long cut, List<File> files)
      implements Serializable {}

  /** One archive file and the offset its range ends at. */
  record File(String path, long to) implements Serializable {}

  /**
   * What the bytes are: a bucket of a metric's view, or (metric -1, -2) a partition's carry or
   * counts.
   */
  record Key(int metric, int part) implements Serializable {

    static final int CARRY = -1;
    static final int COUNTS = -2;

    boolean isView() {
      return metric >= 0;
    }
  }

  /**
   * Makes the task.
   *
   * @param fingerprints of the source's metrics; a task that compiles others refuses to fold
   * @param buckets into how many parts each view is cut
   * @param events counts records as they are folded
   */
  FoldTask(
      PortableDefinitions definitions,
      String source,
      List<String> fingerprints,
      int buckets,
      LongAccumulator events) {
    this.definitions = definitions;
    this.source = source;
    this.fingerprints = fingerprints.toArray(new String[0]);
    this.buckets = buckets;
    this.events = events;
  }

  @Override
  public Iterator<Tuple2<Key, byte[]>> call(Input input) throws IOException {
    Definitions loaded = definitions.load();
    Source folded = loaded.sources().get(source);
    List<Metric> metrics = loaded.metricsOf(folded);
    if (!metrics.stream().map(Metric::fingerprint).toList().equals(List.of(fingerprints))) {
      throw new IllegalStateException(
          "Cannot fold source %s: this executor compiles other definitions than the driver"
              .formatted(source));
    }
    List<MetricPlan> plans = metrics.stream().map(Metric::plan).toList();
    Set<Integer> wanted = new TreeSet<>();
    plans.forEach(plan -> wanted.addAll(plan.reads()));
    PartitionFold fold =
        new PartitionFold(
            input.partition(), folded.rules(), plans, input.from(), Carry.decode(input.carry()));
    ArchiveFileReader reader = new ArchiveFileReader(folded, wanted);
    for (File file : input.files()) {
      reader.read(
          new Path(file.path()),
          batch -> {
            fold.fold(batch);
            events.add(batch.size());
          });
      fold.advance(file.to());
    }
    fold.advance(input.cut());
    return output(fold, plans.size(), input.partition()).iterator();
  }

  private List<Tuple2<Key, byte[]>> output(PartitionFold fold, int metrics, int partition)
      throws IOException {
    List<Tuple2<Key, byte[]>> output = new ArrayList<>();
    for (int metric = 0; metric < metrics; metric++) {
      output.addAll(buckets(metric, fold.view(metric), buckets));
    }
    FoldCounts counts = fold.counts();
    output.add(new Tuple2<>(new Key(Key.CARRY, partition), fold.carry().encode()));
    output.add(
        new Tuple2<>(new Key(Key.COUNTS, partition), Json.mapper().writeValueAsBytes(counts)));
    return output;
  }

  /** Returns a view cut into buckets by key, without the empty ones. */
  static List<Tuple2<Key, byte[]>> buckets(int metric, View view, int buckets) {
    List<Tuple2<Key, byte[]>> encoded = new ArrayList<>();
    List<View> parts = view.split(buckets);
    for (int part = 0; part < buckets; part++) {
      if (parts.get(part).size() > 0) {
        encoded.add(new Tuple2<>(new Key(metric, part), ViewCodec.encode(parts.get(part))));
      }
    }
    return encoded;
  }
}

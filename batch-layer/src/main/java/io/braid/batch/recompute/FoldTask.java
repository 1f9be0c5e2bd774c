package io.braid.batch.recompute;

import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.fold.WarmUp;
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
import java.util.function.IntConsumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Folds a stretch of the archive of one partition for all metrics of its source and gives out the
 * views, cut into buckets by key, and at the end of the archive what the partition carries there.
 */
final class FoldTask implements PairFlatMapFunction<FoldTask.Input, FoldTask.Key, byte[]> {

  private static final long serialVersionUID = 1L;

  private final PortableDefinitions definitions;
  private final String source;
  private final String[] fingerprints;
  private final int buckets;
  private final LongAccumulator events;

  /**
   * A stretch of the archive of one partition.
   *
   * @param warmUpFrom where reading starts, at or below {@code from}
   * @param carry at that offset, encoded
   * @param warmUp files that hold [warmUpFrom, from), as far as they count
   * @param from where the fold starts
   * @param files that hold [from, to), in offset order, without the holes
   * @param to where the fold ends
   * @param isLast whether that is the cut, and the carry there wanted
   */
  record Input(
      int partition,
      long warmUpFrom,
      byte[] carry,
      List<File> warmUp,
      long from,
      List<File> files,
      long to,
      boolean isLast)
      implements Serializable {

    Input {
      // Lists of the kind that Java serialisation takes whatever made them.
      warmUp = new ArrayList<>(warmUp);
      files = new ArrayList<>(files);
    }
  }

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
            input.partition(), folded.rules(), plans, input.from(), warmUp(folded, input));
    read(new ArchiveFileReader(folded, wanted), input.files(), fold, events::add);
    fold.advance(input.to());
    return output(fold, plans.size(), input).iterator();
  }

  private static Carry warmUp(Source source, Input input) throws IOException {
    Carry carry = Carry.decode(input.carry());
    if (input.warmUp().isEmpty()) {
      return carry;
    }
    PartitionFold fold = WarmUp.start(input.partition(), source.rules(), input.warmUpFrom(), carry);
    read(new ArchiveFileReader(source, Set.of()), input.warmUp(), fold, unused -> {});
    return fold.carry();
  }

  private static void read(
      ArchiveFileReader reader, List<File> files, PartitionFold fold, IntConsumer progress)
      throws IOException {
    for (File file : files) {
      reader.read(
          new Path(file.path()),
          batch -> {
            fold.fold(batch);
            progress.accept(batch.size());
          });
      fold.advance(file.to());
    }
  }

  private List<Tuple2<Key, byte[]>> output(PartitionFold fold, int metrics, Input input)
      throws IOException {
    List<Tuple2<Key, byte[]>> output = new ArrayList<>();
    for (int metric = 0; metric < metrics; metric++) {
      output.addAll(buckets(metric, fold.view(metric), buckets));
    }
    FoldCounts counts = fold.counts();
    if (input.isLast()) {
      output.add(new Tuple2<>(new Key(Key.CARRY, input.partition()), fold.carry().encode()));
    }
    output.add(
        new Tuple2<>(
            new Key(Key.COUNTS, input.partition()), Json.mapper().writeValueAsBytes(counts)));
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

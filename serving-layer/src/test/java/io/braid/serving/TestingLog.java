package io.braid.serving;

import io.braid.decode.JsonDecoder;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.fold.PartitionFold;
import io.braid.log.Position;
import io.braid.store.Publication;
import io.braid.store.PublishedRun;
import io.braid.store.RunManifest;
import io.braid.store.RunManifest.MetricView;
import io.braid.store.RunManifest.Missing;
import io.braid.store.RunManifest.ViewPart;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** A topic in memory: partitions of JSON records, and folds of ranges of them. */
public final class TestingLog {

  private record Entry(long timestampMs, String json) {}

  private final List<List<Entry>> partitions = new ArrayList<>();
  private final Source source;
  private final List<Metric> metrics;

  /** A topic of {@link Playback#SOURCE}. */
  public TestingLog(int partitions) {
    this(partitions, Playback.SOURCE, Playback.METRICS);
  }

  /** A topic of another source. */
  public TestingLog(int partitions, Source source, List<Metric> metrics) {
    this.source = source;
    this.metrics = metrics;
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(new ArrayList<>());
    }
  }

  /** Appends a record whose own timestamp is {@code timestampMs}. */
  public synchronized TestingLog append(int partition, long timestampMs, String json) {
    partitions.get(partition).add(new Entry(timestampMs, json));
    return this;
  }

  /** Returns the log ends. */
  public synchronized Position end() {
    TreeMap<Integer, Long> ends = new TreeMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      ends.put(i, (long) partitions.get(i).size());
    }
    return new Position(ends);
  }

  /** Returns the partitions. */
  public Set<Integer> numbers() {
    return IntStream.range(0, partitions.size()).boxed().collect(Collectors.toSet());
  }

  /** Starts a fold of a partition. */
  public PartitionFold fold(int partition, long from, Carry carry) {
    return new PartitionFold(
        partition, source.rules(), metrics.stream().map(Metric::plan).toList(), from, carry);
  }

  /** Goes on with a fold up to {@code to}. */
  public synchronized void advance(PartitionFold fold, int partition, long to) {
    Set<Integer> all =
        IntStream.range(0, source.schema().columns().size()).boxed().collect(Collectors.toSet());
    JsonDecoder decoder = new JsonDecoder(source.schema(), source.duplicates(), all);
    for (long offset = fold.position(); offset < to; offset++) {
      Entry entry = partitions.get(partition).get((int) offset);
      decoder.append(offset, entry.timestampMs, entry.json.getBytes(StandardCharsets.UTF_8));
    }
    fold.fold(decoder.take());
    fold.advance(to);
  }

  /** Returns the carries at a position. */
  public Map<Integer, Carry> carries(Position at) {
    TreeMap<Integer, Carry> carries = new TreeMap<>();
    at.offsets()
        .forEach(
            (partition, offset) -> {
              PartitionFold fold = fold(partition, 0, Carry.EMPTY);
              advance(fold, partition, offset);
              carries.put(partition, fold.carry());
            });
    return carries;
  }

  /** Folds everything below {@code cut} into Parquet files, and publishes them. */
  public PublishedRun publish(Store store, String run, Position cut) {
    return publish(store, run, cut, List.of());
  }

  /** The same, with ranges that the run says it lacks. */
  public PublishedRun publish(Store store, String run, Position cut, List<Missing> missing) {
    TreeMap<Integer, FoldCounts> counts = new TreeMap<>();
    List<List<ViewPart>> parts = new ArrayList<>();
    metrics.forEach(metric -> parts.add(new ArrayList<>()));
    TreeMap<Integer, PartitionTime> times = new TreeMap<>();
    TreeMap<Integer, Long> origin = new TreeMap<>();
    cut.offsets()
        .forEach(
            (partition, offset) -> {
              PartitionFold fold = fold(partition, 0, Carry.EMPTY);
              advance(fold, partition, offset);
              counts.put(partition, fold.counts());
              times.put(partition, fold.time());
              origin.put(partition, 0L);
              for (int i = 0; i < metrics.size(); i++) {
                parts.get(i).add(write(store, run, partition, i, fold.view(i)));
              }
            });
    List<MetricView> views = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      Metric metric = metrics.get(i);
      views.add(new MetricView(metric.name(), metric.fingerprint(), parts.get(i)));
    }
    RunManifest manifest =
        new RunManifest(
            run,
            source.name(),
            "topic",
            "full",
            new Position(origin),
            cut,
            missing,
            counts,
            times,
            views,
            "2026-11-22T06:00:30.000Z",
            "test",
            new TreeMap<>());
    return new PublishedRun(
        Publication.publish(store, manifest, Instant.ofEpochMilli(Playback.SIX)), manifest);
  }

  private ViewPart write(Store store, String run, int partition, int index, View view) {
    Metric metric = metrics.get(index);
    Path file =
        new Path(
            store.view(metric.name(), metric.fingerprint(), run),
            "part-%d.parquet".formatted(partition));
    ViewFile.write(store, file, view, metric.fingerprint());
    return new ViewPart(store.relative(file), view.size(), 0, "");
  }
}

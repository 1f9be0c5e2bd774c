package io.braid.batch.recompute;

import io.braid.definition.Metric;
import io.braid.fold.Carry;
import io.braid.fold.FoldCounts;
import io.braid.store.Json;
import io.braid.store.RunManifest;
import io.braid.time.PartitionTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Spark's tasks gave back, sorted into the parts of a manifest. */
final class Results {

  private final List<Metric> metrics;
  private final List<List<RunManifest.ViewPart>> parts = new ArrayList<>();
  private final SortedMap<Integer, Carry> carries = new TreeMap<>();
  private final SortedMap<Integer, FoldCounts> counts = new TreeMap<>();

  /**
   * Starts empty, or with what a base counted.
   *
   * @param base lists the same metrics, in an order of its own
   */
  Results(List<Metric> metrics, Optional<RunManifest> base) {
    this.metrics = metrics;
    metrics.forEach(unused -> parts.add(new ArrayList<>()));
    base.ifPresent(
        b ->
            b.counts()
                .forEach((partition, counted) -> counts.put(partition, inOurOrder(b, counted))));
  }

  private FoldCounts inOurOrder(RunManifest base, FoldCounts counted) {
    List<Long> late = new ArrayList<>();
    List<Long> errors = new ArrayList<>();
    for (Metric metric : metrics) {
      int index = base.metrics().indexOf(base.view(metric.fingerprint()).orElseThrow());
      late.add(counted.late().get(index));
      errors.add(counted.expressionErrors().get(index));
    }
    return new FoldCounts(
        counted.records(), counted.deadLetters(), counted.duplicates(), late, errors);
  }

  void add(MergeTask.Output output) {
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
      counts.merge(key.part(), read(output.bytes()), FoldCounts::plus);
    }
  }

  private static FoldCounts read(byte[] json) {
    try {
      return Json.mapper().readValue(json, FoldCounts.class);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read what a task counted", e);
    }
  }

  SortedMap<Integer, Carry> carries() {
    return carries;
  }

  /** Returns how far event time had come at the cut. */
  SortedMap<Integer, PartitionTime> times() {
    SortedMap<Integer, PartitionTime> times = new TreeMap<>();
    carries.forEach((partition, carry) -> times.put(partition, carry.time()));
    return times;
  }

  SortedMap<Integer, FoldCounts> counts() {
    return counts;
  }

  List<RunManifest.MetricView> views() {
    List<RunManifest.MetricView> views = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      Metric metric = metrics.get(i);
      views.add(new RunManifest.MetricView(metric.name(), metric.fingerprint(), parts.get(i)));
    }
    return views;
  }
}

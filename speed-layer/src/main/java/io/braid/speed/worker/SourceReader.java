package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.generation.LiveFold;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a source is read and folded, for whoever reads it: workers, catch-ups, replays.
 *
 * @param source what is read
 * @param metrics of the source, in the order of its definition
 */
public record SourceReader(Source source, List<Metric> metrics) {

  public SourceReader {
    metrics = List.copyOf(metrics);
  }

  /** Returns a decoder of the columns that the metrics read, for one partition. */
  public Decoder decoder() {
    Set<Integer> wanted = new TreeSet<>();
    plans().forEach(plan -> wanted.addAll(plan.reads()));
    return source.decoder(wanted);
  }

  /** Returns a fold of all metrics that starts at {@code from}. */
  public LiveFold fold(int partition, long from, Carry carry) {
    return new LiveFold(partition, source.rules(), plans(), from, carry);
  }

  /** Returns the fold of all metrics that goes on where one stood. */
  public LiveFold fold(PartitionSnapshot stood, Carry carry) {
    return new LiveFold(source.rules(), plans(), stood, carry);
  }

  /** Returns a fold of no metric, read for the carry it comes to. */
  public LiveFold warmUp(int partition, long from) {
    return LiveFold.warmUp(partition, source.rules(), from, Carry.EMPTY);
  }

  /** Returns a fold that decides which events are dropped as late, and aggregates nothing. */
  LiveFold judge(int partition, long from, Carry carry) {
    return new LiveFold(
        partition, source.rules(), plans().stream().map(MetricPlan::judging).toList(), from, carry);
  }

  private List<MetricPlan> plans() {
    return metrics.stream().map(Metric::plan).toList();
  }
}

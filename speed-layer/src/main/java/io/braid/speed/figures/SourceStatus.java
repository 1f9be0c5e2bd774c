package io.braid.speed.figures;

import java.util.List;
import java.util.Set;

/**
 * What the speed layer of one source does in this process at one moment.
 *
 * @param source its name
 * @param metrics over it, in the order of its definition
 * @param nowMs the moment, from which ages are counted
 * @param memoryBytes that its views and remembered ids take, as last accounted for
 * @param fetchingPaused whether nothing is fetched because memory is full
 * @param troubled what does not get done
 * @param outputs what left Braid
 * @param generations that are folded, the newest last
 * @param partitions that are held, those included that were handed over a moment ago
 */
public record SourceStatus(
    String source,
    List<String> metrics,
    long nowMs,
    long memoryBytes,
    boolean fetchingPaused,
    Set<SpeedTask> troubled,
    OutputStatus outputs,
    List<GenerationStatus> generations,
    List<PartitionStatus> partitions) {

  public SourceStatus {
    metrics = List.copyOf(metrics);
    troubled = Set.copyOf(troubled);
    generations = List.copyOf(generations);
    partitions = List.copyOf(partitions);
  }
}

package io.braid.speed.figures;

import io.braid.log.Position;
import io.braid.speed.figures.PartitionStatus.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the speed layer of one source does in this process at one moment.
 *
 * @param source its name
 * @param metrics over it, in the order of its definition
 * @param nowMs the moment, from which ages are counted
 * @param memoryBytes that its views and remembered ids take, as last accounted for
 * @param fetchingPaused whether nothing is fetched because memory is full
 * @param troubles what does not get done, and why, in words
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
    Map<SpeedTask, String> troubles,
    OutputStatus outputs,
    List<GenerationStatus> generations,
    List<PartitionStatus> partitions) {

  public SourceStatus {
    metrics = List.copyOf(metrics);
    troubles = Map.copyOf(troubles);
    generations = List.copyOf(generations);
    partitions = List.copyOf(partitions);
  }

  /**
   * Returns which of the partitions that are folded here have come to some offsets in no
   * generation, in words. Those that went elsewhere are not named.
   *
   * @param ends the offsets; a partition without one is at its end anywhere
   */
  public List<String> behind(Position ends) {
    List<String> behind = new ArrayList<>();
    for (PartitionStatus partition : partitions) {
      int number = partition.partition();
      OptionalLong folded =
          generations.stream()
              .flatMap(generation -> generation.folds().stream())
              .filter(fold -> fold.partition() == number && fold.level())
              .mapToLong(FoldStatus::position)
              .max();
      if (partition.holding() != Holding.LEFT && folded.isEmpty()) {
        behind.add("source %s: partition %d is not folded yet".formatted(source, number));
      } else if (partition.holding() != Holding.LEFT
          && folded.getAsLong() < ends.offset(number, 0)) {
        behind.add(
            "source %s: partition %d is folded up to %d of %d"
                .formatted(source, number, folded.getAsLong(), ends.offset(number)));
      }
    }
    return behind;
  }
}

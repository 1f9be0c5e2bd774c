package io.braid.serving.query;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.store.RunManifest.Missing;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.util.List;
import java.util.OptionalLong;

/**
 * The folds of a source as they stood at one position.
 *
 * @param snapshots one for each partition that has a fold, by partition
 * @param position of all of them
 * @param missing what the folds lack of the range from their start to the log's end
 * @param knownAsOfMs all that had been appended then is folded, whatever the folds say of it; epoch
 *     milliseconds, 0 while unknown
 */
public record SpeedReading(
    List<PartitionSnapshot> snapshots, Position position, List<Missing> missing, long knownAsOfMs) {

  public SpeedReading {
    snapshots = List.copyOf(snapshots);
    missing = List.copyOf(missing);
  }

  /** Returns the offsets that had expired before a fold came to them. */
  static List<Missing> lost(PartitionSnapshot snapshot) {
    return snapshot.lost().stream()
        .map(
            lost ->
                new Missing(
                    snapshot.partition(), lost.from(), lost.to(), "expired before it was folded"))
        .toList();
  }

  /**
   * Returns the views of all partitions, merged.
   *
   * @param index into the metrics that were asked for
   */
  public View view(int index, ViewSchema schema) {
    View merged = new View(schema);
    snapshots.forEach(snapshot -> merged.merge(snapshot.views().get(index)));
    return merged;
  }

  /**
   * Returns since when nothing is missing: epoch milliseconds; empty while nobody knows, and while
   * a partition has no fold: what it was sent meanwhile nobody has seen.
   */
  OptionalLong completeAsOfMs() {
    if (missing.stream().anyMatch(range -> !position.partitions().contains(range.partition()))) {
      return OptionalLong.empty();
    }
    long ofFolds = snapshots.stream().mapToLong(PartitionSnapshot::completeAsOfMs).min().orElse(0);
    long completeAsOfMs = Math.max(ofFolds, knownAsOfMs);
    return completeAsOfMs > 0 ? OptionalLong.of(completeAsOfMs) : OptionalLong.empty();
  }
}

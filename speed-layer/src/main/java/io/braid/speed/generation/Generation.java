package io.braid.speed.generation;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The folds of a source that started at one cut. Safe to share between threads. */
public final class Generation {

  private final Map<PartitionFeed, LiveFold> folds = new TreeMap<>(BY_PARTITION);

  private static final Comparator<PartitionFeed> BY_PARTITION =
      Comparator.comparingInt(PartitionFeed::partition);

  /** Makes a generation of folds that have joined their feeds. */
  public Generation(Map<PartitionFeed, LiveFold> folds) {
    this.folds.putAll(folds);
  }

  /**
   * Reads the views of some metrics, partition by partition; each snapshot belongs to the one
   * position it states.
   *
   * @param metrics indexes in the order of the source's definition
   * @param range which of their rows
   */
  public List<PartitionSnapshot> read(List<Integer> metrics, PaneRange range) {
    List<PartitionSnapshot> snapshots = new ArrayList<>();
    folds.forEach((feed, fold) -> feed.snapshot(fold, metrics, range).ifPresent(snapshots::add));
    return snapshots;
  }

  /** Returns how far the folds have come. */
  public Position position() {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (PartitionSnapshot snapshot : read(List.of(), PaneRange.NONE)) {
      offsets.put(snapshot.partition(), snapshot.position());
    }
    return Position.of(offsets);
  }

  /** Folds no further; readers that still hold the generation see it as it stood. */
  public void retire() {
    folds.forEach(PartitionFeed::leave);
  }
}

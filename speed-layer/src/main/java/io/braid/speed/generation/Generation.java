package io.braid.speed.generation;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The folds of a source that started at one cut, those of the partitions that this process holds.
 * Safe to share between threads.
 */
public final class Generation {

  private record Part(PartitionFeed feed, LiveFold fold) {}

  private final GenerationStart start;
  private final Map<Integer, Part> parts = new ConcurrentSkipListMap<>();

  /** Makes a generation without folds. */
  public Generation(GenerationStart start) {
    this.start = start;
  }

  /** Returns where its folds start. */
  public GenerationStart start() {
    return start;
  }

  /** Adds a fold that has joined its feed. */
  public void add(PartitionFeed feed, LiveFold fold) {
    parts.put(feed.partition(), new Part(feed, fold));
  }

  /** Returns the fold of a partition, if there is one that has joined its feed. */
  public Optional<LiveFold> fold(int partition) {
    return Optional.ofNullable(parts.get(partition)).map(Part::fold);
  }

  /** Drops the fold of a partition; readers that have it still see it as it stood. */
  public void remove(int partition) {
    Part part = parts.remove(partition);
    if (part != null) {
      part.feed().leave(part.fold());
    }
  }

  /** Folds no further. */
  public void retire() {
    List.copyOf(parts.keySet()).forEach(this::remove);
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
    parts
        .values()
        .forEach(
            part -> part.feed().snapshot(part.fold(), metrics, range).ifPresent(snapshots::add));
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
}

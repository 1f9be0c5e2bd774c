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
  private volatile long readNanos = System.nanoTime();
  private boolean over;

  /** Makes a generation without folds. */
  public Generation(GenerationStart start) {
    this.start = start;
  }

  /** Returns where its folds start. */
  public GenerationStart start() {
    return start;
  }

  /**
   * Adds a fold that has joined its feed, in place of one that the partition may have had; it
   * leaves the feed at once when the generation is over.
   */
  public synchronized void add(PartitionFeed feed, LiveFold fold) {
    if (over) {
      feed.leave(fold);
      return;
    }
    Part before = parts.put(feed.partition(), new Part(feed, fold));
    if (before != null) {
      before.feed().leave(before.fold());
    }
  }

  /** Returns the fold of a partition, if there is one that has joined its feed. */
  public Optional<LiveFold> fold(int partition) {
    return Optional.ofNullable(parts.get(partition)).map(Part::fold);
  }

  /** Drops the fold of a partition; readers that have it still see it as it stood. */
  public synchronized void remove(int partition) {
    Part part = parts.remove(partition);
    if (part != null) {
      part.feed().leave(part.fold());
    }
  }

  /** Drops the fold of a partition if it is one of this feed. */
  public synchronized void remove(PartitionFeed feed) {
    Part part = parts.get(feed.partition());
    if (part != null && part.feed() == feed) {
      remove(feed.partition());
    }
  }

  /** Folds no further, and takes in no fold any more. */
  public synchronized void retire() {
    over = true;
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
    readNanos = System.nanoTime();
    return snapshots(metrics, range);
  }

  private List<PartitionSnapshot> snapshots(List<Integer> metrics, PaneRange range) {
    List<PartitionSnapshot> snapshots = new ArrayList<>();
    parts
        .values()
        .forEach(
            part -> part.feed().snapshot(part.fold(), metrics, range).ifPresent(snapshots::add));
    return snapshots;
  }

  /** Returns when it was read last, or made, by {@link System#nanoTime}. */
  public long readNanos() {
    return readNanos;
  }

  /** Returns how far the folds have come; this does not count as reading. */
  public Position position() {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (PartitionSnapshot snapshot : snapshots(List.of(), PaneRange.NONE)) {
      offsets.put(snapshot.partition(), snapshot.position());
    }
    return Position.of(offsets);
  }
}

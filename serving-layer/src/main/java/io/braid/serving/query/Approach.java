package io.braid.serving.query;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether the folds that a source is to move to still come nearer. Each partition counts for
 * itself: one that stands still keeps queries where they are, however far the others get. One
 * thread looks, about once a second.
 */
public final class Approach {

  private record Seen(long offset, long nanos) {}

  private final ServedSource served;
  private final SpeedView next;
  private final Duration patience;
  private final LongSupplier nanos;
  private final Map<Integer, Seen> behind = new HashMap<>();
  private long levelNanos;

  /**
   * Starts to watch.
   *
   * @param next the folds that are awaited
   * @param patience how long a partition may stand still
   */
  public Approach(ServedSource served, SpeedView next, Duration patience) {
    this(served, next, patience, System::nanoTime);
  }

  Approach(ServedSource served, SpeedView next, Duration patience, LongSupplier nanos) {
    this.served = served;
    this.next = next;
    this.patience = patience;
    this.nanos = nanos;
    this.levelNanos = nanos.getAsLong();
  }

  /** Returns why queries will not move as things are, in words; empty while they may. */
  public Optional<String> stalled() {
    Map<Integer, Long> floor = served.floor().offsets();
    Map<Integer, Long> there = ServedSource.position(next).offsets();
    long now = nanos.getAsLong();
    for (Map.Entry<Integer, Long> wanted : floor.entrySet()) {
      int partition = wanted.getKey();
      long offset = there.getOrDefault(partition, -1L);
      if (offset >= wanted.getValue()) {
        behind.remove(partition);
        continue;
      }
      levelNanos = now;
      Seen seen = behind.get(partition);
      if (seen == null || seen.offset() != offset) {
        behind.put(partition, new Seen(offset, now));
      } else if (now - seen.nanos() > patience.toNanos()) {
        return Optional.of(
            "partition %d %s for %d s, and is served up to %d"
                .formatted(
                    partition,
                    offset < 0 ? "is folded nowhere" : "has stood at offset " + offset,
                    patience.toSeconds(),
                    wanted.getValue()));
      }
    }
    return now - levelNanos > patience.toNanos()
        ? Optional.of(
            "all partitions are folded, but for %d s it has not been what is to be served"
                .formatted(patience.toSeconds()))
        : Optional.empty();
  }
}

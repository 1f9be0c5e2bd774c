package io.braid.speed.worker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much memory views and remembered ids of this process may take. Near the budget it says so and
 * asks for a recompute, whose run lets folds start from a later cut; at the budget nothing is
 * fetched any more until there is room, because waiting can be undone and running out of memory
 * cannot. Safe to share.
 */
public final class MemoryBudget {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);

  /** Early enough that a recompute is done before the rest is used. */
  private static final double NEAR = 0.8;

  /** What is fetched is folded before the sizes are asked again. */
  private static final double ROOM_AGAIN = 0.95;

  private final long bytes;
  private final Consumer<String> wantsRecompute;
  private final Map<String, Long> used = new ConcurrentHashMap<>();
  private volatile boolean near;
  private volatile boolean full;

  /**
   * Makes a budget.
   *
   * @param bytes for all sources together
   * @param wantsRecompute told the source that takes most, when the budget is nearly used up
   */
  public MemoryBudget(long bytes, Consumer<String> wantsRecompute) {
    this.bytes = bytes;
    this.wantsRecompute = wantsRecompute;
  }

  /** Returns the budget in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Returns the bytes in use, as they were reported last. */
  public long used() {
    return used.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the bytes in use by a source. */
  public long used(String source) {
    return used.getOrDefault(source, 0L);
  }

  /** Returns whether nothing more may be fetched. */
  public boolean isFull() {
    return full;
  }

  /** Returns what is to be said about memory, in words; empty when there is enough. */
  public Optional<String> trouble() {
    if (full) {
      return Optional.of(
          "memory: views and ids take %d of %d bytes; nothing is fetched until a run is published"
              .formatted(used(), bytes));
    }
    return near
        ? Optional.of(
            "memory: views and ids take %d of %d bytes; recompute, or raise 'speed: memory'"
                .formatted(used(), bytes))
        : Optional.empty();
  }

  /** Takes in how much a source uses now. */
  public synchronized void report(String source, long usedBytes) {
    used.put(source, usedBytes);
    long all = used();
    boolean nearNow = all > bytes * NEAR;
    full = all >= bytes || (full && all > bytes * ROOM_AGAIN);
    if (nearNow && !near) {
      String largest =
          used.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
      LOG.warn(
          "Views and ids take {} of {} bytes; source {}, which takes most, is to be recomputed",
          all,
          bytes,
          largest);
      wantsRecompute.accept(largest);
    }
    near = nearNow;
  }
}

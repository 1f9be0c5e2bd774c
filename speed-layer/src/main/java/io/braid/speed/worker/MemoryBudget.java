package io.braid.speed.worker;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

  /** Below the former by more than what comes and goes between two looks. */
  private static final double ENOUGH_AGAIN = 0.7;

  /** What is fetched is folded before the sizes are asked again. */
  private static final double ROOM_AGAIN = 0.95;

  /** A run may fail, or free less than was hoped for; none is asked for beside one that runs. */
  private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

  private final long bytes;
  private final Consumer<String> wantsRecompute;
  private final LongSupplier nanos;
  private final Executor asking;
  private final Map<String, Long> used = new ConcurrentHashMap<>();
  private volatile boolean near;
  private volatile boolean full;
  private boolean told;
  private boolean atWork;
  private boolean asked;
  private boolean refused;
  private long askedNanos;

  /**
   * Makes a budget.
   *
   * @param bytes for all sources together
   * @param wantsRecompute told the source that takes most, when the budget is nearly used up; is
   *     told again after some minutes when it still is, and at the next look when it throws
   */
  public MemoryBudget(long bytes, Consumer<String> wantsRecompute) {
    this(
        bytes,
        wantsRecompute,
        System::nanoTime,
        task -> Daemons.named("braid-memory-request").newThread(task).start());
  }

  /** Asks on {@code asking}: it takes the broker and the store, which nobody here waits for. */
  MemoryBudget(long bytes, Consumer<String> wantsRecompute, LongSupplier nanos, Executor asking) {
    this.bytes = bytes;
    this.wantsRecompute = wantsRecompute;
    this.nanos = nanos;
    this.asking = asking;
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
    full = all >= bytes || (full && all > bytes * ROOM_AGAIN);
    near = all > bytes * NEAR || (near && all > bytes * ENOUGH_AGAIN);
    if (!near) {
      told = false;
      asked = false;
    } else if (!atWork && (!asked || nanos.getAsLong() - askedNanos > ASK_AGAIN.toNanos())) {
      ask(all);
    }
  }

  private void ask(long all) {
    String largest =
        used.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    if (!told) {
      told = true;
      LOG.warn(
          "Views and ids take {} of {} bytes; source {}, which takes most, is to be recomputed",
          all,
          bytes,
          largest);
    }
    atWork = true;
    asking.execute(() -> request(largest));
  }

  private void request(String source) {
    boolean taken = false;
    try {
      wantsRecompute.accept(source);
      taken = true;
    } catch (RuntimeException e) {
      refused(source, e);
    } finally {
      answered(taken);
    }
  }

  private synchronized void refused(String source, RuntimeException e) {
    if (!refused) {
      refused = true;
      LOG.warn("Source {} cannot be recomputed now, asking again: {}", source, e.getMessage());
    }
  }

  private synchronized void answered(boolean taken) {
    atWork = false;
    if (taken) {
      refused = false;
      asked = true;
      askedNanos = nanos.getAsLong();
    }
  }
}

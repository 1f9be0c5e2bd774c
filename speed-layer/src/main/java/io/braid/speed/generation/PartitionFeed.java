package io.braid.speed.generation;

import io.braid.decode.EventBatch;
import io.braid.fold.PartitionSnapshot;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the batches of one partition meet the folds of all generations. Safe to share: the worker
 * feeds, catch-ups join, queries read.
 */
public final class PartitionFeed {

  private final int partition;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<LiveFold> folds = new ArrayList<>();
  private final Freshness freshness = new Freshness();
  private long position;
  private boolean broken;

  /** Makes a feed whose worker will read from {@code position} on. */
  public PartitionFeed(int partition, long position) {
    this.partition = partition;
    this.position = position;
    freshness.reached(position);
  }

  /** Returns the partition. */
  public int partition() {
    return partition;
  }

  /** Returns the next offset that the worker brings. */
  public long position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Brings a batch to all folds. When one of them fails half-way, no state of this feed is shown
   * any more.
   *
   * @param next the offset behind the batch
   */
  public void fold(EventBatch batch, long next) {
    lock.lock();
    boolean whole = false;
    try {
      for (LiveFold fold : folds) {
        fold.fold(batch, next);
      }
      position = Math.max(position, next);
      freshness.reached(position);
      whole = true;
    } finally {
      broken |= !whole;
      lock.unlock();
    }
  }

  /** Shows no state of this partition from now on: it can no longer be right. */
  public void giveUp() {
    lock.lock();
    try {
      broken = true;
    } finally {
      lock.unlock();
    }
  }

  /** Moves on to the first offset that the log still has. */
  public void skipLost(long offset) {
    lock.lock();
    try {
      folds.forEach(fold -> fold.skipLost(offset));
      position = Math.max(position, offset);
      freshness.reached(position);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets a fold in, from now on fed here, if it has come at least as far as the feed; what it is
   * ahead, it will pass over.
   *
   * @return false when it has to catch up further
   */
  public boolean join(LiveFold fold) {
    lock.lock();
    try {
      return fold.position() >= position && folds.add(fold);
    } finally {
      lock.unlock();
    }
  }

  /** Feeds a fold no longer. */
  public void leave(LiveFold fold) {
    lock.lock();
    try {
      folds.remove(fold);
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the log ended at {@code end} when it was asked at {@code askedMs}. */
  public void logEnd(long askedMs, long end) {
    freshness.logEnd(askedMs, end);
  }

  /**
   * Returns a copy of a joined fold's state, see {@link LiveFold#snapshot}; empty when there is
   * none that could be right.
   */
  Optional<PartitionSnapshot> snapshot(LiveFold fold, List<Integer> metrics, PaneRange range) {
    lock.lock();
    try {
      // Every fold here has come at least as far as the feed, whose freshness this is.
      return broken
          ? Optional.empty()
          : Optional.of(fold.snapshot(metrics, range, freshness.completeAsOfMs()));
    } finally {
      lock.unlock();
    }
  }
}

package io.braid.speed.generation;

import io.braid.decode.EventBatch;
import io.braid.fold.LateDrops;
import io.braid.fold.PartitionSnapshot;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the batches of one partition meet the folds of all generations. Safe to share: the worker
 * feeds, catch-ups join, queries read.
 *
 * <p>It also knows which events are to be emitted as late. That is a function of the log, so any
 * fold that takes an offset in can say it, and the one that lags furthest is asked, because it
 * takes in every offset that another one does. What no fold takes in, because all of them started
 * above it, a <em>judge</em> decides: a fold without aggregates that starts from a carry below it
 * and ends where the others are.
 */
public final class PartitionFeed {

  /**
   * So many decisions are kept while the sink takes nothing: 24 MB, or some more where there are
   * more than 64 metrics. What is forgotten a judge decides again.
   */
  private static final int MOST_DIVERSIONS = 1_000_000;

  private final int partition;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<LiveFold> folds = new ArrayList<>();
  private final List<LiveFold> judges = new ArrayList<>();
  private final Diversions diversions;
  private final int mostDiversions;
  private final Freshness freshness = new Freshness();
  private long position;
  private long decidedFrom;
  private boolean broken;
  private OptionalInt leaderEpoch = OptionalInt.empty();

  private long recordsRead;
  private long bytesRead;

  /**
   * Makes a feed whose worker will read from {@code position} on.
   *
   * @param leaderEpoch of what is last below, when it is known
   * @param metrics how many the folds have
   */
  public PartitionFeed(int partition, long position, OptionalInt leaderEpoch, int metrics) {
    this(partition, position, metrics);
    this.leaderEpoch = leaderEpoch;
  }

  /** Makes a feed as above, with nothing known of the log below. */
  public PartitionFeed(int partition, long position, int metrics) {
    this(partition, position, metrics, MOST_DIVERSIONS);
  }

  PartitionFeed(int partition, long position, int metrics, int mostDiversions) {
    this.mostDiversions = mostDiversions;
    this.partition = partition;
    this.position = position;
    this.decidedFrom = position;
    this.diversions = new Diversions(metrics);
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

  /** Notes what was read, for figures. */
  public void read(int records, long bytes) {
    lock.lock();
    try {
      recordsRead += records;
      bytesRead += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of records read here, those read again included. */
  public long recordsRead() {
    lock.lock();
    try {
      return recordsRead;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the bytes of keys and values read here. */
  public long bytesRead() {
    lock.lock();
    try {
      return bytesRead;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the epoch of the leader that wrote what is last below the position, if known. */
  public OptionalInt leaderEpoch() {
    lock.lock();
    try {
      return leaderEpoch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns an epoch that goes with {@code offset}: not older than that of what is last below. One
   * that is older would make the log look truncated; one that is newer does no harm. Empty when
   * none is known, and above the position.
   */
  public OptionalInt leaderEpoch(long offset) {
    lock.lock();
    try {
      return offset <= position ? leaderEpoch : OptionalInt.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns where reading has to start again so that no fold and no judge misses a record. */
  public long readFrom() {
    lock.lock();
    try {
      return judges.stream().mapToLong(LiveFold::position).reduce(position, Math::min);
    } finally {
      lock.unlock();
    }
  }

  /** Brings a batch to all folds as below, from where leaders have no epoch: an archive. */
  public SortedMap<Long, Diversion> fold(EventBatch batch, long next) {
    return fold(batch, next, OptionalInt.empty());
  }

  /**
   * Brings a batch to all folds and returns which of its events are dropped as late, by offset.
   *
   * @param next the offset behind the batch, and behind markers and aborted records that follow it
   * @param epoch of the leader that wrote what is last below {@code next}, when it is known
   */
  public SortedMap<Long, Diversion> fold(EventBatch batch, long next, OptionalInt epoch) {
    lock.lock();
    try {
      SortedMap<Long, Diversion> decided = new TreeMap<>();
      List<LiveFold> all = new ArrayList<>(judges);
      all.addAll(folds);
      all.sort(Comparator.comparingLong(LiveFold::position));
      for (int i = 0; i < all.size(); i++) {
        all.get(i).fold(batch, next, i == 0 ? collect(decided) : LateDrops.COUNTED_ONLY);
      }
      reached(next, epoch);
      diversions.append(decided);
      long lowest = lowest();
      judges.removeIf(judge -> judge.position() >= lowest);
      SortedMap<Long, Diversion> told =
          batch.size() == 0 ? decided : diversions.between(batch.offset(0), next);
      if (diversions.size() > mostDiversions) {
        diversions.clear();
        decidedFrom = Math.max(decidedFrom, next);
      }
      return told;
    } finally {
      lock.unlock();
    }
  }

  /** Moves position and epoch together: the one without the other would look like truncation. */
  private void reached(long next, OptionalInt epoch) {
    if (next > position || (next == position && epoch.isPresent())) {
      position = next;
      leaderEpoch = epoch;
    }
    freshness.reached(position);
  }

  private LateDrops collect(SortedMap<Long, Diversion> decided) {
    return (offset, watermarkMs, metric) -> {
      if (offset >= decidedFrom) {
        decided
            .computeIfAbsent(offset, unused -> new Diversion(watermarkMs, new BitSet()))
            .metrics()
            .set(metric);
      }
    };
  }

  /** Returns where the fold stands that lags furthest; judges do not count. */
  private long lowest() {
    return folds.stream().mapToLong(LiveFold::position).min().orElse(position);
  }

  /**
   * Forgets which events below {@code offset} are dropped: they have been emitted.
   *
   * @return false when it is not known of all events from there on; then a judge is needed
   */
  public boolean emitted(long offset) {
    lock.lock();
    try {
      if (offset < decidedFrom) {
        return folds.stream().noneMatch(LiveFold::dropsLate);
      }
      decidedFrom = offset;
      diversions.dropBelow(offset);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has a fold decide which events are dropped, from {@code emittedFrom} on to where the folds are.
   *
   * @param judge stands at or below {@code emittedFrom}
   */
  public void judge(LiveFold judge, long emittedFrom) {
    lock.lock();
    try {
      diversions.clear();
      decidedFrom = emittedFrom;
      judges.clear();
      judges.add(judge);
    } finally {
      lock.unlock();
    }
  }

  /** Shows no state of this partition from now on: it can no longer be right. */
  public void giveUp() {
    lock.lock();
    try {
      broken = true;
      folds.forEach(LiveFold::giveUp);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether no state of this partition is shown any more, whichever fold it is. */
  public boolean isGivenUp() {
    lock.lock();
    try {
      return broken;
    } finally {
      lock.unlock();
    }
  }

  /** Moves on to the first offset that the log still has. */
  public void skipLost(long offset) {
    lock.lock();
    try {
      folds.forEach(fold -> fold.skipLost(offset));
      judges.forEach(judge -> judge.skipLost(offset));
      reached(offset, OptionalInt.empty());
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
      if (broken) {
        fold.giveUp();
      }
      return fold.position() >= position && folds.add(fold);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Feeds a fold no longer, unless it is the only one that can say which events are dropped: then
   * until the others come to fold.
   */
  public void leave(LiveFold fold) {
    lock.lock();
    try {
      boolean fed = folds.remove(fold);
      if (fed && fold.dropsLate() && fold.position() < lowest()) {
        judges.add(fold);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the log ended at {@code end} when it was asked at {@code askedMs}. */
  public void logEnd(long askedMs, long end) {
    freshness.logEnd(askedMs, end);
  }

  /** Returns where the log ended when it was last asked; empty before the first answer. */
  public OptionalLong lastLogEnd() {
    return freshness.lastEnd();
  }

  /** Returns as of when all that the log had is folded, epoch milliseconds; 0 while unknown. */
  public long completeAsOfMs() {
    return freshness.completeAsOfMs();
  }

  /**
   * Returns a copy of a joined fold's state, see {@link LiveFold#snapshot}; empty when there is
   * none that could be right.
   */
  public Optional<PartitionSnapshot> snapshot(
      LiveFold fold, List<Integer> metrics, PaneRange range) {
    // Every fold here has come at least as far as the feed, whose freshness this is; asked before
    // the fold is read, it can only be too modest.
    return fold.snapshot(metrics, range, freshness.completeAsOfMs());
  }
}

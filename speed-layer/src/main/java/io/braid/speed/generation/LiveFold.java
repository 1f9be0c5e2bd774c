package io.braid.speed.generation;

import io.braid.decode.EventBatch;
import io.braid.fold.Carry;
import io.braid.fold.LateDrops;
import io.braid.fold.LateRule;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SourceRules;
import io.braid.fold.WarmUp;
import io.braid.log.OffsetRange;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;

/**
 * One partition's fold in one generation or replay, and what of the log it had to do without.
 * Guarded by its owner: the thread that catches up, then the lock of the {@link PartitionFeed} it
 * joined.
 */
public final class LiveFold {

  private final int partition;
  private final long from;
  private final PartitionFold fold;
  private final boolean dropsLate;
  private final List<OffsetRange> lost = new ArrayList<>();

  /**
   * Starts a fold.
   *
   * @param from the first offset to be folded
   * @param carry at that offset
   */
  public LiveFold(
      int partition, SourceRules rules, List<MetricPlan> plans, long from, Carry carry) {
    this(partition, rules, from, new PartitionFold(partition, rules, plans, from, carry));
  }

  private LiveFold(int partition, SourceRules rules, long from, PartitionFold fold) {
    this.partition = partition;
    this.from = from;
    this.fold = fold;
    this.dropsLate = rules.late() == LateRule.DROP;
  }

  /**
   * Starts a fold of no metric, for the carry it comes to; see {@link WarmUp}.
   *
   * @param from the first offset to be read
   * @param carry at that offset
   */
  public static LiveFold warmUp(int partition, SourceRules rules, long from, Carry carry) {
    return new LiveFold(partition, rules, from, WarmUp.start(partition, rules, from, carry));
  }

  /** Returns the partition. */
  public int partition() {
    return partition;
  }

  /** Returns the next offset to be folded. */
  public long position() {
    return fold.position();
  }

  /** Returns whether late events are dropped, and so diverted. */
  boolean dropsLate() {
    return dropsLate;
  }

  /** Returns the number of records folded so far. */
  public long records() {
    return fold.counts().records();
  }

  /**
   * Folds a batch and moves on to {@code next}; what lies below the position is passed over.
   *
   * @param next the offset behind the batch, which may skip offsets without a record
   */
  public void fold(EventBatch batch, long next) {
    fold(batch, next, LateDrops.COUNTED_ONLY);
  }

  /** Folds a batch as above, and tells of the events that are dropped as late. */
  void fold(EventBatch batch, long next, LateDrops lateDrops) {
    fold.fold(batch, lateDrops);
    if (next > fold.position()) {
      fold.advance(next);
    }
  }

  /** Moves on to {@code offset}, the first that the log still has, and notes what is lost. */
  public void skipLost(long offset) {
    if (offset > fold.position()) {
      lost.add(new OffsetRange(partition, fold.position(), offset));
      fold.advance(offset);
    }
  }

  /**
   * Returns a copy of the state.
   *
   * @param metrics indexes of the metrics whose views are wanted
   * @param range which of their rows
   */
  public PartitionSnapshot snapshot(List<Integer> metrics, PaneRange range, long completeAsOfMs) {
    List<View> views = new ArrayList<>();
    for (int metric : metrics) {
      views.add(fold.view(metric).slice(range));
    }
    return new PartitionSnapshot(
        new OffsetRange(partition, from, fold.position()),
        lost,
        fold.time(),
        fold.counts(),
        views,
        completeAsOfMs,
        fold.carrySize());
  }

  /** Returns the carry at the position. */
  public Carry carry() {
    return fold.carry();
  }
}

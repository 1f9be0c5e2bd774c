package io.braid.speed.generation;

import io.braid.decode.EventBatch;
import io.braid.fold.Carry;
import io.braid.fold.CarrySize;
import io.braid.fold.FoldCounts;
import io.braid.fold.FoldPiece;
import io.braid.fold.LateDrops;
import io.braid.fold.LateRule;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SourceRules;
import io.braid.fold.WarmUp;
import io.braid.log.OffsetRange;
import io.braid.time.PaneRange;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * One partition's fold in one generation or replay, and what of the log it had to do without. Safe
 * to share: one thread folds, one seals and settles, any number read.
 *
 * <p>What is folded is a chain of pieces that adjoin: the <em>base</em>, then sealed pieces, then
 * the one being folded. Sealing hands over the last and starts another, without a copy; settling
 * merges sealed pieces into the base. Both happen beside the folding thread, which never waits for
 * a merge, a checkpoint or a large copy. A reader joins what it wants of all pieces.
 */
public final class LiveFold {

  private final int partition;
  private final long from;
  private final boolean dropsLate;

  // Of both, this is taken first. It guards the base, and that no piece goes into it meanwhile.
  private final ReentrantReadWriteLock settling = new ReentrantReadWriteLock();
  private Optional<PartitionSnapshot> base;

  private final ReentrantLock lock = new ReentrantLock();
  private final PartitionFold fold;
  private final List<PartitionSnapshot> sealed = new ArrayList<>();
  private List<OffsetRange> lost = new ArrayList<>();

  // Of all that is sealed or settled; with these nobody who wants no view waits for a merge.
  private FoldCounts sealedCounts;
  private final List<OffsetRange> sealedLost = new ArrayList<>();

  private boolean broken;

  /**
   * Starts a fold.
   *
   * @param from the first offset to be folded
   * @param carry at that offset
   */
  public LiveFold(
      int partition, SourceRules rules, List<MetricPlan> plans, long from, Carry carry) {
    this(rules, from, Optional.empty(), new PartitionFold(partition, rules, plans, from, carry));
  }

  /**
   * Goes on with a fold where it stood.
   *
   * @param stood all that had been folded, with the views of all metrics; owned by the fold now
   * @param carry at its position
   */
  public LiveFold(SourceRules rules, List<MetricPlan> plans, PartitionSnapshot stood, Carry carry) {
    this(
        rules,
        stood.folded().from(),
        Optional.of(stood),
        new PartitionFold(stood.partition(), rules, plans, stood.position(), carry));
  }

  private LiveFold(
      SourceRules rules, long from, Optional<PartitionSnapshot> base, PartitionFold fold) {
    this.partition = fold.partition();
    this.from = from;
    this.base = base;
    this.fold = fold;
    this.dropsLate = rules.late() == LateRule.DROP;
    this.sealedCounts =
        base.map(PartitionSnapshot::counts)
            .orElseGet(() -> FoldCounts.zero(fold.counts().late().size()));
    base.ifPresent(stood -> sealedLost.addAll(stood.lost()));
  }

  /**
   * Starts a fold of no metric, for the carry it comes to; see {@link WarmUp}.
   *
   * @param from the first offset to be read
   * @param carry at that offset
   */
  public static LiveFold warmUp(int partition, SourceRules rules, long from, Carry carry) {
    return new LiveFold(rules, from, Optional.empty(), WarmUp.start(partition, rules, from, carry));
  }

  /** Returns the partition. */
  public int partition() {
    return partition;
  }

  /** Returns the first offset that was folded. */
  public long from() {
    return from;
  }

  /** Returns the next offset to be folded. */
  public long position() {
    return locked(fold::position);
  }

  /** Returns where the piece begins that is being folded: up to there all is sealed. */
  public long sealedTo() {
    return locked(fold::pieceFrom);
  }

  /** Returns whether late events are dropped, and so diverted. */
  boolean dropsLate() {
    return dropsLate;
  }

  /** Returns the number of records folded so far. */
  public long records() {
    return locked(() -> sealedCounts.records() + fold.counts().records());
  }

  /**
   * How far a fold has come; all of it belongs to the position.
   *
   * @param counts since the start of the fold
   * @param time how far event time had come
   * @param carrySize how much is held of event ids
   */
  public record Progress(
      long position, FoldCounts counts, PartitionTime time, CarrySize carrySize) {}

  /** Returns how far this fold has come. Copies no view and waits for no merge. */
  public Progress progress() {
    return locked(
        () ->
            new Progress(
                fold.position(), sealedCounts.plus(fold.counts()), fold.time(), fold.carrySize()));
  }

  private <T> T locked(Supplier<T> asked) {
    lock.lock();
    try {
      return asked.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Folds a batch and moves on to {@code next}; what lies below the position is passed over. When
   * that fails half-way, the state is not shown any more.
   *
   * @param next the offset behind the batch, which may skip offsets without a record
   */
  public void fold(EventBatch batch, long next) {
    fold(batch, next, LateDrops.COUNTED_ONLY);
  }

  /** Folds a batch as above, and tells of the events that are dropped as late. */
  void fold(EventBatch batch, long next, LateDrops lateDrops) {
    lock.lock();
    boolean whole = false;
    try {
      fold.fold(batch, lateDrops);
      if (next > fold.position()) {
        fold.advance(next);
      }
      whole = true;
    } finally {
      broken |= !whole;
      lock.unlock();
    }
  }

  /** Moves on to {@code offset}, the first that the log still has, and notes what is lost. */
  public void skipLost(long offset) {
    lock.lock();
    try {
      if (offset > fold.position()) {
        lost.add(new OffsetRange(partition, fold.position(), offset));
        fold.advance(offset);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the state cannot be right, and so is not shown. */
  public boolean isBroken() {
    return locked(() -> broken);
  }

  /** Shows no state from now on: it can no longer be right. */
  void giveUp() {
    lock.lock();
    try {
      broken = true;
    } finally {
      lock.unlock();
    }
  }

  /** Has sealed pieces tell what the carry changed; to be called before anything is folded. */
  public void rememberChanges() {
    fold.rememberChanges();
  }

  /**
   * Seals the piece that is being folded; empty when nothing was folded since the last time, or
   * what was folded cannot be right. Its views must not be changed: they are read here on.
   */
  public Optional<FoldPiece> seal() {
    return locked(this::sealLocked);
  }

  private Optional<FoldPiece> sealLocked() {
    if (broken || fold.position() == fold.pieceFrom()) {
      return Optional.empty();
    }
    sealedCounts = sealedCounts.plus(fold.counts());
    sealedLost.addAll(lost);
    FoldPiece piece = fold.seal(lost);
    piece.snapshot().views().forEach(View::settle);
    lost = new ArrayList<>();
    sealed.add(piece.snapshot());
    return Optional.of(piece);
  }

  /**
   * Seals the piece that is being folded, if anything was since the last time, so that {@link
   * #settle} makes the whole fold up to here; returns the whole carry here, whose ids are copied
   * meanwhile. Empty when nothing was ever folded, or what was cannot be right.
   *
   * @return to be asked once
   */
  public Optional<Supplier<Carry>> sealWhole() {
    return locked(
        () -> {
          sealLocked();
          return broken || fold.pieceFrom() == from
              ? Optional.empty()
              : Optional.of(fold.carryForLater());
        });
  }

  /**
   * Merges the sealed pieces into the base and returns that, which nobody changes until the next
   * call; empty before the first piece, or when what was folded cannot be right. When a merge fails
   * half-way, the base holds some of a piece, and the state is not shown any more. Of the threads
   * that seal and settle, one at a time.
   */
  public Optional<PartitionSnapshot> settle() {
    List<PartitionSnapshot> pieces = locked(() -> List.copyOf(sealed));
    if (isBroken()) {
      return Optional.empty();
    }
    if (pieces.isEmpty()) {
      return base;
    }
    settling.writeLock().lock();
    boolean whole = false;
    try {
      PartitionSnapshot settled = base.orElse(pieces.get(0));
      for (PartitionSnapshot piece : base.isPresent() ? pieces : pieces.subList(1, pieces.size())) {
        settled = settled.absorb(piece);
      }
      settled.views().forEach(View::settle);
      base = Optional.of(settled);
      lock.lock();
      try {
        sealed.subList(0, pieces.size()).clear();
      } finally {
        lock.unlock();
      }
      whole = true;
      return base;
    } finally {
      if (!whole) {
        giveUp(); // before anybody reads
      }
      settling.writeLock().unlock();
    }
  }

  /**
   * Returns a copy of the state; empty when it cannot be right.
   *
   * @param metrics indexes of the metrics whose views are wanted
   * @param range which of their rows
   */
  public Optional<PartitionSnapshot> snapshot(
      List<Integer> metrics, PaneRange range, long completeAsOfMs) {
    if (metrics.isEmpty()) {
      return locked(
          () -> broken ? Optional.empty() : Optional.of(whole(List.of(), completeAsOfMs)));
    }
    settling.readLock().lock();
    try {
      List<PartitionSnapshot> pieces = new ArrayList<>();
      base.ifPresent(pieces::add);
      PartitionSnapshot current;
      lock.lock();
      try {
        if (broken) {
          return Optional.empty();
        }
        pieces.addAll(sealed);
        List<View> views = new ArrayList<>();
        for (int metric : metrics) {
          views.add(fold.view(metric).slice(range));
        }
        current = whole(views, completeAsOfMs);
      } finally {
        lock.unlock();
      }
      return Optional.of(pieces.isEmpty() ? current : joined(pieces, metrics, range, current));
    } finally {
      settling.readLock().unlock();
    }
  }

  /** Returns a snapshot of the whole fold but for its views. The lock is held. */
  private PartitionSnapshot whole(List<View> views, long completeAsOfMs) {
    List<OffsetRange> lostInAll = new ArrayList<>(sealedLost);
    lostInAll.addAll(lost);
    return new PartitionSnapshot(
        new OffsetRange(partition, from, fold.position()),
        lostInAll,
        fold.time(),
        sealedCounts.plus(fold.counts()),
        views,
        completeAsOfMs,
        fold.carrySize());
  }

  /**
   * Returns what all pieces and the current one make together.
   *
   * @param current says all of the whole, but its views are those of the current piece
   */
  private static PartitionSnapshot joined(
      List<PartitionSnapshot> pieces,
      List<Integer> metrics,
      PaneRange range,
      PartitionSnapshot current) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      View view = pieces.get(0).views().get(metrics.get(i)).slice(range);
      for (PartitionSnapshot piece : pieces.subList(1, pieces.size())) {
        View merged = piece.views().get(metrics.get(i));
        view.merge(merged.isWithin(range) ? merged : merged.slice(range));
      }
      view.merge(current.views().get(i));
      views.add(view);
    }
    return new PartitionSnapshot(
        current.folded(),
        current.lost(),
        current.time(),
        current.counts(),
        views,
        current.completeAsOfMs(),
        current.carrySize());
  }

  /** Returns the bytes that views and remembered ids take. */
  public long memoryBytes() {
    settling.readLock().lock();
    try {
      return base.map(LiveFold::memoryBytes).orElse(0L)
          + locked(
              () -> sealed.stream().mapToLong(LiveFold::memoryBytes).sum() + fold.memoryBytes());
    } finally {
      settling.readLock().unlock();
    }
  }

  private static long memoryBytes(PartitionSnapshot piece) {
    return piece.views().stream().mapToLong(View::memoryBytes).sum();
  }

  /** Returns the carry at the position. */
  public Carry carry() {
    return locked(fold::carry);
  }
}

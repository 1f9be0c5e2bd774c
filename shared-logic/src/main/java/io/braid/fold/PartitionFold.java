package io.braid.fold;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.log.OffsetRange;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * The fold of one partition for all metrics of a source: from an offset and the carry there, over
 * decoded batches in offset order, to a position, views and the carry there.
 *
 * <p>The law that everything rests on: for every split point, {@code fold[a, b)} and {@code fold[b,
 * c)} continued from the carry at b merge to {@code fold[a, c)}. One owner.
 */
public final class PartitionFold {

  private final int partition;
  private final SourceRules rules;
  private final boolean ordered;
  private final DuplicateMemory duplicateMemory;
  private final List<MetricFold> metrics;

  private long position;
  private long pieceFrom;
  private long highestMs;
  private long lastTimestampMs;
  private long records;
  private long deadLetters;
  private long duplicates;
  private long diverted;

  /**
   * Starts a fold.
   *
   * @param partition that is folded
   * @param plans of the source's metrics; views and counts keep their order
   * @param from the first offset to be folded
   * @param carry at that offset
   * @throws DuplicateBudgetException when the carry has more ids than the rules have room for
   */
  public PartitionFold(
      int partition, SourceRules rules, List<MetricPlan> plans, long from, Carry carry) {
    this.partition = partition;
    this.rules = rules;
    this.ordered = plans.stream().anyMatch(MetricPlan::isOrdered);
    this.position = from;
    this.pieceFrom = from;
    this.highestMs = carry.time().highestMs();
    this.lastTimestampMs = carry.time().lastTimestampMs();
    this.metrics = new ArrayList<>();
    for (MetricPlan plan : plans) {
      metrics.add(new MetricFold(plan, rules));
    }
    this.duplicateMemory = DuplicateMemory.of(partition, rules);
    if (carry.ids().length > 0) {
      duplicateMemory.read(carry.ids());
    }
  }

  /** Returns the partition. */
  public int partition() {
    return partition;
  }

  /** Returns the next offset to be folded. */
  public long position() {
    return position;
  }

  /**
   * Moves the position over offsets that hold no record: transaction markers, aborted records.
   *
   * @throws IllegalStateException when {@code next} lies below the position
   */
  public void advance(long next) {
    if (next < position) {
      throw new IllegalStateException(
          "Cannot move a fold back: position %d, asked for %d".formatted(position, next));
    }
    position = next;
  }

  /**
   * Folds a batch. Records below the position have been folded already and are passed over.
   *
   * @param batch in offset order, reaching on without a gap from where the last one ended
   * @throws DuplicateBudgetException when there are more ids to remember than the rules have room
   *     for; the fold is of no use then
   */
  public void fold(EventBatch batch) {
    fold(batch, LateDrops.COUNTED_ONLY);
  }

  /**
   * Folds a batch, see {@link #fold(EventBatch)}.
   *
   * @param lateDrops is told of events that are dropped as late
   */
  public void fold(EventBatch batch, LateDrops lateDrops) {
    int size = batch.size();
    int[] rows = new int[size];
    long[] eventTimes = new long[size];
    long[] watermarks = new long[size];
    long delayMs = rules.watermarkDelay().toMillis();
    boolean deduplicating = rules.deduplicateWithin().isPresent();
    EventIds ids = batch.ids();
    int count = 0;
    for (int row = 0; row < size; row++) {
      if (batch.offset(row) < position) {
        continue;
      }
      position = batch.offset(row) + 1;
      records++;
      if (batch.isDeadLetter(row)) {
        deadLetters++;
        continue;
      }
      long eventTimeMs = batch.eventTimeMs(row);
      long watermarkMs = highestMs - delayMs;
      highestMs = Math.max(highestMs, Math.min(eventTimeMs, batch.timestampMs(row)));
      lastTimestampMs = Math.max(lastTimestampMs, batch.timestampMs(row));
      if (deduplicating
          && ids.isPresent(row)
          && duplicateMemory.remember(
              ids.high(row), ids.low(row), watermarkMs, highestMs - delayMs)) {
        duplicates++;
        continue;
      }
      rows[count] = row;
      eventTimes[count] = eventTimeMs;
      watermarks[count] = watermarkMs;
      count++;
    }
    if (count > 0) {
      Batch columns = ordered ? EventOrder.behind(batch, partition) : batch.columns();
      Batch events = count == size ? columns : columns.select(rows, count);
      BitSet dropped = new BitSet();
      for (int i = 0; i < metrics.size(); i++) {
        int metric = i;
        metrics
            .get(i)
            .fold(
                events,
                eventTimes,
                watermarks,
                event -> {
                  dropped.set(event);
                  lateDrops.dropped(batch.offset(rows[event]), watermarks[event], metric);
                });
      }
      diverted += dropped.cardinality();
    }
  }

  /** Has {@link #seal} tell what the carry changed too; to be called before anything is folded. */
  public void rememberChanges() {
    duplicateMemory.logTouched();
  }

  /**
   * Hands over what has been folded since the start or the last call, and goes on at the position
   * with empty views and counts from zero. Nothing is copied. {@code fold[a, b)} sealed, then
   * {@code fold[b, c)}: the pieces {@linkplain PartitionSnapshot#followedBy join} to {@code fold[a,
   * c)}.
   *
   * @param lost offsets of the piece that the log no longer had
   */
  public FoldPiece seal(List<OffsetRange> lost) {
    List<View> views = metrics.stream().map(MetricFold::view).toList();
    PartitionSnapshot snapshot =
        new PartitionSnapshot(
            new OffsetRange(partition, pieceFrom, position), lost, time(), counts(), views, 0);
    CarryChange change = new CarryChange(time(), duplicateMemory.takeTouched());
    metrics.forEach(MetricFold::startAnew);
    records = 0;
    deadLetters = 0;
    duplicates = 0;
    diverted = 0;
    pieceFrom = position;
    return new FoldPiece(snapshot, change);
  }

  /** Returns where the piece began that is being folded: the start, or the last seal. */
  public long pieceFrom() {
    return pieceFrom;
  }

  /**
   * Returns the view of the metric at {@code index}, since the start or the last seal; it changes
   * as the fold goes on.
   */
  public View view(int index) {
    return metrics.get(index).view();
  }

  /** Returns how far event time has come. */
  public PartitionTime time() {
    return new PartitionTime(highestMs, lastTimestampMs);
  }

  /** Returns what has been counted since the fold started, or was sealed last. */
  public FoldCounts counts() {
    return new FoldCounts(
        records,
        deadLetters,
        duplicates,
        metrics.stream().map(MetricFold::late).toList(),
        metrics.stream().map(MetricFold::expressionErrors).toList(),
        diverted);
  }

  /** Returns the carry at the position. */
  public Carry carry() {
    return carry(time(), duplicateMemory);
  }

  /**
   * Returns what makes the carry at the position, once, in another thread if that is wanted: the
   * remembered ids are copied as they lie in memory, and put in order when it is asked.
   */
  public Supplier<Carry> carryForLater() {
    PartitionTime time = time();
    DuplicateMemory copy = duplicateMemory.copy();
    return () -> carry(time, copy);
  }

  private Carry carry(PartitionTime at, DuplicateMemory memory) {
    return new Carry(
        at,
        rules.deduplicateWithin().isPresent()
            ? memory.write(at.highestMs() - rules.watermarkDelay().toMillis())
            : new byte[0]);
  }

  /** Returns the bytes that the views since the last seal and the remembered ids take. */
  public long memoryBytes() {
    return metrics.stream().mapToLong(metric -> metric.view().memoryBytes()).sum()
        + duplicateMemory.bytes();
  }

  /** Returns how much of the carry is held in memory. */
  public CarrySize carrySize() {
    return rules.deduplicateWithin().isPresent() ? duplicateMemory.held() : CarrySize.NONE;
  }
}

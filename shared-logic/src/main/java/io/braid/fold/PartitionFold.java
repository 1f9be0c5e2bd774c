package io.braid.fold;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

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
  private long highestMs;
  private long lastTimestampMs;
  private long records;
  private long deadLetters;
  private long duplicates;

  /**
   * Starts a fold.
   *
   * @param partition that is folded
   * @param plans of the source's metrics; views and counts keep their order
   * @param from the first offset to be folded
   * @param carry at that offset
   */
  public PartitionFold(
      int partition, SourceRules rules, List<MetricPlan> plans, long from, Carry carry) {
    this.partition = partition;
    this.rules = rules;
    this.ordered = plans.stream().anyMatch(MetricPlan::isOrdered);
    this.position = from;
    this.highestMs = carry.time().highestMs();
    this.lastTimestampMs = carry.time().lastTimestampMs();
    this.metrics = new ArrayList<>();
    for (MetricPlan plan : plans) {
      metrics.add(new MetricFold(plan, rules));
    }
    this.duplicateMemory =
        new DuplicateMemory(rules.deduplicateWithin().map(d -> d.toMillis()).orElse(0L));
    if (carry.ids().length > 0) {
      try {
        duplicateMemory.read(new DataInputStream(new ByteArrayInputStream(carry.ids())));
      } catch (IOException e) {
        throw new IllegalArgumentException("Cannot continue a fold: its carry is cut short", e);
      }
    }
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
      for (int i = 0; i < metrics.size(); i++) {
        int metric = i;
        metrics
            .get(i)
            .fold(
                events,
                eventTimes,
                watermarks,
                event -> lateDrops.dropped(batch.offset(rows[event]), metric));
      }
    }
  }

  /** Returns the view of the metric at {@code index}; it changes as the fold goes on. */
  public View view(int index) {
    return metrics.get(index).view();
  }

  /** Returns how far event time has come. */
  public PartitionTime time() {
    return new PartitionTime(highestMs, lastTimestampMs);
  }

  /** Returns what has been counted since the fold started. */
  public FoldCounts counts() {
    return new FoldCounts(
        records,
        deadLetters,
        duplicates,
        metrics.stream().map(MetricFold::late).toList(),
        metrics.stream().map(MetricFold::expressionErrors).toList());
  }

  /** Returns the carry at the position. */
  public Carry carry() {
    ByteArrayOutputStream ids = new ByteArrayOutputStream();
    if (rules.deduplicateWithin().isPresent()) {
      try {
        duplicateMemory.write(
            highestMs - rules.watermarkDelay().toMillis(), new DataOutputStream(ids));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write to memory", e);
      }
    }
    return new Carry(time(), ids.toByteArray());
  }
}

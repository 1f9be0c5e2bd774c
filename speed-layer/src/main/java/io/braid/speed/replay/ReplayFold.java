package io.braid.speed.replay;

import io.braid.fold.Carry;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.replay.ReplayViews.Folded;
import io.braid.speed.worker.LogReader;
import io.braid.speed.worker.SourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The folds of one replay, up to one end: from the log where it begins, or on from what it stood at
 * when it was completed before. One thread.
 */
final class ReplayFold {

  private final SourceReader reader;
  private final Position end;
  private final Map<Integer, Folded> base = new TreeMap<>();
  private final List<LiveFold> folds = new ArrayList<>();

  /**
   * Starts the folds.
   *
   * @param completed what stands already; empty the first time
   * @param from where partitions begin that do not stand anywhere
   */
  ReplayFold(SourceReader reader, List<Folded> completed, Position from, Position end) {
    this.reader = reader;
    this.end = end;
    completed.forEach(folded -> base.put(folded.snapshot().partition(), folded));
    for (int partition : end.partitions()) {
      Folded before = base.get(partition);
      folds.add(
          before == null
              ? reader.fold(partition, from.offset(partition, 0), Carry.EMPTY)
              : reader.fold(partition, before.snapshot().position(), before.carry()));
    }
  }

  /** Returns the next offset of each partition. */
  Position position() {
    Map<Integer, Long> offsets = new TreeMap<>();
    folds.forEach(fold -> offsets.put(fold.partition(), fold.position()));
    return Position.of(offsets);
  }

  /** Returns the number of records folded in all. */
  long events() {
    return base.values().stream().mapToLong(f -> f.snapshot().counts().records()).sum()
        + folds.stream().mapToLong(LiveFold::records).sum();
  }

  /**
   * Folds up to the end.
   *
   * @param stopped asked between polls
   * @param progress told after each poll
   * @return false when it was stopped before
   */
  boolean run(Map<String, String> kafka, BooleanSupplier stopped, Runnable progress) {
    try (LogReader log = new LogReader(kafka, reader)) {
      List<LiveFold> open = new ArrayList<>();
      for (LiveFold fold : folds) {
        if (!isDone(fold)) {
          log.add(fold, end.offset(fold.partition()));
          open.add(fold);
        }
      }
      while (!open.isEmpty() && !stopped.getAsBoolean()) {
        log.poll();
        progress.run();
        open.stream().filter(this::isDone).forEach(fold -> log.remove(fold.partition()));
        open.removeIf(this::isDone);
      }
      return open.isEmpty();
    }
  }

  private boolean isDone(LiveFold fold) {
    return fold.position() >= end.offset(fold.partition());
  }

  /**
   * Returns what the replay stands at, both ranges together.
   *
   * @param completeAsOfMs when the end was known to be the log's, epoch milliseconds
   */
  List<Folded> result(long completeAsOfMs) {
    List<Integer> all = IntStream.range(0, reader.metrics().size()).boxed().toList();
    List<Folded> result = new ArrayList<>();
    for (LiveFold fold : folds) {
      PartitionSnapshot snapshot =
          fold.snapshot(all, Long.MIN_VALUE, Long.MAX_VALUE, completeAsOfMs);
      Folded before = base.get(fold.partition());
      result.add(
          new Folded(
              before == null ? snapshot : before.snapshot().followedBy(snapshot), fold.carry()));
    }
    return result;
  }
}

package io.braid.speed.replay;

import io.braid.fold.Carry;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.replay.ReplayViews.Folded;
import io.braid.speed.worker.LogReader;
import io.braid.speed.worker.LostOffsets;
import io.braid.speed.worker.SourceReader;
import io.braid.time.PaneRange;
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
  private final Position from;
  private final Position end;
  private final Map<Integer, Folded> base = new TreeMap<>();
  private final Map<Integer, LiveFold> folds = new TreeMap<>();
  private final List<LiveFold> warmUps = new ArrayList<>();

  /**
   * Prepares the folds.
   *
   * @param completed what stands already; empty the first time
   * @param start of the log, or of what coverage is counted from
   * @param from where partitions begin that do not stand anywhere; not below {@code start}
   */
  ReplayFold(
      SourceReader reader, List<Folded> completed, Position start, Position from, Position end) {
    this.reader = reader;
    this.from = from;
    this.end = end;
    completed.forEach(folded -> base.put(folded.snapshot().partition(), folded));
    for (int partition : end.partitions()) {
      Folded before = base.get(partition);
      long first = from.offset(partition, 0);
      if (before != null) {
        folds.put(partition, reader.fold(partition, before.snapshot().position(), before.carry()));
      } else if (first <= start.offset(partition, 0)) {
        folds.put(partition, reader.fold(partition, first, Carry.EMPTY));
      } else {
        warmUps.add(reader.warmUp(partition, start.offset(partition)));
      }
    }
  }

  /** Returns the next offset of each partition. */
  Position position() {
    Map<Integer, Long> offsets = new TreeMap<>(from.offsets());
    offsets.keySet().retainAll(end.partitions());
    folds.forEach((partition, fold) -> offsets.put(partition, fold.position()));
    return Position.of(offsets);
  }

  /** Returns the number of records folded in all. */
  long events() {
    return base.values().stream().mapToLong(f -> f.snapshot().counts().records()).sum()
        + folds.values().stream().mapToLong(LiveFold::records).sum();
  }

  /**
   * Folds up to the end.
   *
   * @param stopped asked between polls
   * @param progress told after each poll
   * @return false when it was stopped before
   */
  boolean run(Map<String, String> kafka, BooleanSupplier stopped, Runnable progress) {
    // A fold that begins in the middle does so from the carry there, which the records below it
    // decide.
    if (!read(kafka, warmUps, from, stopped, progress)) {
      return false;
    }
    for (LiveFold warmUp : warmUps) {
      int partition = warmUp.partition();
      folds.put(partition, reader.fold(partition, from.offset(partition), warmUp.carry()));
    }
    warmUps.clear();
    return read(kafka, List.copyOf(folds.values()), end, stopped, progress);
  }

  private boolean read(
      Map<String, String> kafka,
      List<LiveFold> all,
      Position to,
      BooleanSupplier stopped,
      Runnable progress) {
    List<LiveFold> open = new ArrayList<>(all);
    open.removeIf(fold -> fold.position() >= to.offset(fold.partition()));
    if (open.isEmpty()) {
      return true;
    }
    try (LogReader log = new LogReader(kafka, reader, LostOffsets.SKIPPED)) {
      open.forEach(fold -> log.add(fold, to.offset(fold.partition())));
      while (!open.isEmpty() && !stopped.getAsBoolean()) {
        log.poll();
        progress.run();
        for (LiveFold fold : List.copyOf(open)) {
          if (fold.position() >= to.offset(fold.partition())) {
            log.remove(fold.partition());
            open.remove(fold);
          }
        }
      }
      return open.isEmpty();
    }
  }

  /** Returns what the replay stands at, both ranges together; how fresh that is, is not known. */
  List<Folded> result() {
    List<Integer> all = IntStream.range(0, reader.metrics().size()).boxed().toList();
    List<Folded> result = new ArrayList<>();
    for (LiveFold fold : folds.values()) {
      PartitionSnapshot snapshot = fold.snapshot(all, PaneRange.ALL, 0).orElseThrow();
      Folded before = base.get(fold.partition());
      result.add(
          new Folded(
              before == null ? snapshot : before.snapshot().followedBy(snapshot), fold.carry()));
    }
    return result;
  }
}

package io.braid.serving.query;

import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.CarrySize;
import io.braid.fold.FoldCounts;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.store.RunManifest;
import io.braid.store.RunManifest.Missing;
import io.braid.time.PaneRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * What one source is served from: its current pair of batch and speed view, changed in one step.
 *
 * <p>No answer comes from a lower position than one before it: {@link #switchTo} refuses a pair
 * that stands behind the current one, and {@link #read} waits for a fold that still lags behind
 * what has been answered, or names it as missing. Safe to share between threads.
 */
public final class ServedSource {

  /** Two folds of one log run side by side a few polls apart; ten times a slow poll. */
  private static final long CATCH_UP_MS = 2_000;

  private static final long FIRST_PAUSE_MS = 2;

  /** Positions may come over the network. */
  private static final long LONGEST_PAUSE_MS = 32;

  /** No moment of {@link System#nanoTime} that is ever compared. */
  private static final long LEVEL = Long.MIN_VALUE;

  private final Source source;
  private final List<Metric> metrics;
  private final Supplier<Set<Integer>> expectedPartitions;
  private final AtomicReference<ServedPair> pair;
  private final EndsAtStart known;
  private final AtomicReference<Position> answered = new AtomicReference<>(Position.NONE);

  /** Until when queries wait for folds that lie behind; {@link #LEVEL} while none does. */
  private final AtomicLong waitUntilNanos = new AtomicLong(LEVEL);

  /**
   * Serves a source.
   *
   * @param metrics over the source, in writing order: indexes into it are those of {@link
   *     SpeedView#read}
   * @param expectedPartitions the partitions that the topic is known to have; an answer without one
   *     of them is partial
   * @param pair what it is served from until the first switch
   * @param known how far the log was known to reach at the start; an answer from below is partial
   */
  public ServedSource(
      Source source,
      List<Metric> metrics,
      Supplier<Set<Integer>> expectedPartitions,
      ServedPair pair,
      EndsAtStart known) {
    this.source = source;
    this.metrics = List.copyOf(metrics);
    this.expectedPartitions = expectedPartitions;
    this.pair = new AtomicReference<>(pair);
    this.known = known;
  }

  /** Returns the source's definition. */
  public Source source() {
    return source;
  }

  /** Returns the metrics over the source, in writing order. */
  public List<Metric> metrics() {
    return metrics;
  }

  /** Returns what the source is served from now. */
  public ServedPair pair() {
    return pair.get();
  }

  /** Returns the partitions that the topic is known to have. */
  public Set<Integer> expectedPartitions() {
    return expectedPartitions.get();
  }

  /**
   * What has been read of a source since its origin, batch and speed view together.
   *
   * @param records dead letters and duplicates included
   * @param deadLetters records that are part of no view
   * @param duplicates records whose id was remembered
   * @param late by metric: events that came late, folded or dropped
   * @param diverted events that at least one metric dropped as late
   */
  public record Totals(
      long records,
      long deadLetters,
      long duplicates,
      SortedMap<String, Long> late,
      long diverted) {}

  /** Returns what has been read so far. */
  public Totals totals() {
    ServedPair read = pair.get();
    Totals totals = new Totals(0, 0, 0, new TreeMap<>(), 0);
    if (read.batch().isPresent()) {
      RunManifest run = read.batch().get().manifest();
      List<String> views = run.metrics().stream().map(RunManifest.MetricView::fingerprint).toList();
      for (FoldCounts counts : run.counts().values()) {
        totals = plus(totals, counts, metric -> views.indexOf(metrics.get(metric).fingerprint()));
      }
    }
    for (PartitionSnapshot snapshot : read.speed().read(List.of(), PaneRange.NONE)) {
      totals = plus(totals, snapshot.counts(), metric -> metric);
    }
    return totals;
  }

  /**
   * Adds the counts of a partition.
   *
   * @param indexes of our metrics among those of the counts; -1 for one that is not among them
   */
  private Totals plus(Totals totals, FoldCounts counts, IntUnaryOperator indexes) {
    SortedMap<String, Long> late = new TreeMap<>(totals.late());
    for (int i = 0; i < metrics.size(); i++) {
      int index = indexes.applyAsInt(i);
      late.merge(metrics.get(i).name(), index < 0 ? 0L : counts.late().get(index), Long::sum);
    }
    return new Totals(
        totals.records() + counts.records(),
        totals.deadLetters() + counts.deadLetters(),
        totals.duplicates() + counts.duplicates(),
        late,
        totals.diverted() + counts.diverted());
  }

  /** Returns how much the folds of the speed view hold of event ids. */
  public CarrySize carrySize() {
    return pair.get().speed().read(List.of(), PaneRange.NONE).stream()
        .map(PartitionSnapshot::carrySize)
        .reduce(CarrySize.NONE, CarrySize::plus);
  }

  /** Returns whether {@code read} is, as one object, what the source is served from now. */
  @SuppressWarnings("ReferenceEquality")
  public boolean serves(ServedPair read) {
    return pair.get() == read;
  }

  /**
   * Serves from another pair: queries that start from now on see it, and those at work finish on
   * the one they began with.
   *
   * @throws IllegalStateException when the speed view of {@code next} stands, in some partition,
   *     below what is or was served; wait until it has caught up
   */
  public synchronized void switchTo(ServedPair next) {
    Position floor = floor();
    Position then = position(next.speed());
    for (Map.Entry<Integer, Long> entry : floor.offsets().entrySet()) {
      long offset = then.offset(entry.getKey(), -1);
      if (offset < entry.getValue()) {
        throw new IllegalStateException(
            "Cannot switch %s: partition %d is served at offset %d, the next pair is at %s"
                .formatted(
                    source.name(),
                    entry.getKey(),
                    entry.getValue(),
                    offset < 0 ? "none" : String.valueOf(offset)));
      }
    }
    pair.set(next);
  }

  /**
   * Does what {@link #switchTo} does, if the speed view of {@code next} has come far enough in
   * every partition.
   *
   * @return whether it had
   */
  public synchronized boolean switchWhenLevel(ServedPair next) {
    Position floor = floor();
    boolean level = position(next.speed()).isAtOrPast(floor);
    if (level) {
      pair.set(next);
    }
    return level;
  }

  /** Returns how far the speed view that is served has come. */
  public Position position() {
    return position(pair.get().speed());
  }

  /**
   * Returns what no pair may stand below. What has been answered is part of it: the folds of the
   * pair that is served may be gone already.
   */
  private Position floor() {
    return higher(answered.get(), position(pair.get().speed()));
  }

  private static Position position(SpeedView speed) {
    return position(speed.read(List.of(), PaneRange.NONE));
  }

  private static Position position(List<PartitionSnapshot> snapshots) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    snapshots.forEach(snapshot -> offsets.put(snapshot.partition(), snapshot.position()));
    return new Position(offsets);
  }

  /**
   * Reads the speed view of a pair, and says what it lacks.
   *
   * @param read the pair that the answer is made of
   * @param indexes of the metrics whose views are wanted
   * @param range which of their rows
   * @throws IllegalStateException when a fold does not start at the pair's cut, so that records
   *     below it would count twice
   */
  public SpeedReading read(ServedPair read, List<Integer> indexes, PaneRange range) {
    Position floor = answered.get();
    List<PartitionSnapshot> snapshots = sorted(read.speed().read(indexes, range));
    while (!position(snapshots).isAtOrPast(floor) && hasCaughtUp(read, floor)) {
      snapshots = sorted(read.speed().read(indexes, range));
    }
    Position position = position(snapshots);
    if (position.isAtOrPast(floor)) {
      waitUntilNanos.set(LEVEL);
    }
    answered.updateAndGet(before -> higher(before, position));
    Position cut = read.batch().map(published -> published.manifest().cut()).orElse(Position.NONE);
    long knownAsOfMs = position.isAtOrPast(known.position()) ? known.askedMs() : 0;
    return new SpeedReading(
        snapshots, position, missing(snapshots, cut, higher(floor, known.position())), knownAsOfMs);
  }

  private static List<PartitionSnapshot> sorted(List<PartitionSnapshot> snapshots) {
    return snapshots.stream()
        .sorted(Comparator.comparingInt(PartitionSnapshot::partition))
        .toList();
  }

  /**
   * Waits for folds that lie behind. All queries together wait {@link #CATCH_UP_MS} for what is not
   * there: a partition that has no worker for a while costs one of them that time, and not each.
   */
  private boolean hasCaughtUp(ServedPair read, Position floor) {
    long now = System.nanoTime();
    long until =
        waitUntilNanos.updateAndGet(
            before -> before == LEVEL ? now + TimeUnit.MILLISECONDS.toNanos(CATCH_UP_MS) : before);
    long pauseMs = FIRST_PAUSE_MS;
    while (serves(read) && System.nanoTime() - until < 0 && pause(pauseMs)) {
      if (position(read.speed()).isAtOrPast(floor)) {
        return true;
      }
      pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    }
    return false;
  }

  private static boolean pause(long ms) {
    try {
      Thread.sleep(ms);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Position higher(Position left, Position right) {
    SortedMap<Integer, Long> offsets = new TreeMap<>(left.offsets());
    right.offsets().forEach((partition, offset) -> offsets.merge(partition, offset, Math::max));
    return new Position(offsets);
  }

  private List<Missing> missing(List<PartitionSnapshot> snapshots, Position cut, Position floor) {
    List<Missing> missing = new ArrayList<>();
    Set<Integer> absent = new TreeSet<>(expectedPartitions.get());
    absent.addAll(cut.partitions());
    absent.addAll(floor.partitions());
    for (PartitionSnapshot snapshot : snapshots) {
      int partition = snapshot.partition();
      absent.remove(partition);
      missing.addAll(SpeedReading.lost(snapshot));
      if (cut.partitions().contains(partition)) {
        checkBorder(snapshot, cut.offset(partition), missing);
      }
      if (snapshot.position() < floor.offset(partition, 0)) {
        missing.add(
            new Missing(partition, snapshot.position(), floor.offset(partition), "not folded yet"));
      }
    }
    for (int partition : absent) {
      long from = cut.offset(partition, 0);
      missing.add(
          new Missing(
              partition, from, Math.max(from, floor.offset(partition, from)), "not folded yet"));
    }
    return missing;
  }

  /** The speed view must go on exactly where the batch view ends. */
  private void checkBorder(PartitionSnapshot snapshot, long cut, List<Missing> missing) {
    long from = snapshot.folded().from();
    if (from < cut) {
      throw new IllegalStateException(
          "Cannot merge %s: the speed view of partition %d starts at offset %d, the batch view ends at %d"
              .formatted(source.name(), snapshot.partition(), from, cut));
    }
    boolean known =
        snapshot.lost().stream().anyMatch(lost -> lost.from() <= cut && lost.to() >= from);
    if (from > cut && !known) {
      missing.add(
          new Missing(snapshot.partition(), cut, from, "between the batch and the speed view"));
    }
  }
}

package io.braid.speed.worker;

import io.braid.definition.SpeedSettings;
import io.braid.fold.Carry;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.checkpoint.ChainSize;
import io.braid.speed.checkpoint.Checkpoints;
import io.braid.speed.checkpoint.Checkpoints.Recovered;
import io.braid.speed.checkpoint.Checkpoints.Written;
import io.braid.speed.figures.FoldStatus;
import io.braid.speed.figures.FoldStatus.Last;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the folds of a source to the store every few seconds and recovers them, in a thread beside
 * those that fold: each fold is sealed, what was sealed is written as a base or a delta, and then
 * settled into the fold's base. It also accounts for the memory that folds take.
 */
final class CheckpointKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

  private static final Duration ACCOUNTING = Duration.ofMillis(500);

  /** A fold as it was opened. */
  record Opened(LiveFold fold, OptionalInt leaderEpoch) {}

  private record Key(String generation, int partition) {}

  /** A fold that is kept. Its lock is taken by whoever writes it. */
  private static final class Kept {

    private final LiveFold fold;
    private final Checkpoints checkpoints;
    private ChainSize size;
    private volatile Last last;

    // Changed by whoever holds the lock.
    private volatile long written;
    private volatile long failures;

    Kept(LiveFold fold, Checkpoints checkpoints, ChainSize size, Last last) {
      this.fold = fold;
      this.checkpoints = checkpoints;
      this.size = size;
      this.last = last;
    }

    FoldStatus status(boolean level, Duration watermarkDelay) {
      LiveFold.Progress progress = fold.progress();
      return new FoldStatus(
          fold.partition(),
          level,
          progress.position(),
          progress.counts(),
          progress.time(),
          watermarkDelay.toMillis(),
          progress.carrySize(),
          new FoldStatus.CheckpointStatus(written, failures, Optional.ofNullable(last)));
    }
  }

  private final SpeedSetup setup;
  private final SpeedSettings.Checkpoint settings;
  private final IntFunction<Optional<PartitionFeed>> feeds;
  private final IntFunction<OptionalLong> emitted;
  private final LostOffsets lost;
  private final Map<Key, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * Makes a keeper that is not started yet.
   *
   * @param feeds of the partitions that are held
   * @param emitted up to where a partition's outputs stand, when that is known
   * @param lost what becomes of offsets that the log no longer has
   */
  CheckpointKeeper(
      SpeedSetup setup,
      IntFunction<Optional<PartitionFeed>> feeds,
      IntFunction<OptionalLong> emitted,
      LostOffsets lost) {
    this.setup = setup;
    this.settings = setup.settings().checkpoint();
    this.feeds = feeds;
    this.emitted = emitted;
    this.lost = lost;
    this.thread = new Thread(this::run, "braid-checkpoints-" + setup.reader().source().name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns why checkpoints cannot be written, in words. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  private Checkpoints checkpoints(GenerationStart start) {
    return new Checkpoints(
        setup.store(),
        setup.reader().source(),
        setup.reader().metrics(),
        setup.topic().id(),
        start.name());
  }

  /** Returns whether somebody has left checkpoints of a generation. */
  boolean hasCheckpoints(GenerationStart start) {
    return checkpoints(start).exist();
  }

  /**
   * Goes on with a fold from its newest checkpoint, or starts it at its generation's cut, and keeps
   * it from now on.
   *
   * @param logStart the first offset that the log has
   */
  Opened open(Generation generation, int partition, long logStart) {
    GenerationStart start = generation.start();
    Checkpoints checkpoints = checkpoints(start);
    SourceReader reader = setup.reader();
    Optional<Recovered> recovered = checkpoints.newest(partition);
    LiveFold fold =
        recovered
            .map(at -> reader.fold(at.snapshot(), at.carry()))
            .orElseGet(
                () ->
                    reader.fold(
                        partition,
                        start.cut().offset(partition, logStart),
                        start.carries().get().getOrDefault(partition, Carry.EMPTY)));
    fold.rememberChanges();
    OptionalInt epoch = recovered.map(Recovered::leaderEpoch).orElse(OptionalInt.empty());
    recovered.ifPresent(
        at ->
            LOG.info(
                "Source {}: partition {} of generation {} goes on from its checkpoint at {}",
                reader.source().name(),
                partition,
                start.name(),
                at.position()));
    if (fold.position() < logStart) {
      lost.pass(fold, logStart);
      epoch = OptionalInt.empty();
    }
    Last last =
        recovered
            .map(at -> new Last(at.position(), setup.clock().millis(), at.size().baseBytes(), 0))
            .orElse(null);
    kept.put(
        new Key(start.name(), partition),
        new Kept(fold, checkpoints, recovered.map(Recovered::size).orElse(ChainSize.NONE), last));
    return new Opened(fold, epoch);
  }

  /** Returns the folds of a generation as they are now, those included that catch up. */
  List<FoldStatus> status(Generation generation) {
    List<FoldStatus> folds = new ArrayList<>();
    kept.forEach(
        (key, fold) -> {
          if (key.generation().equals(generation.start().name())) {
            boolean level = generation.fold(key.partition()).isPresent();
            folds.add(fold.status(level, setup.reader().source().rules().watermarkDelay()));
          }
        });
    folds.sort(Comparator.comparingInt(FoldStatus::partition));
    return folds;
  }

  /** Keeps a partition no longer; its checkpoints stay. */
  void release(int partition) {
    kept.keySet().removeIf(key -> key.partition() == partition);
  }

  /** Deletes the checkpoints of a generation that is over. */
  void forget(Generation generation, Collection<Integer> partitions) {
    kept.keySet().removeIf(key -> key.generation().equals(generation.start().name()));
    Checkpoints over = checkpoints(generation.start());
    partitions.forEach(over::delete);
  }

  /** Deletes the checkpoints of a partition whose log is not the one that was folded. */
  void discard(int partition) {
    kept.forEach(
        (key, fold) -> {
          if (key.partition() == partition) {
            fold.checkpoints.delete(partition);
          }
        });
    release(partition);
  }

  /** Writes the folds of some partitions now. */
  void write(Collection<Integer> partitions) {
    kept.forEach(
        (key, fold) -> {
          if (partitions.contains(key.partition())) {
            write(key, fold);
          }
        });
  }

  private void run() {
    long next = System.nanoTime() + settings.interval().toNanos();
    try {
      while (!stopping) {
        Thread.sleep(Math.min(ACCOUNTING.toMillis(), settings.interval().toMillis()));
        setup.memory().report(setup.reader().source().name(), memoryBytes());
        if (System.nanoTime() >= next) {
          kept.forEach(this::write);
          next = System.nanoTime() + settings.interval().toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      trouble.set(
          "Checkpoints of source %s stopped: %s".formatted(setup.reader().source().name(), e));
      LOG.error("Checkpoints of source {} stopped", setup.reader().source().name(), e);
    }
  }

  private long memoryBytes() {
    return kept.values().stream().mapToLong(fold -> fold.fold.memoryBytes()).sum();
  }

  private void write(Key key, Kept fold) {
    synchronized (fold) {
      boolean base =
          fold.size.isBaseDue(settings.deltasAboveBytes())
              || !fold.checkpoints.reach(key.partition(), fold.fold.sealedTo());
      long startedMs = setup.clock().millis();
      Optional<LiveFold.Sealed> sealed = fold.fold.seal(base);
      if (sealed.isEmpty()) {
        return;
      }
      // Asked after sealing: it may be too new for the position, which no check minds.
      OptionalInt epoch =
          feeds.apply(key.partition()).map(PartitionFeed::leaderEpoch).orElse(OptionalInt.empty());
      PartitionSnapshot whole = fold.fold.settle().orElseThrow();
      try {
        Written written =
            base
                ? fold.checkpoints.writeBase(whole, sealed.get().carry().orElseThrow().get(), epoch)
                : fold.checkpoints.writeDelta(sealed.get().piece(), epoch);
        fold.size =
            base ? fold.size.withBase(written.bytes()) : fold.size.withDelta(written.bytes());
        long nowMs = setup.clock().millis();
        fold.last = new Last(whole.position(), nowMs, written.bytes(), nowMs - startedMs);
        fold.written++;
        fold.checkpoints.prune(key.partition(), settings.keep(), emitted.apply(key.partition()));
        trouble.set(null);
      } catch (StoreException e) {
        fold.failures++;
        fold.size = ChainSize.NONE; // what was sealed is in no file: the next one must be whole
        if (trouble.getAndSet(e.getMessage()) == null) {
          LOG.warn("Source {}: {}", setup.reader().source().name(), e.getMessage());
        }
      }
    }
  }

  List<LiveFold> folds() {
    return kept.values().stream().map(fold -> fold.fold).toList();
  }

  /** Writes everything once more and stops. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kept.forEach(this::write);
  }
}

package io.braid.speed.worker;

import io.braid.definition.SpeedSettings;
import io.braid.fold.Carry;
import io.braid.fold.FoldPiece;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the folds of a source to the store every few seconds and recovers them, in a thread beside
 * those that fold: each fold is sealed, what was sealed is settled into the fold's base, and
 * written as a base or a delta. Nothing else writes or deletes checkpoints here, so that a store
 * that hangs holds up nobody else, and what is deleted is not written again.
 */
final class CheckpointKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

  /** A store that takes so long for one checkpoint is as good as down. */
  private static final Duration HANGS = Duration.ofSeconds(30);

  /** What former generations, definitions and topics have left is looked for at start, and then. */
  private static final Duration LEFT_BEHIND_INTERVAL = Duration.ofHours(1);

  /** Another process has written its checkpoints by then, or gone on from the newest generation. */
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  /** Partitions are handed over before, so that there is little left to write. */
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  /** A fold as it was opened. */
  record Opened(LiveFold fold, OptionalInt leaderEpoch) {}

  private record Key(String generation, int partition) {}

  /** A fold that is kept. The keeper's thread alone writes it; any asks how it is. */
  private static final class Kept {

    private final LiveFold fold;
    private final Checkpoints checkpoints;
    private ChainSize size;

    /** No file leads to what was sealed last: the next one must be whole, whatever is folded. */
    private boolean behind;

    /** Its checkpoints have been deleted, and it writes none any more. */
    private volatile boolean over;

    private volatile Last last;

    private final AtomicLong written = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

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
          new FoldStatus.CheckpointStatus(
              written.get(), failures.get(), Optional.ofNullable(last)));
    }
  }

  private final SpeedSetup setup;
  private final SpeedSettings.Checkpoint settings;
  private final IntFunction<Optional<PartitionFeed>> feeds;
  private final IntFunction<OptionalLong> emitted;
  private final LostOffsets lost;
  private final Map<Key, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final BlockingQueue<FutureTask<Void>> asked = new LinkedBlockingQueue<>();
  private final MemoryAccounting accounting;

  // Of the keeper's thread alone.
  private final Map<Key, Checkpoints> undeleted = new HashMap<>();

  private final Thread thread;
  private volatile long writingNanos;
  private volatile boolean writing;
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
    String source = setup.reader().source().name();
    this.accounting = new MemoryAccounting(source, setup.memory(), this::memoryBytes);
    this.thread = Daemons.named("braid-checkpoints-" + source).newThread(this::run);
  }

  void start() {
    thread.start();
    accounting.start();
  }

  /** Returns why checkpoints cannot be written, in words. */
  Optional<String> trouble() {
    if (writing && System.nanoTime() - writingNanos > HANGS.toNanos()) {
      return Optional.of(
          "Source %s: the store has not answered for more than %d s while a checkpoint is written"
              .formatted(setup.reader().source().name(), HANGS.toSeconds()));
    }
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
   * Goes on with folds from their newest checkpoints, or starts them at their generation's cut, and
   * keeps them from now on.
   *
   * @param logStarts the first offsets that the log has
   */
  Map<Integer, Opened> open(Generation generation, Set<Integer> partitions, Position logStarts) {
    GenerationStart start = generation.start();
    Checkpoints checkpoints = checkpoints(start);
    Map<Integer, Recovered> recovered = new TreeMap<>();
    Set<Integer> fresh = new TreeSet<>();
    for (int partition : partitions) {
      checkpoints
          .newest(partition)
          .ifPresentOrElse(at -> recovered.put(partition, at), () -> fresh.add(partition));
    }
    // All that may fail comes before the first fold is kept.
    Map<Integer, Carry> carries = fresh.isEmpty() ? Map.of() : start.carries().get();
    Map<Integer, Opened> opened = new TreeMap<>();
    recovered.forEach(
        (partition, at) -> opened.put(partition, goOn(start, checkpoints, partition, at)));
    for (int partition : fresh) {
      long from = start.cut().offset(partition, logStarts.offset(partition));
      Carry carry = carries.getOrDefault(partition, Carry.EMPTY);
      LiveFold fold = setup.reader().fold(partition, from, carry);
      keep(start, partition, new Kept(fold, checkpoints, ChainSize.NONE, null));
      opened.put(partition, new Opened(fold, OptionalInt.empty()));
    }
    opened.replaceAll((partition, it) -> passLost(it, logStarts.offset(partition)));
    return opened;
  }

  private Opened goOn(GenerationStart start, Checkpoints checkpoints, int partition, Recovered at) {
    LOG.info(
        "Source {}: partition {} of generation {} goes on from its checkpoint at {}",
        setup.reader().source().name(),
        partition,
        start.name(),
        at.position());
    LiveFold fold = setup.reader().fold(at.snapshot(), at.carry());
    Last last = new Last(at.position(), setup.clock().millis(), at.size().baseBytes(), 0);
    keep(start, partition, new Kept(fold, checkpoints, at.size(), last));
    return new Opened(fold, at.leaderEpoch());
  }

  private void keep(GenerationStart start, int partition, Kept fold) {
    fold.fold.rememberChanges();
    Kept before = kept.put(new Key(start.name(), partition), fold);
    if (before != null) {
      before.over = true;
    }
  }

  private Opened passLost(Opened opened, long logStart) {
    if (opened.fold().position() >= logStart) {
      return opened;
    }
    lost.pass(opened.fold(), logStart);
    return new Opened(opened.fold(), OptionalInt.empty());
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

  /**
   * Keeps a generation that is over no longer, and has its checkpoints deleted, those of some
   * partitions; returns at once.
   */
  void forget(Generation generation, Collection<Integer> partitions) {
    String name = generation.start().name();
    Checkpoints over = checkpoints(generation.start());
    kept.forEach(
        (key, fold) -> {
          if (key.generation().equals(name)) {
            end(key, fold);
          }
        });
    partitions.forEach(partition -> delete(over, new Key(name, partition)));
  }

  /**
   * Keeps a partition no longer whose log is not the one that was folded, and has its checkpoints
   * deleted; returns at once.
   */
  void discard(int partition) {
    kept.forEach(
        (key, fold) -> {
          if (key.partition() == partition) {
            end(key, fold);
            delete(fold.checkpoints, key);
          }
        });
  }

  /** Behind the write that may be at work; again later while the store is down. */
  private void delete(Checkpoints checkpoints, Key key) {
    var unused =
        ask(
            () -> {
              if (kept.containsKey(key)) {
                return; // wanted again
              }
              try {
                checkpoints.delete(key.partition());
              } catch (RuntimeException e) {
                tell(e);
                undeleted.put(key, checkpoints);
              }
            });
  }

  /** Returns the last checkpoint of a fold, if there is one. */
  Optional<Last> last(String generation, int partition) {
    return Optional.ofNullable(kept.get(new Key(generation, partition))).map(fold -> fold.last);
  }

  /** Keeps a fold no longer: no write of it starts any more. */
  private void end(Key key, Kept fold) {
    fold.over = true;
    kept.remove(key, fold);
  }

  /** Has the folds of some partitions written before all others. */
  Future<?> handOver(Collection<Integer> partitions) {
    return ask(() -> write(partitions));
  }

  /** Writes the folds of some partitions now; for the keeper's thread, or before it is started. */
  void write(Collection<Integer> partitions) {
    kept.forEach(
        (key, fold) -> {
          if (partitions.contains(key.partition())) {
            write(key, fold);
          }
        });
  }

  /** Has the keeper's thread do something as soon as it can. */
  private Future<?> ask(Runnable task) {
    FutureTask<Void> done = new FutureTask<>(task, null);
    asked.add(done);
    return done;
  }

  private void run() {
    long next = System.nanoTime() + settings.interval().toNanos();
    long nextLook = System.nanoTime();
    try {
      while (!stopping) {
        if (System.nanoTime() - nextLook >= 0) {
          deleteLeftBehind();
          nextLook = System.nanoTime() + LEFT_BEHIND_INTERVAL.toNanos();
        }
        FutureTask<Void> task = asked.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        } else {
          deleteAgain();
          writeAll();
          next = System.nanoTime() + settings.interval().toNanos();
        }
      }
      writeAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      trouble.set(
          "Checkpoints of source %s stopped: %s".formatted(setup.reader().source().name(), e));
      LOG.error("Checkpoints of source {} stopped", setup.reader().source().name(), e);
    }
  }

  private void writeAll() {
    kept.forEach(
        (key, fold) -> {
          runAsked(); // somebody waits for it
          write(key, fold);
        });
    runAsked();
  }

  private void runAsked() {
    for (FutureTask<Void> task = asked.poll(); task != null; task = asked.poll()) {
      task.run();
    }
  }

  private void deleteAgain() {
    Map<Key, Checkpoints> again = Map.copyOf(undeleted);
    undeleted.clear();
    again.forEach((key, checkpoints) -> delete(checkpoints, key));
  }

  /** Deletes what nobody has written for a day and nobody here may go on from. */
  private void deleteLeftBehind() {
    try {
      List<Checkpoints> living = new ArrayList<>();
      living.add(checkpoints(setup.starts().newest()));
      setup.starts().beforeNewest().map(this::checkpoints).ifPresent(living::add);
      kept.values().forEach(fold -> living.add(fold.checkpoints));
      Checkpoints.deleteOthers(setup.store(), setup.reader().source().name(), living, LEFT_BEHIND);
    } catch (RuntimeException e) {
      LOG.debug("Source {}: {}", setup.reader().source().name(), e.getMessage());
    }
  }

  private long memoryBytes() {
    return kept.values().stream().mapToLong(fold -> fold.fold.memoryBytes()).sum();
  }

  private void write(Key key, Kept fold) {
    if (fold.over) {
      return;
    }
    writingNanos = System.nanoTime();
    writing = true;
    try {
      if (writeWhatIsNew(key, fold)) {
        if (fold.behind) {
          writeWhatIsNew(key, fold); // as a base, which needs nothing that others prune
        }
        fold.checkpoints.prune(key.partition(), settings.keep(), emitted.apply(key.partition()));
        trouble.set(null);
      }
    } catch (StoreException e) {
      fold.failures.incrementAndGet();
      tell(e);
    } catch (RuntimeException | Error e) {
      // Of this fold alone; when it broke, it is opened again from its last checkpoint.
      fold.failures.incrementAndGet();
      trouble.set(
          "Cannot write a checkpoint of partition %d of source %s: %s"
              .formatted(key.partition(), setup.reader().source().name(), e));
      LOG.error("{}", trouble.get(), e);
    } finally {
      writing = false;
    }
  }

  private void tell(RuntimeException e) {
    if (trouble.getAndSet(String.valueOf(e.getMessage())) == null) {
      LOG.warn("Source {}: {}", setup.reader().source().name(), e.getMessage());
    }
  }

  /** Returns false when there is nothing to be written. */
  private boolean writeWhatIsNew(Key key, Kept fold) {
    if (!fold.behind && fold.fold.position() == fold.fold.sealedTo()) {
      return false;
    }
    long startedMs = setup.clock().millis();
    boolean base =
        fold.behind
            || fold.size.isBaseDue(settings.deltasAboveBytes())
            || !fold.checkpoints.reach(key.partition(), fold.fold.sealedTo());
    Optional<Supplier<Carry>> carry = base ? fold.fold.sealWhole() : Optional.empty();
    Optional<FoldPiece> piece = base ? Optional.empty() : fold.fold.seal();
    if (carry.isEmpty() && piece.isEmpty()) {
      return false;
    }
    fold.behind = true; // until a file has it
    // Asked after sealing: it may be too new for the position, which no check minds.
    long position = fold.fold.sealedTo();
    OptionalInt epoch =
        feeds
            .apply(key.partition())
            .map(feed -> feed.leaderEpoch(position))
            .orElse(OptionalInt.empty());
    Optional<PartitionSnapshot> settled = fold.fold.settle();
    if (settled.isEmpty()) {
      return false; // given up meanwhile
    }
    PartitionSnapshot whole = settled.get();
    Written written =
        base
            ? fold.checkpoints.writeBase(whole, carry.orElseThrow().get(), epoch)
            : fold.checkpoints.writeDelta(piece.orElseThrow(), epoch);
    fold.behind = !base && !fold.checkpoints.reachAtLeast(key.partition(), whole.position());
    fold.size = base ? fold.size.withBase(written.bytes()) : fold.size.withDelta(written.bytes());
    long nowMs = setup.clock().millis();
    fold.written.incrementAndGet();
    fold.last = new Last(whole.position(), nowMs, written.bytes(), nowMs - startedMs);
    return true;
  }

  List<LiveFold> folds() {
    return kept.values().stream().map(fold -> fold.fold).toList();
  }

  /** Writes everything once more and stops; returns after a second even if that takes longer. */
  @Override
  public void close() {
    accounting.close();
    var unused = ask(() -> stopping = true);
    try {
      thread.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

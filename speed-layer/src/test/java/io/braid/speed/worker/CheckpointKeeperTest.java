package io.braid.speed.worker;

import static io.braid.speed.checkpoint.OtherFileSystem.UNDELETABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.Metric;
import io.braid.definition.SpeedSettings;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.speed.checkpoint.FragileSum;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.Store;
import io.braid.time.PaneRange;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is written can be gone on from, whatever fails and whoever else writes. */
@Timeout(60)
class CheckpointKeeperTest {

  private static final int PARTITION = TestingFolds.PARTITION;
  private static final Set<Integer> PARTITIONS = Set.of(PARTITION);
  private static final Position STARTS = Position.of(new TreeMap<>(Map.of(PARTITION, 0L)));

  @TempDir private Path folder;
  private Store store;
  private final List<SpeedSetup> setups = new ArrayList<>();
  private List<Metric> metrics = TestingFolds.METRICS;
  private Optional<PartitionFeed> feed = Optional.empty();
  private OptionalLong emitted = OptionalLong.empty();
  private final MemoryBudget memory = new MemoryBudget(Long.MAX_VALUE, unused -> {});

  /** Asked before files are deleted: while it is locked, it is as if the store hung. */
  private final ReentrantLock hanging = new ReentrantLock();

  @BeforeEach
  void openStore() {
    store = Store.open(folder.resolve("store").toUri());
  }

  @AfterEach
  void close() {
    setups.forEach(setup -> setup.topics().close());
  }

  private CheckpointKeeper keeper(Duration interval, long deltasAboveBytes) {
    SpeedSetup setup =
        TestingSetup.of(
            metrics,
            store,
            new SpeedSettings.Checkpoint(interval, deltasAboveBytes, 3),
            memory,
            SpeedSetup.GRACE);
    setups.add(setup);
    return new CheckpointKeeper(setup, unused -> feed, unused -> emitted(), LostOffsets.SKIPPED);
  }

  private OptionalLong emitted() {
    hanging.lock();
    try {
      return emitted;
    } finally {
      hanging.unlock();
    }
  }

  private CheckpointKeeper keeper() {
    return keeper(Duration.ofHours(1), 1);
  }

  private static CheckpointKeeper.Opened open(CheckpointKeeper keeper) {
    return keeper.open(new Generation(TestingSetup.OF_LOG), PARTITIONS, STARTS).get(PARTITION);
  }

  private static void fold(LiveFold fold, long to) {
    fold.fold(TestingFolds.batch(fold.position(), to), to);
  }

  private static void requireFold(LiveFold fold, long position) {
    PartitionFold whole = TestingFolds.whole(0, position);
    List<Integer> all = IntStream.range(0, TestingFolds.METRICS.size()).boxed().toList();
    PartitionSnapshot snapshot = fold.snapshot(all, PaneRange.ALL, 0).orElseThrow();
    assertThat(snapshot.position()).isEqualTo(position);
    assertThat(snapshot.folded().from()).isZero();
    assertThat(snapshot.counts()).isEqualTo(whole.counts());
    assertThat(TestingFolds.rows(snapshot.views()))
        .isEqualTo(TestingFolds.rows(TestingFolds.views(whole)));
    assertThat(fold.carry().encode()).isEqualTo(whole.carry().encode());
  }

  private static String base(long to) {
    return "%020d-%020d.base".formatted(0, to);
  }

  private static String delta(long from, long to) {
    return "%020d-%020d.delta".formatted(from, to);
  }

  private List<String> files() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("\\d{20}-\\d{20}\\.(base|delta)"))
          .sorted()
          .toList();
    }
  }

  /** Has a generation leave checkpoints that are as old as said, and returns their folder. */
  private Path leave(String generation, Duration age) throws Exception {
    Set<Path> before = generations();
    CheckpointKeeper keeper = keeper();
    GenerationStart start =
        new GenerationStart(generation, TestingSetup.OF_LOG.cut(), TestingSetup.OF_LOG.carries());
    fold(keeper.open(new Generation(start), PARTITIONS, STARTS).get(PARTITION).fold(), 100);
    keeper.write(PARTITIONS);
    Set<Path> left = generations();
    left.removeAll(before);
    Path made = left.iterator().next();
    try (Stream<Path> all = Files.walk(made)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
      }
    }
    return made;
  }

  private Set<Path> generations() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith("partition="))
          .map(Path::getParent)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void whatNobodyHasWrittenForADayIsDeletedAtStartUnlessItLives() throws Exception {
    Path stale = leave("run-stale", Duration.ofHours(25));
    Path ofAnother = leave("run-of-another", Duration.ofHours(23));
    Path newest = leave(TestingSetup.OF_LOG.name(), Duration.ofDays(3));
    Path kept = leave("run-kept", Duration.ofDays(3));
    try (CheckpointKeeper keeper = keeper()) {
      GenerationStart living =
          new GenerationStart("run-kept", TestingSetup.OF_LOG.cut(), TestingSetup.OF_LOG.carries());
      requireFold(
          keeper.open(new Generation(living), PARTITIONS, STARTS).get(PARTITION).fold(), 100);
      keeper.start();
      while (Files.exists(stale)) {
        Thread.sleep(5);
      }
    }
    assertThat(generations()).containsExactlyInAnyOrder(ofAnother, newest, kept);
  }

  @Test
  void aSmallFoldIsWrittenWholeEveryTimeAndALargeOneInPieces() throws Exception {
    CheckpointKeeper small = keeper(Duration.ofHours(1), Long.MAX_VALUE);
    LiveFold fold = open(small).fold();
    small.write(PARTITIONS);
    assertThat(files()).as("nothing is folded").isEmpty();
    for (long to = 100; to <= 300; to += 100) {
      fold(fold, to);
      small.write(PARTITIONS);
      small.write(PARTITIONS);
    }
    assertThat(files()).containsExactly(base(100), base(200), base(300));

    CheckpointKeeper large = keeper();
    LiveFold other = open(large).fold();
    requireFold(other, 300);
    fold(other, 310);
    large.write(PARTITIONS);
    assertThat(files()).contains(delta(300, 310));
    assertThat(large.last(TestingSetup.OF_LOG.name(), PARTITION).orElseThrow().position())
        .isEqualTo(310);
    requireFold(open(keeper()).fold(), 310);
  }

  @Test
  void afterAFailureOfTheStoreTheNextIsWholeThoughNothingWasFoldedSince() throws Exception {
    CheckpointKeeper keeper = keeper();
    LiveFold fold = open(keeper).fold();
    fold(fold, 100);
    keeper.write(PARTITIONS);
    fold(fold, 110);
    Path checkpoints = folder.resolve("store").resolve("checkpoints");
    Path away = folder.resolve("away");
    Files.move(checkpoints, away);
    Files.writeString(checkpoints, "in the way");
    keeper.write(PARTITIONS);
    assertThat(keeper.trouble()).isPresent();
    fold(fold, 120);
    keeper.write(PARTITIONS);

    Files.delete(checkpoints);
    Files.move(away, checkpoints);
    keeper.write(PARTITIONS);

    assertThat(keeper.trouble()).isEmpty();
    assertThat(files()).contains(base(120));
    requireFold(open(keeper()).fold(), 120);
    fold(fold, 130);
    keeper.write(PARTITIONS);
    assertThat(files()).contains(delta(120, 130));
  }

  @Test
  void aStoreThatIsDownStopsNoThreadAndTheLastStateIsWrittenAtTheEnd() throws Exception {
    Path checkpoints = folder.resolve("store").resolve("checkpoints");
    Files.createDirectories(checkpoints.getParent());
    Files.writeString(checkpoints, "in the way");
    CheckpointKeeper keeper = keeper(Duration.ofMillis(20), 1);
    LiveFold fold = open(keeper).fold();
    keeper.start();
    fold(fold, 100);
    while (keeper.trouble().isEmpty()) {
      Thread.sleep(5);
    }
    fold(fold, 110);
    Files.delete(checkpoints);
    keeper.close();
    requireFold(open(keeper()).fold(), 110);
  }

  @Test
  void whatTheSinkHasNotPassedCanBeGoneOnFrom() throws Exception {
    CheckpointKeeper keeper = keeper(Duration.ofHours(1), Long.MAX_VALUE);
    LiveFold fold = open(keeper).fold();
    emitted = OptionalLong.of(215);
    for (long to = 100; to <= 900; to += 100) {
      fold(fold, to);
      keeper.write(PARTITIONS);
    }
    assertThat(files()).containsExactly(base(200), base(700), base(800), base(900));
  }

  @Test
  void theEpochOfTheLogIsWrittenAndReadAgain() {
    CheckpointKeeper keeper = keeper();
    LiveFold fold = open(keeper).fold();
    PartitionFeed read = new PartitionFeed(PARTITION, 40, OptionalInt.of(7), 3);
    feed = Optional.of(read);
    fold(fold, 50);
    keeper.write(PARTITIONS);
    assertThat(open(keeper()).leaderEpoch()).as("another one may have written the rest").isEmpty();
    read.fold(TestingFolds.batch(40, 60), 60, OptionalInt.of(8));
    fold(fold, 55);
    keeper.write(PARTITIONS);
    CheckpointKeeper.Opened opened = open(keeper());
    assertThat(opened.leaderEpoch()).hasValue(8);

    Position expired = Position.of(new TreeMap<>(Map.of(PARTITION, 60L)));
    CheckpointKeeper.Opened behind =
        keeper().open(new Generation(TestingSetup.OF_LOG), PARTITIONS, expired).get(PARTITION);
    assertThat(behind.leaderEpoch()).as("that of a record that is gone").isEmpty();
    assertThat(behind.fold().position()).isEqualTo(60);
  }

  @Test
  void aGenerationThatIsOverIsDeletedAndNotWrittenAgain() throws Exception {
    CheckpointKeeper keeper = keeper();
    Generation generation = new Generation(TestingSetup.OF_LOG);
    LiveFold fold = keeper.open(generation, PARTITIONS, STARTS).get(PARTITION).fold();
    fold(fold, 50);
    keeper.write(PARTITIONS);
    keeper.start();
    keeper.forget(generation, PARTITIONS);
    fold(fold, 60);
    keeper.handOver(PARTITIONS).get();
    assertThat(files()).isEmpty();

    LiveFold again = open(keeper).fold();
    assertThat(again.position()).isZero();
    fold(again, 10);
    keeper.handOver(PARTITIONS).get();
    assertThat(files()).hasSize(1);
    keeper.discard(PARTITION);
    keeper.handOver(PARTITIONS).get();
    assertThat(files()).isEmpty();
    keeper.close();
  }

  @Test
  void aStoreThatHangsHoldsUpNeitherTheAccountingNorAnybodyElse() throws Exception {
    CheckpointKeeper keeper = keeper(Duration.ofMillis(20), 1);
    LiveFold fold = open(keeper).fold();
    hanging.lock();
    try {
      fold(fold, 100);
      keeper.start();
      while (!hanging.hasQueuedThreads() || memory.used() == 0) {
        Thread.sleep(5);
      }
      long before = memory.used();
      fold(fold, 2_000);
      while (memory.used() <= before) {
        Thread.sleep(5);
      }
      Future<?> handedOver = keeper.handOver(PARTITIONS);
      keeper.discard(PARTITION);
      assertThat(handedOver).isNotDone();
      assertThat(files()).hasSize(1);
    } finally {
      hanging.unlock();
    }
    keeper.handOver(PARTITIONS).get();
    assertThat(files()).as("nothing is written behind the deletion").isEmpty();
    keeper.close();
  }

  @Test
  void aFoldThatCannotBeMergedIsNotWrittenAndTheOthersAre() throws Exception {
    metrics = TestingFolds.FRAGILE_METRICS;
    CheckpointKeeper keeper = keeper(Duration.ofMillis(20), 1);
    Map<Integer, CheckpointKeeper.Opened> opened =
        keeper.open(
            new Generation(TestingSetup.OF_LOG),
            Set.of(PARTITION - 1, PARTITION),
            Position.of(new TreeMap<>(Map.of(PARTITION - 1, 0L, PARTITION, 0L))));
    LiveFold fold = opened.get(PARTITION).fold();
    fold(fold, 50);
    keeper.write(PARTITIONS);
    fold(fold, 80);
    FragileSum.failNext(1);
    keeper.start();
    while (!fold.isBroken()) {
      Thread.sleep(5);
    }
    LiveFold other = opened.get(PARTITION - 1).fold();
    other.skipLost(30);
    while (keeper.last(TestingSetup.OF_LOG.name(), PARTITION - 1).isEmpty()) {
      Thread.sleep(5);
    }
    fold(fold, 90);
    keeper.close();

    LiveFold again = open(keeper()).fold();
    assertThat(again.position()).isEqualTo(50);
    assertThat(again.isBroken()).isFalse();
  }

  @Test
  void whatTheStoreDoesNotDiscardNowItDoesLater() throws Exception {
    store = Store.open(URI.create("other://" + folder.resolve("store")));
    CheckpointKeeper keeper = keeper(Duration.ofMillis(20), 1);
    LiveFold fold = open(keeper).fold();
    fold(fold, 50);
    keeper.write(PARTITIONS);
    Path undeletable =
        generations().iterator().next().resolve("partition=" + PARTITION).resolve(UNDELETABLE);
    Files.createFile(undeletable);
    keeper.discard(PARTITION);
    keeper.start();
    while (keeper.trouble().isEmpty()) {
      Thread.sleep(5);
    }
    fold(fold, 60);
    keeper.handOver(PARTITIONS).get();
    assertThat(files()).as("nothing more is written").containsExactly(base(50));

    Files.delete(undeletable);
    while (!files().isEmpty()) {
      Thread.sleep(5);
    }
    keeper.close();
  }

  /** Neither knows of the other: one is the owner, the other does not know that it is none. */
  @Test
  void twoWorkersThatFoldTheSamePartitionDoNoHarm() throws Exception {
    for (int seed = 0; seed < 6; seed++) {
      store = Store.open(folder.resolve("store-" + seed).toUri());
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        List<Future<Long>> workers = new ArrayList<>();
        for (int worker = 0; worker < 2; worker++) {
          Random random = new Random(2L * seed + worker);
          workers.add(threads.submit(() -> work(random)));
        }
        long furthest = 0;
        for (Future<Long> worker : workers) {
          furthest = Math.max(furthest, worker.get());
        }
        requireFold(open(keeper()).fold(), furthest);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** Folds, writes, and now and then is another process that goes on from what is there. */
  private long work(Random random) {
    CheckpointKeeper keeper = sharedKeeper();
    LiveFold fold = open(keeper).fold();
    for (int i = 0; i < 25; i++) {
      fold(fold, fold.position() + 1 + random.nextInt(40));
      keeper.write(PARTITIONS);
      if (random.nextInt(6) == 0) {
        long written = fold.position();
        keeper = sharedKeeper();
        fold = open(keeper).fold();
        assertThat(fold.position()).isGreaterThanOrEqualTo(written);
        requireFold(fold, fold.position());
      }
    }
    return fold.position();
  }

  private synchronized CheckpointKeeper sharedKeeper() {
    return keeper();
  }
}

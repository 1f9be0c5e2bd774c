package io.braid.speed.checkpoint;

import static io.braid.speed.checkpoint.TestingFolds.PARTITION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.Carry;
import io.braid.fold.FoldPiece;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.checkpoint.Checkpoints.KnownCarry;
import io.braid.speed.checkpoint.Checkpoints.Recovered;
import io.braid.speed.checkpoint.Checkpoints.Written;
import io.braid.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What checkpoints keep and find again, on whatever file system. */
abstract class CheckpointsContract {

  private Store store;
  private Checkpoints checkpoints;

  /** Returns an empty store. */
  abstract Store store();

  @BeforeEach
  void open() {
    store = store();
    checkpoints = TestingFolds.checkpoints(store, "run-1");
  }

  @Test
  void whatNobodyWroteIsEmpty() {
    assertThat(checkpoints.newest(PARTITION)).isEmpty();
    assertThat(checkpoints.carryAtOrBelow(PARTITION, 100)).isEmpty();
    assertThat(checkpoints.reach(PARTITION, 0)).isFalse();
  }

  @Test
  void baseAndDeltasAreTheFoldThatNeverStopped() {
    Random random = new Random(1);
    PartitionFold fold = TestingFolds.start(7, Carry.EMPTY);
    TestingFolds.fold(fold, 60);
    PartitionSnapshot base = fold.seal(List.of()).snapshot();
    assertThat(checkpoints.writeBase(base, fold.carry(), OptionalInt.of(4)).isNew()).isTrue();
    requireRecovered(7, 60, OptionalInt.of(4));
    for (int i = 0; i < 8; i++) {
      TestingFolds.fold(fold, fold.position() + 1 + random.nextInt(60));
      FoldPiece piece = fold.seal(List.of());
      OptionalInt epoch = i % 2 == 0 ? OptionalInt.empty() : OptionalInt.of(5 + i);
      Written written = checkpoints.writeDelta(piece, epoch);
      assertThat(written.isNew()).isTrue();
      assertThat(written.bytes()).isEqualTo(store.length(written.path()));
      requireRecovered(7, fold.position(), epoch);
      assertThat(checkpoints.reach(PARTITION, fold.position())).isTrue();
      assertThat(checkpoints.reach(PARTITION, fold.position() - 1)).isFalse();
    }
    assertThat(checkpoints.newest(PARTITION + 1)).isEmpty();
  }

  private void requireRecovered(long from, long to, OptionalInt epoch) {
    Recovered recovered = checkpoints.newest(PARTITION).orElseThrow();
    PartitionFold whole = TestingFolds.whole(from, to);
    assertThat(recovered.snapshot().folded().from()).isEqualTo(from);
    assertThat(recovered.position()).isEqualTo(to);
    assertThat(recovered.leaderEpoch()).isEqualTo(epoch);
    assertThat(recovered.snapshot().counts()).isEqualTo(whole.counts());
    assertThat(recovered.snapshot().time()).isEqualTo(whole.time());
    assertThat(recovered.carry().encode()).isEqualTo(whole.carry().encode());
    assertThat(TestingFolds.rows(recovered.snapshot().views()))
        .isEqualTo(TestingFolds.rows(TestingFolds.views(whole)));
  }

  /** Files of one fold: bases and deltas at random, as several owners may leave them. */
  private static Set<CheckpointName> writeAnything(Checkpoints checkpoints, Random random) {
    Set<CheckpointName> written = new HashSet<>();
    for (int i = 2 + random.nextInt(8); i > 0; i--) {
      long to = 5 + 5L * random.nextInt(8);
      if (random.nextInt(3) == 0) {
        PartitionFold fold = TestingFolds.whole(0, to);
        checkpoints.writeBase(fold.seal(List.of()).snapshot(), fold.carry(), OptionalInt.empty());
        written.add(new CheckpointName(0, to, true));
      } else {
        long from = Math.max(5, to - 5 - 5L * random.nextInt(2));
        if (from < to) {
          checkpoints.writeDelta(piece(from, to), OptionalInt.empty());
          written.add(new CheckpointName(from, to, false));
        }
      }
    }
    return written;
  }

  private static FoldPiece piece(long from, long to) {
    PartitionFold fold = TestingFolds.whole(0, from);
    fold.seal(List.of());
    TestingFolds.fold(fold, to);
    return fold.seal(List.of());
  }

  /** Adds what is reached until nothing comes any more, and returns the greatest. */
  private static OptionalLong slowly(Set<CheckpointName> files, long limit) {
    Set<Long> reached = new HashSet<>();
    for (int round = 0; round <= files.size(); round++) {
      for (CheckpointName file : files) {
        if (file.isBase() || reached.contains(file.from())) {
          reached.add(file.to());
        }
      }
    }
    return reached.stream().mapToLong(Long::longValue).filter(at -> at <= limit).max();
  }

  private Path path(CheckpointName name) {
    return new Path(folder(), name.fileName());
  }

  private Path folder() {
    Path generation = store.list(store.checkpoints("plays", TestingFolds.TOPIC_ID)).get(0);
    return new Path(generation, "partition=" + PARTITION);
  }

  /** Puts other bytes under a final name, as only a broken disk or a stranger does. */
  private void damage(CheckpointName name, Random random) {
    byte[] bytes = store.read(path(name)).orElseThrow();
    byte[] other =
        switch (random.nextInt(4)) {
          case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
          case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
          case 2 -> new byte[bytes.length];
          default -> flipped(bytes, random.nextInt(bytes.length * 8));
        };
    store.replace(path(name), other);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  @Test
  void recoveryIsAtTheGreatestPositionThatUndamagedFilesLeadTo() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      store.delete(store.checkpoints("plays", TestingFolds.TOPIC_ID));
      Set<CheckpointName> good = writeAnything(checkpoints, random);
      for (CheckpointName name : List.copyOf(good)) {
        if (random.nextInt(4) == 0) {
          damage(name, random);
          good.remove(name);
        }
      }
      long limit = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(50);
      Checkpoints owner = TestingFolds.checkpoints(store, "run-1");
      OptionalLong expected = slowly(good, limit);
      Optional<Recovered> recovered = owner.newestAtOrBelow(PARTITION, limit);
      assertThat(recovered.map(Recovered::position))
          .as("seed %d", seed)
          .isEqualTo(expected.stream().boxed().findFirst());
      Optional<KnownCarry> carry =
          TestingFolds.checkpoints(store, "run-2").carryAtOrBelow(PARTITION, limit);
      assertThat(carry.map(KnownCarry::offset)).isEqualTo(recovered.map(Recovered::position));
      if (expected.isPresent()) {
        PartitionFold whole = TestingFolds.whole(0, expected.getAsLong());
        assertThat(TestingFolds.rows(recovered.orElseThrow().snapshot().views()))
            .isEqualTo(TestingFolds.rows(TestingFolds.views(whole)));
        assertThat(recovered.orElseThrow().carry().encode()).isEqualTo(whole.carry().encode());
        assertThat(carry.orElseThrow().carry().encode()).isEqualTo(whole.carry().encode());
      }
    }
  }

  @Test
  void flippedBitIsNoticedWhereverItIs() {
    PartitionFold fold = TestingFolds.whole(0, 6);
    Written written =
        checkpoints.writeBase(fold.seal(List.of()).snapshot(), fold.carry(), OptionalInt.of(1));
    byte[] bytes = store.read(written.path()).orElseThrow();
    for (int bit = 0; bit < bytes.length * 8; bit += bit < 700 ? 3 : 61) {
      store.replace(written.path(), flipped(bytes, bit));
      assertThat(checkpoints.newest(PARTITION)).as("bit %d", bit).isEmpty();
    }
    store.replace(written.path(), bytes);
    assertThat(checkpoints.newest(PARTITION)).isPresent();
  }

  /** Changing these bytes is a deliberate act with a version number. */
  @Test
  void formatIsPinned() throws IOException {
    Definitions one = TestingFolds.with("id, within: 20s", "fingerprint, within: 20s");
    Source source = one.sources().get("plays");
    List<Metric> metrics = one.metricsOf(source).subList(0, 0);
    Checkpoints bare = new Checkpoints(store, source, metrics, "topic", "run");
    PartitionFold fold = new PartitionFold(3, source.rules(), List.of(), 16, Carry.EMPTY);
    fold.rememberChanges();
    fold.advance(17);
    FoldPiece piece = fold.seal(List.of());
    Written delta = bare.writeDelta(piece, OptionalInt.of(2));
    Written base = bare.writeBase(piece.snapshot(), fold.carry(), OptionalInt.empty());
    assertThat(store.relative(base.path()))
        .isEqualTo(
            "checkpoints/plays/topic=topic/run-e3b0c442/partition=3/"
                + "00000000000000000016-00000000000000000017.base");
    String carryFingerprint = HexFormat.of().formatHex(source.carryFingerprint().getBytes(UTF_8));
    String afterKind =
        "0005746f706963" // topic id
            + "000372756e" // generation
            + "00000003" // partition
            + "0000000000000010" // from, to
            + "0000000000000011";
    String before = "e000000000000000"; // no record yet
    String snapshot =
        "00000001" // version
            + "00000003" // partition
            + "0000000000000010" // from, to
            + "0000000000000011"
            + "00000000" // lost ranges
            + before.repeat(2)
            + "00".repeat(4 * 8) // records, dead letters, duplicates, diverted
            + "00".repeat(2 * 4) // late and expression errors, by metric
            + "00".repeat(3 * 8) // complete as of, ids and their bytes
            + "00000000"; // views
    requireBytes(
        base,
        "00000001" // version
            + "01" // a base
            + afterKind
            + "ffffffff" // leader epoch: not known
            + ("0010" + carryFingerprint)
            + "00000000" // metrics
            + "00000018" // carry: length, version, times, ids
            + ("00000001" + before.repeat(2) + "00000000")
            + snapshot);
    requireBytes(
        delta,
        "00000001"
            + "00" // a delta
            + afterKind
            + "00000002" // leader epoch
            + ("0010" + carryFingerprint)
            + "00000000"
            + (before.repeat(2) + "00000000") // times, longs of touched ids
            + snapshot);
  }

  private void requireBytes(Written written, String content) throws IOException {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(expected);
    out.write(HexFormat.of().parseHex(content));
    out.writeLong(expected.size());
    CRC32C sum = new CRC32C();
    sum.update(expected.toByteArray());
    out.writeInt((int) sum.getValue());
    assertThat(HexFormat.of().formatHex(store.read(written.path()).orElseThrow()))
        .isEqualTo(HexFormat.of().formatHex(expected.toByteArray()));
  }

  @Test
  void damagedFileIsWrittenAgain() {
    PartitionFold fold = TestingFolds.whole(0, 20);
    PartitionSnapshot snapshot = fold.seal(List.of()).snapshot();
    Path path = checkpoints.writeBase(snapshot, fold.carry(), OptionalInt.empty()).path();
    byte[] bytes = store.read(path).orElseThrow();
    assertThat(checkpoints.writeBase(snapshot, fold.carry(), OptionalInt.empty()).isNew())
        .isFalse();
    store.replace(path, flipped(bytes, 999));
    assertThat(checkpoints.writeBase(snapshot, fold.carry(), OptionalInt.empty()).isNew()).isTrue();
    assertThat(store.read(path).orElseThrow()).isEqualTo(bytes);
  }

  @Test
  void fileOfSomethingElseIsPassedOver() {
    PartitionFold fold = TestingFolds.whole(0, 20);
    PartitionSnapshot snapshot = fold.seal(List.of()).snapshot();
    Checkpoints other = TestingFolds.checkpoints(store, "run-2");
    Path theirs = other.writeBase(snapshot, fold.carry(), OptionalInt.empty()).path();
    Path ours = checkpoints.writeBase(snapshot, fold.carry(), OptionalInt.empty()).path();
    store.replace(ours, store.read(theirs).orElseThrow());
    assertThat(checkpoints.newest(PARTITION)).isEmpty();
    assertThat(other.newest(PARTITION)).isPresent();
    // Under a name that says another range.
    store.putIfAbsent(
        new Path(theirs.getParent(), new CheckpointName(0, 30, true).fileName()),
        store.read(theirs).orElseThrow());
    assertThat(other.newest(PARTITION).orElseThrow().position()).isEqualTo(20);
    // Of a later version, its check in order.
    byte[] later = store.read(theirs).orElseThrow();
    later[3] = 2;
    CRC32C sum = new CRC32C();
    sum.update(later, 0, later.length - 4);
    ByteBuffer.wrap(later).putInt(later.length - 4, (int) sum.getValue());
    store.replace(theirs, later);
    assertThat(TestingFolds.checkpoints(store, "run-2").newest(PARTITION)).isEmpty();
  }

  @Test
  void changedMetricsHaveTheirOwnCheckpointsAndTheSameCarries() {
    PartitionFold fold = TestingFolds.whole(0, 50);
    checkpoints.writeBase(fold.seal(List.of()).snapshot(), fold.carry(), OptionalInt.of(8));
    KnownCarry known = sameRun("MAX(ms)", "MIN(ms)").carryAtOrBelow(PARTITION, 70).orElseThrow();
    assertThat(sameRun("MAX(ms)", "MIN(ms)").newest(PARTITION)).isEmpty();
    assertThat(known.offset()).isEqualTo(50);
    assertThat(known.leaderEpoch()).hasValue(8);
    assertThat(known.carry().encode()).isEqualTo(fold.carry().encode());
    assertThat(sameRun("MAX(ms)", "MIN(ms)").carryAtOrBelow(PARTITION, 49)).isEmpty();
    assertThat(sameRun("within: 20s", "within: 21s").carryAtOrBelow(PARTITION, 70)).isEmpty();
    assertThat(sameRun("id, within", "who, within").carryAtOrBelow(PARTITION, 70)).isEmpty();
  }

  private Checkpoints sameRun(String old, String changed) {
    Definitions other = TestingFolds.with(old, changed);
    Source source = other.sources().get("plays");
    return new Checkpoints(store, source, other.metricsOf(source), TestingFolds.TOPIC_ID, "run-1");
  }

  @Test
  void pruneKeepsTheNewestPositionsAndThatOfTheSink() {
    PartitionFold fold = TestingFolds.start(0, Carry.EMPTY);
    for (long to = 10; to <= 60; to += 10) {
      TestingFolds.fold(fold, to);
      FoldPiece piece = fold.seal(List.of());
      if (to == 10) {
        checkpoints.writeBase(piece.snapshot(), fold.carry(), OptionalInt.empty());
      } else {
        checkpoints.writeDelta(piece, OptionalInt.empty());
      }
      if (to == 40) {
        PartitionFold whole = TestingFolds.whole(0, to);
        checkpoints.writeBase(whole.seal(List.of()).snapshot(), whole.carry(), OptionalInt.empty());
      }
    }
    checkpoints.writeDelta(piece(70, 80), OptionalInt.empty()); // 60 to 70 is on its way
    checkpoints.prune(PARTITION, 5, OptionalLong.of(5));
    assertThat(names())
        .containsExactly("0-10", "0-40", "10-20", "20-30", "40-50", "50-60", "70-80");
    checkpoints.prune(PARTITION, 2, OptionalLong.of(25));
    assertThat(names()).containsExactly("0-10", "0-40", "10-20", "40-50", "50-60", "70-80");
    checkpoints.prune(PARTITION, 1, OptionalLong.empty());
    assertThat(names()).containsExactly("0-40", "40-50", "50-60", "70-80");
    checkpoints.writeDelta(piece(60, 70), OptionalInt.empty());
    assertThat(checkpoints.newest(PARTITION).orElseThrow().position()).isEqualTo(80);
    checkpoints.delete(PARTITION);
    assertThat(checkpoints.newest(PARTITION)).isEmpty();
  }

  private List<String> names() {
    return store.list(folder()).stream()
        .flatMap(path -> CheckpointName.of(path.getName()).stream())
        .map(name -> name.from() + "-" + name.to())
        .toList();
  }

  @Test
  void whatDeadWritersLeftIsTidiedAwayAfterAnHour() throws Exception {
    PartitionFold fold = TestingFolds.whole(0, 20);
    PartitionSnapshot snapshot = fold.seal(List.of()).snapshot();
    checkpoints.writeBase(snapshot, fold.carry(), OptionalInt.empty());
    store.replace(store.temporary(folder()), new byte[] {1, 2, 3});
    assertThat(checkpoints.newest(PARTITION)).isPresent();
    checkpoints.prune(PARTITION, 1, OptionalLong.empty());
    assertThat(filesWithTemporaries()).isEqualTo(2);
    Instant later = Instant.now().plus(Duration.ofMinutes(61));
    new Checkpoints(
            store,
            TestingFolds.SOURCE,
            TestingFolds.METRICS,
            TestingFolds.TOPIC_ID,
            "run-1",
            () -> later)
        .prune(PARTITION, 1, OptionalLong.empty());
    assertThat(filesWithTemporaries()).isEqualTo(1);
    assertThat(checkpoints.newest(PARTITION)).isPresent();
  }

  private long filesWithTemporaries() throws IOException {
    try (Stream<java.nio.file.Path> files =
        Files.list(java.nio.file.Path.of(folder().toUri().getPath()))) {
      return files.count();
    }
  }

  @Test
  void othersAreDeletedOnceNobodyWritesThem() {
    PartitionFold fold = TestingFolds.whole(0, 20);
    PartitionSnapshot snapshot = fold.seal(List.of()).snapshot();
    Checkpoints old = TestingFolds.checkpoints(store, "run-0");
    for (Checkpoints each : List.of(old, checkpoints)) {
      each.writeBase(snapshot, fold.carry(), OptionalInt.empty());
    }
    Checkpoints.deleteOthers(store, "plays", List.of(checkpoints), Duration.ofHours(1));
    assertThat(old.newest(PARTITION)).isPresent();
    Checkpoints.deleteOthers(store, "plays", List.of(checkpoints), Duration.ofHours(-1));
    assertThat(old.newest(PARTITION)).isEmpty();
    assertThat(checkpoints.newest(PARTITION)).isPresent();
    checkpoints.delete();
    assertThat(store.list(store.checkpoints("plays", TestingFolds.TOPIC_ID))).isEmpty();
  }

  /** Owners that do not know of each other, one of them behind, and a reader beside them. */
  @RepeatedTest(2)
  void ownersThatWriteAndPruneAtOnceNeverLeaveAPartitionWithoutARecovery() throws Exception {
    PartitionFold first = TestingFolds.whole(0, 10);
    checkpoints.writeBase(first.seal(List.of()).snapshot(), first.carry(), OptionalInt.empty());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> owners = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Random random = new Random(i);
        owners.add(threads.submit(() -> own(random)));
      }
      Future<Integer> reader =
          threads.submit(
              () -> {
                int reads = 0;
                while (!owners.stream().allMatch(Future::isDone)) {
                  Recovered recovered =
                      TestingFolds.checkpoints(store, "run-1").newest(PARTITION).orElseThrow();
                  PartitionFold whole = TestingFolds.whole(0, recovered.position());
                  assertThat(recovered.snapshot().counts()).isEqualTo(whole.counts());
                  reads++;
                }
                return reads;
              });
      long furthest = 0;
      for (Future<Long> owner : owners) {
        furthest = Math.max(furthest, owner.get());
      }
      assertThat(reader.get()).isPositive();
      assertThat(checkpoints.newest(PARTITION).orElseThrow().position()).isPositive();
      assertThat(checkpoints.newest(PARTITION).orElseThrow().position())
          .isLessThanOrEqualTo(furthest);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Recovers, folds on, and writes as the speed layer does; dies and starts anew now and then. */
  private long own(Random random) {
    long position = 0;
    for (int life = 0; life < 6; life++) {
      Checkpoints own = TestingFolds.checkpoints(store, "run-1");
      Recovered recovered = own.newest(PARTITION).orElseThrow();
      PartitionSnapshot whole = recovered.snapshot();
      PartitionFold fold = TestingFolds.start(recovered.position(), recovered.carry());
      for (int i = 0; i < 6; i++) {
        TestingFolds.fold(fold, fold.position() + 1 + random.nextInt(8));
        long from = fold.pieceFrom();
        FoldPiece piece = fold.seal(List.of());
        if (own.reach(PARTITION, from) && random.nextInt(3) > 0) {
          own.writeDelta(piece, OptionalInt.empty());
          whole = whole.absorb(piece.snapshot());
        } else {
          whole = whole.absorb(piece.snapshot());
          own.writeBase(whole, fold.carry(), OptionalInt.empty());
        }
        own.prune(PARTITION, 1 + random.nextInt(2), OptionalLong.empty());
      }
      position = Math.max(position, fold.position());
    }
    return position;
  }
}

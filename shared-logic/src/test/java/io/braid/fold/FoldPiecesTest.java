package io.braid.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.decode.JsonDecoder;
import io.braid.log.OffsetRange;
import io.braid.view.ViewSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Pieces of a fold, sealed anywhere, are as good as the fold that never stopped. */
class FoldPiecesTest {

  private static final String[] WINDOWS = {
    "",
    "TUMBLE(event_time, INTERVAL '5' SECOND)",
    "HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND)",
    "SESSION(event_time, INTERVAL '2' SECOND)",
    "TUMBLE(event_time, INTERVAL '1' DAY)"
  };

  private static final List<TestingSource> SOURCES = new ArrayList<>();

  static {
    List<String> statements = new ArrayList<>();
    for (String window : WINDOWS) {
      statements.add(
          "SELECT txt, %s FROM testing GROUP BY %s"
              .formatted(
                  TestingSource.EVERY_AGGREGATE, window.isEmpty() ? "txt" : "txt, " + window));
      statements.add(
          "SELECT COUNT(*) AS n, SUM(big / num) AS q FROM testing"
              + (window.isEmpty() ? "" : " GROUP BY " + window));
    }
    for (LateRule late : LateRule.values()) {
      String[] sql = statements.toArray(new String[0]);
      SOURCES.add(TestingSource.with(late, "Europe/Berlin", sql));
      SOURCES.add(TestingSource.with(late, "Europe/Berlin", sql).withoutDuplicateRule());
    }
  }

  @Property(tries = 40)
  void sealedPiecesJoinedAreOneFold(@ForAll long seed) {
    Random random = new Random(seed);
    TestingSource source = SOURCES.get(random.nextInt(SOURCES.size()));
    List<ViewSchema> schemas = source.plans().stream().map(MetricPlan::schema).toList();
    List<RandomLog.Event> records = RandomLog.of(random, random.nextInt(250));
    long end = RandomLog.end(records) + random.nextInt(3);
    PartitionFold whole = source.fold(records, 0, end, Carry.EMPTY, random);

    PartitionFold fold = new PartitionFold(0, source.rules(), source.plans(), 0, Carry.EMPTY);
    fold.rememberChanges();
    List<FoldPiece> pieces = new ArrayList<>();
    List<OffsetRange> lost = new ArrayList<>();
    for (long to : points(end, random)) {
      source.foldOn(fold, records, to, random);
      List<OffsetRange> lostHere =
          random.nextBoolean() || fold.pieceFrom() == to
              ? List.of()
              : List.of(new OffsetRange(0, fold.pieceFrom(), to));
      lost.addAll(lostHere);
      pieces.add(fold.seal(lostHere));
    }

    // Joined in any order, those that stand next to each other, some of them through bytes.
    List<CarryChange> changes = new ArrayList<>();
    List<PartitionSnapshot> joined = new ArrayList<>();
    for (FoldPiece piece : pieces) {
      changes.add(travel(piece.change()));
      joined.add(piece.snapshot());
    }
    while (joined.size() > 1) {
      int at = random.nextInt(joined.size() - 1);
      PartitionSnapshot first = joined.remove(at);
      PartitionSnapshot next = joined.remove(at);
      next = random.nextBoolean() ? travel(next, schemas) : next;
      joined.add(
          at, random.nextBoolean() ? travel(first, schemas).absorb(next) : first.followedBy(next));
    }
    PartitionSnapshot all = travel(joined.get(0), schemas);

    assertThat(all.folded()).isEqualTo(new OffsetRange(0, 0, end));
    assertThat(all.lost()).isEqualTo(lost);
    assertThat(all.counts()).isEqualTo(whole.counts());
    assertThat(all.time()).isEqualTo(whole.time());
    for (int metric = 0; metric < schemas.size(); metric++) {
      assertThat(TestingSource.rows(all.views().get(metric)))
          .as("metric %d", metric)
          .isEqualTo(TestingSource.rows(whole.view(metric)));
      assertThat(TestingSource.windows(all.views().get(metric)))
          .as("windows of metric %d", metric)
          .isEqualTo(TestingSource.windows(whole.view(metric)));
    }
    byte[] carry = whole.carry().encode();
    assertThat(fold.carry().encode()).isEqualTo(carry);
    assertThat(Carry.EMPTY.followedBy(changes, 0, source.rules()).encode()).isEqualTo(carry);
  }

  private static Set<Long> points(long end, Random random) {
    Set<Long> points = new TreeSet<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      points.add((long) random.nextInt((int) end + 1));
    }
    points.add(end);
    return points;
  }

  /** Thousands of ids, some touched many times, most forgotten: the memory grows and is tidied. */
  @Property(tries = 25)
  void carryFollowedByItsChangesHasTheBytesOfTheFoldThatNeverStopped(@ForAll long seed) {
    Random random = new Random(seed);
    TestingSource source = TestingSource.with("SELECT COUNT(*) AS n FROM testing");
    PartitionFold whole = new PartitionFold(0, source.rules(), source.plans(), 0, Carry.EMPTY);
    PartitionFold fold = new PartitionFold(0, source.rules(), source.plans(), 0, Carry.EMPTY);
    fold.rememberChanges();
    Carry carry = Carry.EMPTY;
    List<CarryChange> changes = new ArrayList<>();
    int ids = 1 + random.nextInt(4000);
    int pace = 1 + random.nextInt(20);
    long clockMs = 1_000_000;
    for (int i = 0; i < 6000; i++) {
      clockMs += random.nextInt(pace) - (random.nextInt(500) == 0 ? 3000 : 0);
      clockMs += random.nextInt(2000) == 0 ? 15_000 : 0;
      String id = random.nextInt(50) == 0 ? "null" : "\"%d\"".formatted(random.nextInt(ids));
      byte[] value = "{\"id\": %s, \"event_time\": %d}".formatted(id, clockMs).getBytes(UTF_8);
      for (PartitionFold each : List.of(whole, fold)) {
        JsonDecoder decoder = source.decoder();
        decoder.append(i, clockMs, value);
        each.fold(decoder.take());
      }
      if (random.nextInt(300) == 0) {
        changes.add(travel(fold.seal(List.of()).change()));
        if (random.nextInt(4) == 0) {
          carry = TestingSource.travel(carry.followedBy(changes, 0, source.rules()));
          changes.clear();
          assertThat(carry.encode()).isEqualTo(whole.carry().encode());
        }
      }
    }
    changes.add(travel(fold.seal(List.of()).change()));
    carry = carry.followedBy(changes, 0, source.rules());
    assertThat(carry.encode()).isEqualTo(whole.carry().encode());
    assertThat(travelStreamed(carry).encode()).isEqualTo(carry.encode());
    assertThat(fold.counts()).isEqualTo(FoldCounts.zero(1));
  }

  @Test
  void piecesThatDoNotAdjoinAreRefused() {
    TestingSource source = TestingSource.with("SELECT COUNT(*) AS n FROM testing");
    PartitionFold fold = new PartitionFold(4, source.rules(), source.plans(), 0, Carry.EMPTY);
    fold.advance(10);
    PartitionSnapshot first = fold.seal(List.of()).snapshot();
    fold.advance(20);
    fold.seal(List.of());
    fold.advance(30);
    PartitionSnapshot third = fold.seal(List.of()).snapshot();
    assertThatThrownBy(() -> first.followedBy(third))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot join folds: ");
  }

  /** Changing these bytes is a deliberate act with a version number. */
  private static final String STORED =
      "00000001" // version
          + "00000005" // partition
          + "0000000000000007" // folded: from, to
          + "000000000000000a"
          + "00000001" // lost ranges
          + "00000005" // partition
          + "0000000000000008" // from, to
          + "0000000000000009"
          + "00000000000003e8" // highest event time: 1000
          + "00000000000003ec" // last record timestamp: 1004
          + "0000000000000002" // records
          + "0000000000000000" // dead letters
          + "0000000000000001" // duplicates
          + "0000000000000000" // diverted
          + "00000001" // late, by metric
          + "0000000000000000"
          + "00000001" // expression errors, by metric
          + "0000000000000000"
          + "0000000000000000" // complete as of
          + "0000000000000000" // ids, and their bytes
          + "0000000000000000"
          + "00000001" // views
          + "00000001" // view: version
          + "00000001" // rows
          + "000000000000000000" // pane
          + "000000000000000001" // events
          + "000000000000000001"; // COUNT(*)

  private static final String STORED_CHANGE =
      "00000000000003e8" // highest event time: 1000
          + "00000000000003ec" // last record timestamp: 1004
          + "00000006" // longs
          + "2dcae9613d3c37ca03402c89fa0d3198" // XXH3-128 of the characters "abc"
          + "fffffffffffffc18" // watermark as it stood: 1000 - 2000
          + "2dcae9613d3c37ca03402c89fa0d3198"
          + "fffffffffffffc18";

  @Test
  void formatsOfSnapshotAndChangeArePinned() throws IOException {
    TestingSource source = TestingSource.with("SELECT COUNT(*) AS n FROM testing");
    PartitionFold fold = new PartitionFold(5, source.rules(), source.plans(), 7, Carry.EMPTY);
    fold.rememberChanges();
    JsonDecoder decoder = source.decoder();
    byte[] value = "{\"id\": \"abc\", \"event_time\": 1000}".getBytes(UTF_8);
    decoder.append(7, 1004, value);
    decoder.append(9, 1004, value);
    fold.fold(decoder.take());
    FoldPiece piece = fold.seal(List.of(new OffsetRange(5, 8, 9)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotCodec.write(piece.snapshot(), new DataOutputStream(bytes));
    assertThat(HexFormat.of().formatHex(bytes.toByteArray())).isEqualTo(STORED);
    bytes.reset();
    piece.change().write(new DataOutputStream(bytes));
    assertThat(HexFormat.of().formatHex(bytes.toByteArray())).isEqualTo(STORED_CHANGE);
    assertThat(piece.change().bytes()).isEqualTo(48);
  }

  @Test
  void snapshotOfAnotherVersionOrOfOtherMetricsIsRefused() {
    byte[] stored = HexFormat.of().parseHex(STORED);
    assertThatThrownBy(() -> read(stored, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot decode a snapshot: it has 1 views, expected 0");
    stored[3] = 9;
    assertThatThrownBy(() -> read(stored, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot decode a snapshot of version 9, expected 1");
  }

  private static PartitionSnapshot travel(PartitionSnapshot snapshot, List<ViewSchema> schemas) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      SnapshotCodec.write(snapshot, new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(bytes.toByteArray(), schemas);
  }

  private static PartitionSnapshot read(byte[] bytes, List<ViewSchema> schemas) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      PartitionSnapshot snapshot = SnapshotCodec.read(in, schemas);
      assertThat(in.available()).isZero();
      return snapshot;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CarryChange travel(CarryChange change) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      change.write(new DataOutputStream(bytes));
      return CarryChange.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Carry travelStreamed(Carry carry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      carry.write(new DataOutputStream(bytes));
      return Carry.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.view.View;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Invariant 1: fold[a, b) ⊕ fold[b, c) == fold[a, c), to the last bit, after finish. */
class SplitLawTest {

  private static final TestingSource SOURCE =
      TestingSource.with(
          "SELECT " + TestingSource.EVERY_AGGREGATE + " FROM testing",
          "SELECT txt, "
              + TestingSource.EVERY_AGGREGATE
              + " FROM testing GROUP BY txt,"
              + " TUMBLE(event_time, INTERVAL '10' SECOND)",
          "SELECT big, flag, SUM(big / num) AS quotients, SUM(dbl) AS sum_dbl FROM testing"
              + " WHERE num <> 1 GROUP BY big, flag",
          "SELECT dbl, price, COUNT(*) AS n, SUM(wide) AS sum_wide FROM testing"
              + " GROUP BY dbl, price, TUMBLE(event_time, INTERVAL '1' MINUTE)",
          "SELECT flag, txt, num, dd, wide, AVG(dbl) AS mean FROM testing WHERE flag OR num > 0"
              + " GROUP BY flag, txt, num, dd, wide",
          "SELECT txt, "
              + TestingSource.EVERY_AGGREGATE
              + " FROM testing GROUP BY txt,"
              + " HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND)",
          "SELECT flag, "
              + TestingSource.EVERY_AGGREGATE
              + " FROM testing GROUP BY flag, SESSION(event_time, INTERVAL '3' SECOND)",
          "SELECT COUNT(*) AS n, SUM(dbl) AS s FROM testing"
              + " GROUP BY SESSION(event_time, INTERVAL '0.5' SECOND)",
          "SELECT txt, num, AVG(dbl) AS mean FROM testing"
              + " GROUP BY txt, num, TUMBLE(event_time, INTERVAL '1' WEEK)");

  @Property(tries = 60)
  void piecesMergedInAnyTreeEqualOneFold(@ForAll long seed) {
    Random random = new Random(seed);
    List<RandomLog.Event> records = RandomLog.of(random, random.nextInt(250));
    long end = RandomLog.end(records) + random.nextInt(3);
    PartitionFold whole = SOURCE.fold(records, 0, end, Carry.EMPTY, random);

    List<PartitionFold> pieces = new ArrayList<>();
    long from = 0;
    Carry carry = Carry.EMPTY;
    for (long to : splitPoints(end, random)) {
      PartitionFold piece = SOURCE.fold(records, from, to, carry, random);
      pieces.add(piece);
      carry = TestingSource.travel(piece.carry());
      from = to;
    }

    for (int metric = 0; metric < SOURCE.plans().size(); metric++) {
      List<View> views = new ArrayList<>();
      for (PartitionFold piece : pieces) {
        views.add(piece.view(metric));
      }
      View merged = TestingSource.mergeInRandomTree(views, random);
      assertThat(TestingSource.rows(merged))
          .as("metric %d", metric)
          .isEqualTo(TestingSource.rows(whole.view(metric)));
      assertThat(TestingSource.windows(merged))
          .as("windows of metric %d", metric)
          .isEqualTo(TestingSource.windows(whole.view(metric)));
    }
    assertThat(TestingSource.sum(pieces)).isEqualTo(whole.counts());
    assertThat(TestingSource.lastTime(pieces)).isEqualTo(whole.time());
    assertThat(pieces.get(pieces.size() - 1).position()).isEqualTo(whole.position());
    assertThat(remembered(carry)).isEqualTo(remembered(whole.carry()));
  }

  @Property(tries = 25)
  void sizesOfBatchesDoNotMatter(@ForAll long seed) {
    Random random = new Random(seed);
    List<RandomLog.Event> records = RandomLog.of(random, 150);
    long end = RandomLog.end(records);
    PartitionFold some = SOURCE.fold(records, 0, end, Carry.EMPTY, random);
    PartitionFold other = SOURCE.fold(records, 0, end, Carry.EMPTY, random);
    for (int metric = 0; metric < SOURCE.plans().size(); metric++) {
      assertThat(TestingSource.rows(some.view(metric)))
          .isEqualTo(TestingSource.rows(other.view(metric)));
    }
    assertThat(some.counts()).isEqualTo(other.counts());
  }

  @Property(tries = 25)
  void carryIsAFunctionOfTheRecordsSinceTheWatermarkReachedTheMemorysStart(@ForAll long seed) {
    Random random = new Random(seed);
    List<RandomLog.Event> records = RandomLog.of(random, 200);
    long end = RandomLog.end(records);
    Carry carry = SOURCE.fold(records, 0, end, Carry.EMPTY, random).carry();
    long memoryStart =
        carry.time().highestMs()
            - SOURCE.rules().watermarkDelay().toMillis()
            - SOURCE.rules().deduplicateWithin().orElseThrow().toMillis();
    // The warm-up: from the record with which the watermark reached the start of the memory.
    long highestMs = Long.MIN_VALUE / 4;
    long from = 0;
    for (RandomLog.Event record : records) {
      if (record.row() != null) {
        long eventTimeMs = (Long) record.row().get("event_time");
        highestMs = Math.max(highestMs, Math.min(eventTimeMs, record.timestampMs()));
        if (highestMs - SOURCE.rules().watermarkDelay().toMillis() >= memoryStart) {
          from = record.offset();
          break;
        }
      }
    }
    Carry warmedUp = SOURCE.fold(records, from, end, Carry.EMPTY, random).carry();
    assertThat(remembered(warmedUp)).isEqualTo(remembered(carry));
    assertThat(warmedUp.time().highestMs()).isEqualTo(carry.time().highestMs());
  }

  private static Set<Long> splitPoints(long end, Random random) {
    Set<Long> points = new TreeSet<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      points.add((long) random.nextInt((int) end + 1));
    }
    points.add(end);
    return points;
  }

  private static Set<List<Long>> remembered(Carry carry) {
    Set<List<Long>> ids = new HashSet<>();
    if (carry.ids().length > 0) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(carry.ids()))) {
        for (int i = in.readInt(); i > 0; i--) {
          ids.add(List.of(in.readLong(), in.readLong(), in.readLong()));
        }
        assertThat(in.available()).isZero();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return ids;
  }
}

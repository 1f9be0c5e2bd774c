package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.Metric;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant 2: batch at cut C ⊕ speed [C, E) == fold [0, E), for every C. */
class LambdaEqualsKappaTest {

  private static final int PARTITIONS = 2;

  private static final TestingSource SOURCE =
      TestingSource.with(
          """
          SELECT txt, COUNT(*) AS n, SUM(big) AS sum_big, SUM(dbl) AS sum_dbl, AVG(dbl) AS avg_dbl,
                 AVG(price) AS avg_price, MIN(dd) AS low, MAX(txt) AS high
          FROM testing GROUP BY txt, TUMBLE(event_time, INTERVAL '5' SECOND)
          """,
          """
          SELECT flag, price, SUM(wide) AS w, MAX(flag) FILTER (WHERE num > 0) AS f,
                 MIN(moment) AS m, SUM(big / num) AS q
          FROM testing WHERE num <> 2 GROUP BY flag, price
          """,
          """
          SELECT flag, COUNT(*) AS n, SUM(dbl) AS s, MAX(txt) AS high
          FROM testing GROUP BY flag, HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND)
          """,
          """
          SELECT COUNT(*) AS n, SUM(dbl) AS s, MIN(event_time) AS first_time
          FROM testing GROUP BY SESSION(event_time, INTERVAL '2' SECOND)
          """,
          """
          SELECT txt, SESSION_START(event_time, INTERVAL '5' SECOND) AS since, AVG(price) AS mean
          FROM testing GROUP BY txt, SESSION(event_time, INTERVAL '5' SECOND)
          """,
          """
          SELECT flag, COUNT(*) AS n FROM testing
          GROUP BY flag, TUMBLE(event_time, INTERVAL '1' MONTH)
          """);

  @TempDir java.nio.file.Path folder;

  @Test
  void batchAndSpeedEqualTheReplayForEveryCut() {
    Store store = Store.open(folder.toUri());
    Random random = new Random(3);
    List<List<RandomLog.Event>> log = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<PartitionFold> replay = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<RandomLog.Event> records = RandomLog.of(random, 12);
      log.add(records);
      ends.add(RandomLog.end(records));
      replay.add(SOURCE.fold(records, 0, RandomLog.end(records), Carry.EMPTY, random));
    }
    assertThat(TestingSource.sum(replay).duplicates()).isPositive();
    assertThat(TestingSource.sum(replay).late().get(0)).isPositive();
    assertThat(TestingSource.sum(replay).deadLetters()).isPositive();

    List<List<Batch>> batches = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      batches.add(new ArrayList<>());
      for (long cut = 0; cut <= ends.get(partition); cut++) {
        PartitionFold below = SOURCE.fold(log.get(partition), 0, cut, Carry.EMPTY, random);
        batches.get(partition).add(publish(store, partition, below));
      }
    }
    for (Batch batch0 : batches.get(0)) {
      for (Batch batch1 : batches.get(1)) {
        List<Batch> batch = List.of(batch0, batch1);
        String cut = "cut " + batch0.cut() + ", " + batch1.cut();
        List<PartitionFold> speed = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
          Batch from = batch.get(p);
          speed.add(SOURCE.fold(log.get(p), from.cut(), ends.get(p), from.carry(), random));
        }
        for (int metric = 0; metric < SOURCE.plans().size(); metric++) {
          View merged = merged(speed, metric);
          for (Batch part : batch) {
            merged.merge(part.views().get(metric));
          }
          assertThat(TestingSource.rows(merged))
              .as("metric %d at %s", metric, cut)
              .isEqualTo(TestingSource.rows(merged(replay, metric)));
          assertThat(TestingSource.windows(merged))
              .as("windows of metric %s at %s", metric, cut)
              .isEqualTo(TestingSource.windows(merged(replay, metric)));
        }
        assertThat(batch0.counts().plus(batch1.counts()).plus(TestingSource.sum(speed)))
            .as(cut)
            .isEqualTo(TestingSource.sum(replay));
      }
    }
  }

  /** What a recompute leaves behind of one partition, as the speed layer and a server read it. */
  private record Batch(long cut, Carry carry, FoldCounts counts, List<View> views) {}

  private static Batch publish(Store store, int partition, PartitionFold fold) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < SOURCE.plans().size(); i++) {
      Metric metric = SOURCE.definitions().metrics().get("m" + i);
      Path folder = store.view(metric.name(), metric.fingerprint(), "run-" + fold.position());
      Path file = new Path(folder, "part-%d.parquet".formatted(partition));
      assertThat(ViewFile.write(store, file, fold.view(i), metric.fingerprint())).isTrue();
      views.add(ViewFile.read(file, metric.plan().schema()));
    }
    Carry carry = TestingSource.travel(fold.carry());
    return new Batch(fold.position(), carry, fold.counts(), views);
  }

  private static View merged(List<PartitionFold> folds, int metric) {
    View merged = folds.get(0).view(metric).copy();
    for (PartitionFold fold : folds.subList(1, folds.size())) {
      merged.merge(fold.view(metric));
    }
    return merged;
  }
}

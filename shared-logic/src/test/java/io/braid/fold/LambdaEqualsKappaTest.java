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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Invariant 2: batch at cut C ⊕ speed [C, E) == fold [0, E), for every C. */
class LambdaEqualsKappaTest {

  private static final int PARTITIONS = 2;

  private static final String[] WINDOWS = {
    "",
    "TUMBLE(event_time, INTERVAL '5' SECOND)",
    "HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND)",
    "SESSION(event_time, INTERVAL '2' SECOND)",
    "TUMBLE(event_time, INTERVAL '1' DAY)"
  };

  @TempDir java.nio.file.Path folder;

  /** Every aggregate in every kind of window, with and without a group column. */
  private static TestingSource source(LateRule late) {
    List<String> statements = new ArrayList<>();
    for (String window : WINDOWS) {
      String keys = window.isEmpty() ? "txt" : "txt, " + window;
      statements.add(
          "SELECT txt, %s FROM testing GROUP BY %s".formatted(TestingSource.EVERY_AGGREGATE, keys));
      statements.add(
          "SELECT COUNT(*) AS n, SUM(dbl) AS s, SUM(big / num) AS q, LAST_VALUE(txt) AS l"
              + " FROM testing WHERE num <> 2"
              + (window.isEmpty() ? "" : " GROUP BY " + window));
    }
    return TestingSource.with(late, "Europe/Berlin", statements.toArray(new String[0]));
  }

  @ParameterizedTest
  @EnumSource
  void batchAndSpeedEqualTheReplayForEveryCut(LateRule late) {
    TestingSource source = source(late);
    Store store = Store.open(folder.toUri());
    Random random = new Random(3);
    List<List<RandomLog.Event>> log = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    List<PartitionFold> replay = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<RandomLog.Event> records = RandomLog.of(random, 12);
      log.add(records);
      ends.add(RandomLog.end(records));
      replay.add(source.fold(records, 0, RandomLog.end(records), Carry.EMPTY, random));
    }
    assertThat(TestingSource.sum(replay).duplicates()).isPositive();
    assertThat(TestingSource.sum(replay).late().get(2)).isPositive();
    assertThat(TestingSource.sum(replay).deadLetters()).isPositive();

    List<List<Batch>> batches = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      batches.add(new ArrayList<>());
      for (long cut = 0; cut <= ends.get(partition); cut++) {
        PartitionFold below = source.fold(log.get(partition), 0, cut, Carry.EMPTY, random);
        batches.get(partition).add(publish(source, store, partition, below));
      }
    }
    for (Batch batch0 : batches.get(0)) {
      for (Batch batch1 : batches.get(1)) {
        List<Batch> batch = List.of(batch0, batch1);
        String cut = "cut " + batch0.cut() + ", " + batch1.cut();
        List<PartitionFold> speed = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
          Batch from = batch.get(p);
          speed.add(source.fold(log.get(p), from.cut(), ends.get(p), from.carry(), random));
        }
        for (int metric = 0; metric < source.plans().size(); metric++) {
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

  private static Batch publish(
      TestingSource source, Store store, int partition, PartitionFold fold) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < source.plans().size(); i++) {
      Metric metric = source.definitions().metrics().get("m" + i);
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

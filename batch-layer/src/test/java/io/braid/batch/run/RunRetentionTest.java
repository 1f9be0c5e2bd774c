package io.braid.batch.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.log.Position;
import io.braid.store.Publication;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunRetentionTest {

  private static org.apache.hadoop.fs.Path part(Store store, String run) {
    return new org.apache.hadoop.fs.Path(store.view("m", "f1", run), "part-00000.parquet");
  }

  private static RunManifest finish(Store store, String run) {
    store.putIfAbsent(part(store, run), "view".getBytes(StandardCharsets.UTF_8));
    RunManifest manifest =
        new RunManifest(
            run,
            "s",
            "topic",
            "full",
            Position.NONE,
            Position.NONE,
            List.of(),
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(new RunManifest.MetricView("m", "f1", List.of())),
            "2026-11-22T06:00:00.000Z",
            "test");
    manifest.write(store);
    return manifest;
  }

  @Test
  void keepsTheFiveRunsThatWerePublishedLast(@TempDir Path directory) {
    Store store = Store.open(directory.toUri());
    RunManifest first = finish(store, "run-1");
    Publication.publish(store, first, Instant.EPOCH);
    for (int i = 2; i <= 6; i++) {
      Publication.publish(store, finish(store, "run-" + i), Instant.EPOCH);
    }
    Publication.publish(store, first, Instant.EPOCH); // as a rollback does

    new RunRetention(store).apply("s");

    assertThat(Publication.runs(store, "s"))
        .containsExactly("run-1", "run-6", "run-5", "run-4", "run-3", "run-2");
    for (String kept : List.of("run-1", "run-6", "run-5", "run-4", "run-3")) {
      assertThat(RunManifest.read(store, kept)).isPresent();
      assertThat(store.read(part(store, kept))).isPresent();
    }
    assertThat(RunManifest.read(store, "run-2")).isEmpty();
    assertThat(store.read(part(store, "run-2"))).isEmpty();
  }
}

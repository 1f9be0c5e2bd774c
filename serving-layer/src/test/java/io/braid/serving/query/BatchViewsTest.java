package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.Column;
import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.log.Position;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.store.RunManifest.MetricView;
import io.braid.store.RunManifest.ViewPart;
import io.braid.store.Store;
import io.braid.store.StoreException;
import io.braid.store.ViewFile;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchViewsTest {

  @TempDir Path folder;

  private static TestingLog everyType() {
    return new TestingLog(1)
        .append(
            0,
            Playback.SIX,
            """
            {"at": 1795327200001, "service": "Ünï ☃ 🎬", "latency": -0.0, "bytes": 9223372036854775807,
             "price": -12345678.90, "ok": true, "day": "2026-11-22", "small": -2147483648, "status": "b"}
            """)
        .append(
            0,
            Playback.SIX,
            """
            {"at": 1795327199999, "service": "", "latency": 1e308, "bytes": -9223372036854775808,
             "price": 0.01, "ok": false, "day": "0001-01-01", "small": 2147483647, "status": "a'\\""}
            """)
        .append(0, Playback.SIX, "{\"at\": \"0001-01-01T00:00:00Z\"}")
        .append(0, Playback.SIX, "{\"at\": 1795327200001, \"bytes\": 1, \"latency\": 0.1}");
  }

  @Test
  void columnsOfEveryTypeComeBackFromParquetAsTheyWere() {
    TestingLog log = everyType();
    Store store = Store.open(folder.resolve("a store's [1] *?").toUri());
    var run = log.publish(store, "run-1", log.end());
    PartitionFold fold = log.fold(0, 0, Carry.EMPTY);
    log.advance(fold, 0, 4);

    try (BatchViews views = new BatchViews(store, Duration.ofSeconds(30))) {
      for (int i = 0; i < Playback.METRICS.size(); i++) {
        View read =
            views.read(
                run.manifest().metrics().get(i),
                Playback.METRICS.get(i).plan().schema(),
                PaneRange.ALL,
                1_000_000);

        assertThat(rows(read)).containsExactlyInAnyOrderElementsOf(rows(fold.view(i)));
      }
    }
  }

  @Test
  void onlyPanesOfTheRangeAreReadAndNotMoreThanAllowed() {
    TestingLog log = new TestingLog(1);
    for (int minute = 0; minute < 5; minute++) {
      long at = Playback.SIX + minute * 60_000L;
      log.append(0, at, Playback.event("e" + minute, "s", null, 1, 1, at));
    }
    Store store = Store.open(folder.toUri());
    var run = log.publish(store, "run-1", Position.of(Map.of(0, 5L)));

    try (BatchViews views = new BatchViews(store, Duration.ofSeconds(30))) {
      View read =
          views.read(
              run.manifest().metrics().get(0),
              Playback.QUALITY.plan().schema(),
              new PaneRange(Playback.SIX + 60_000, Playback.SIX + 180_000),
              1_000_000);

      assertThat(read.size()).isEqualTo(2);
      assertThatThrownBy(
              () ->
                  views.read(
                      run.manifest().metrics().get(0),
                      Playback.QUALITY.plan().schema(),
                      PaneRange.ALL,
                      4))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("more than 4 rows");
    }
  }

  @Test
  void sessionsThatReachIntoTheRangeAreRead() {
    ViewSchema schema = new ViewSchema(List.of(), new Window.Session(10), List.of());
    View sessions = new View(schema);
    long[] times = {0, 10, 50, 60, 100, -70};
    sessions.countRows(sessions.rows(List.of(), times, times.length), times.length);
    Store store = Store.open(folder.toUri());
    ViewFile.write(store, store.resolve("views/sessions.parquet"), sessions, "f");
    MetricView stored =
        new MetricView("visits", "f", List.of(new ViewPart("views/sessions.parquet", 4, 1, "")));

    try (BatchViews views = new BatchViews(store, Duration.ofSeconds(30))) {
      for (PaneRange range :
          List.of(
              PaneRange.ALL,
              new PaneRange(10, 50),
              new PaneRange(11, 51),
              new PaneRange(61, 100),
              new PaneRange(Long.MIN_VALUE, 0),
              schema.window().panes(50, 60))) {
        assertThat(rows(views.read(stored, schema, range, 4)))
            .as("%s", range)
            .containsExactlyInAnyOrderElementsOf(rows(sessions.slice(range)));
      }
      assertThat(rows(views.read(stored, schema, new PaneRange(10, 50), 4)))
          .containsExactly(List.of(0L, 10L, 2L));
    }
  }

  @Test
  void aMissingFileIsNamedWithItsStore() {
    Store store = Store.open(folder.toUri());
    MetricView gone =
        new MetricView("quality", "f", List.of(new ViewPart("views/gone.parquet", 1, 1, "")));

    try (BatchViews views = new BatchViews(store, Duration.ofSeconds(30))) {
      assertThatThrownBy(
              () -> views.read(gone, Playback.QUALITY.plan().schema(), PaneRange.ALL, 1_000_000))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("quality")
          .hasMessageContaining("gone.parquet");
    }
  }

  private static List<List<Object>> rows(View view) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < view.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (Column column : view.stored()) {
        Object value = column.value(row);
        values.add(value instanceof byte[] bytes ? new java.math.BigInteger(1, bytes) : value);
      }
      rows.add(values);
    }
    return rows;
  }
}

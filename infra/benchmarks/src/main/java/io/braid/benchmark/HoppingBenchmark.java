package io.braid.benchmark;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.fold.PartitionFold;
import io.braid.time.Granularity;
import io.braid.view.View;
import io.braid.view.Windows;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Composing hopping windows from their panes, at reading: windows that start every minute and last
 * as many minutes as they overlap. The view has two days of minutes by service, most of which hold
 * an event; the score is for all its windows, {@code perRow} for one of them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
@State(Scope.Thread)
public class HoppingBenchmark {

  private static final int DAYS_MS = 2 * 86_400_000;

  /** How many windows an event is in: the minutes that each lasts. */
  @Param({"5", "60", "1440"})
  int overlap;

  /** As written in SELECT. */
  @Param({
    "COUNT(*)",
    "SUM(bytes)",
    "AVG(latency_ms)",
    "MAX(latency_ms)",
    "LAST_VALUE(status)",
    "APPROX_COUNT_DISTINCT(user_id)",
    "APPROX_QUANTILE(latency_ms, 0.99)"
  })
  String aggregate;

  private View view;

  /** Folds two days of events. */
  @Setup
  public void prepare() {
    Statements statements =
        Statements.of(
            ("SELECT service, %s AS v FROM playback"
                    + " GROUP BY service, HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '%d' MINUTE)")
                .formatted(aggregate, overlap));
    PartitionFold fold = statements.fold();
    Traffic traffic = Traffic.extended(DAYS_MS / Traffic.EVENTS);
    for (EventBatch batch : traffic.decode(statements.decoder(), 2_000)) {
      fold.fold(batch);
    }
    view = fold.view(0);
  }

  /** Composes and finishes all windows. */
  @Benchmark
  public Batch compose(Rows rows) {
    rows.begin();
    Batch windows = Windows.finish(view, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE);
    rows.end(windows.size());
    return windows;
  }
}

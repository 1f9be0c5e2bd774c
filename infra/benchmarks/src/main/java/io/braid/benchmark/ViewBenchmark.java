package io.braid.benchmark;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.fold.PartitionFold;
import io.braid.view.View;
import java.util.List;
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
 * Merging and finishing views: what a query pays. The views hold what 50,000 events leave, one row
 * a key and minute; the score is for the whole view, {@code perRow} for one of its rows.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
@State(Scope.Thread)
public class ViewBenchmark {

  /** As written in SELECT. */
  @Param({
    "COUNT(*)",
    "SUM(bytes)",
    "SUM(latency_ms)",
    "AVG(latency_ms)",
    "MAX(latency_ms)",
    "COUNT(DISTINCT user_id)",
    "VAR_SAMP(latency_ms)",
    "LAST_VALUE(status)",
    "APPROX_COUNT_DISTINCT(user_id)",
    "APPROX_QUANTILE(latency_ms, 0.99)"
  })
  String aggregate;

  /** Group columns: 150 rows or, nearly one an event, about 45,000. */
  @Param({"service", "user_id"})
  String keys;

  private View older;
  private View newer;

  /** Folds the two halves of the traffic into a view each. */
  @Setup
  public void prepare() {
    Statements statements =
        Statements.of(
            "SELECT %s, %s AS v FROM playback GROUP BY %s, TUMBLE(event_time, INTERVAL '1' MINUTE)"
                .formatted(keys, aggregate, keys));
    List<EventBatch> batches = Traffic.extended().decode(statements.decoder(), 2_000);
    int middle = batches.size() / 2;
    older = fold(statements, batches.subList(0, middle));
    newer = fold(statements, batches.subList(middle, batches.size()));
  }

  private static View fold(Statements statements, List<EventBatch> batches) {
    PartitionFold fold = statements.fold();
    batches.forEach(fold::fold);
    return fold.view(0);
  }

  /** Merges two views into a third, as every answer does. */
  @Benchmark
  public View merge(Rows rows) {
    rows.begin();
    View merged = new View(older.schema());
    merged.merge(older);
    merged.merge(newer);
    rows.end(older.size() + newer.size());
    return merged;
  }

  /** Finishes a view. */
  @Benchmark
  public Batch finish(Rows rows) {
    rows.begin();
    Batch finished = older.finish();
    rows.end(older.size());
    return finished;
  }
}

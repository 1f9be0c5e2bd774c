package io.braid.benchmark;

import io.braid.decode.EventBatch;
import io.braid.fold.PartitionFold;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The fold of decoded batches: one metric, and what each part of a statement adds to it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
public class FoldBenchmark {

  private static final int POLL = 2_000;

  private static final String MINUTE = "TUMBLE(event_time, INTERVAL '1' MINUTE)";

  /** Decoded batches and what folds them. */
  private static final class Prepared {
    private final Statements statements;
    private final List<EventBatch> batches;

    Prepared(Statements statements) {
      this.statements = statements;
      this.batches = Traffic.extended().decode(statements.decoder(), POLL);
    }

    PartitionFold fold() {
      PartitionFold fold = statements.fold();
      for (EventBatch batch : batches) {
        fold.fold(batch);
      }
      return fold;
    }
  }

  /** One aggregate for each service and minute; COUNT(*) is the part that all have. */
  @State(Scope.Thread)
  public static class Aggregates {

    /** As written in SELECT. */
    @Param({
      "COUNT(*)",
      "COUNT(latency_ms)",
      "COUNT(*) FILTER (WHERE status = 'error')",
      "SUM(bytes)",
      "SUM(latency_ms)",
      "SUM(CAST(bytes AS DECIMAL(12, 2)))",
      "MIN(bytes)",
      "MAX(bytes)",
      "MIN(latency_ms)",
      "MAX(latency_ms)",
      "MAX(user_id)",
      "AVG(bytes)",
      "AVG(latency_ms)",
      "COUNT(DISTINCT user_id)",
      "COUNT(DISTINCT bytes)",
      "COUNT(DISTINCT status)",
      "VAR_POP(bytes)",
      "VAR_SAMP(latency_ms)",
      "STDDEV_POP(bytes)",
      "STDDEV_SAMP(latency_ms)",
      "FIRST_VALUE(latency_ms)",
      "LAST_VALUE(status)",
      "BOOL_AND(cached)",
      "BOOL_OR(cached)",
      "APPROX_COUNT_DISTINCT(user_id)",
      "APPROX_QUANTILE(latency_ms, 0.99)"
    })
    String aggregate;

    private Prepared prepared;

    @Setup
    public void prepare() {
      prepared =
          new Prepared(
              Statements.of(
                  "SELECT service, %s AS v FROM playback GROUP BY service, %s"
                      .formatted(aggregate, MINUTE)));
    }
  }

  /** One kind of window, with COUNT(*) for each service. */
  @State(Scope.Thread)
  public static class Windows {

    /** A short name, see {@link #prepare}. */
    @Param({
      "none",
      "tumble-minute",
      "tumble-second",
      "hop-5-minutes",
      "hop-1-day",
      "session-1s",
      "session-30s",
      "tumble-day-berlin"
    })
    String window;

    private Prepared prepared;

    /** Compiles the statement. */
    @Setup
    public void prepare() {
      String call =
          switch (window) {
            case "none" -> "";
            case "tumble-minute" -> ", " + MINUTE;
            case "tumble-second" -> ", TUMBLE(event_time, INTERVAL '1' SECOND)";
            case "hop-5-minutes" -> ", HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '5' MINUTES)";
            case "hop-1-day" -> ", HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '1' DAY)";
            case "session-1s" -> ", SESSION(event_time, INTERVAL '1' SECOND)";
            case "session-30s" -> ", SESSION(event_time, INTERVAL '30' SECONDS)";
            case "tumble-day-berlin" -> ", TUMBLE(event_time, INTERVAL '1' DAY)";
            default -> throw new IllegalArgumentException("No window is called " + window);
          };
      String zone = window.endsWith("berlin") ? "Europe/Berlin" : "UTC";
      prepared =
          new Prepared(
              Statements.of(
                  "SELECT service, COUNT(*) AS v FROM playback GROUP BY service" + call,
                  zone,
                  false));
    }
  }

  /** Group columns, from none to one group for nearly every event, with COUNT(*) a minute. */
  @State(Scope.Thread)
  public static class Keys {

    /** As written in GROUP BY, but for the window. */
    @Param({"", "service", "service, country, status", "user_id", "event_id"})
    String keys;

    private Prepared prepared;

    /** Compiles the statement. */
    @Setup
    public void prepare() {
      prepared =
          new Prepared(
              Statements.of(
                  "SELECT COUNT(*) AS v FROM playback GROUP BY %s%s"
                      .formatted(keys.isEmpty() ? "" : keys + ", ", MINUTE)));
    }
  }

  /** The judging of duplicates, with COUNT(*) over all. */
  @State(Scope.Thread)
  public static class Duplicates {

    /** Whether ids are remembered, for 10 minutes. */
    @Param({"false", "true"})
    boolean deduplicate;

    private Prepared prepared;

    /** Compiles the statement. */
    @Setup
    public void prepare() {
      prepared =
          new Prepared(Statements.of("SELECT COUNT(*) AS v FROM playback", "UTC", deduplicate));
    }
  }

  /** Folds with one aggregate. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public PartitionFold aggregate(Aggregates state) {
    return state.prepared.fold();
  }

  /** Folds into one kind of window. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public PartitionFold window(Windows state) {
    return state.prepared.fold();
  }

  /** Folds by group columns. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public PartitionFold keys(Keys state) {
    return state.prepared.fold();
  }

  /** Folds with and without a duplicate rule. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public PartitionFold duplicates(Duplicates state) {
    return state.prepared.fold();
  }
}

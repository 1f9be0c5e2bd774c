package io.braid.benchmark;

import io.braid.column.Batch;
import io.braid.decode.EventBatch;
import io.braid.expression.Expression;
import io.braid.expression.ExpressionErrors;
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
import org.openjdk.jmh.infra.Blackhole;

/** Scalar expressions over decoded columns. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
@State(Scope.Thread)
public class ExpressionBenchmark {

  /** As written in GROUP BY. */
  @Param({
    "status = 'error'",
    "bytes + 1",
    "latency_ms * 2 + 1",
    "bytes / 1024",
    "latency_ms BETWEEN 100 AND 200 AND status = 'ok'",
    "CASE WHEN bytes > 1000000 THEN 'large' WHEN bytes > 1000 THEN 'middle' ELSE 'small' END",
    "COALESCE(country, '??')",
    "UPPER(service)",
    "CAST(latency_ms AS BIGINT)"
  })
  String expression;

  private List<EventBatch> batches;
  private Expression compiled;

  /** Compiles the expression. */
  @Setup
  public void prepare() {
    Statements statements =
        Statements.of(
            "SELECT %s AS k, COUNT(*) AS v FROM playback GROUP BY %s"
                .formatted(expression, expression));
    batches = Traffic.extended().decode(statements.decoder(), 2_000);
    compiled = statements.plans().get(0).keys().get(0);
  }

  /** Evaluates the expression for every event. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public void evaluate(Blackhole blackhole) {
    ExpressionErrors errors = new ExpressionErrors();
    for (EventBatch batch : batches) {
      Batch columns = batch.columns();
      blackhole.consume(compiled.evaluate(columns, errors));
    }
  }
}

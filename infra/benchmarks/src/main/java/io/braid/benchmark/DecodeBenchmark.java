package io.braid.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import java.io.IOException;
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

/** From a record's bytes to typed columns: the demo's events, the columns its metrics read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
@State(Scope.Thread)
public class DecodeBenchmark {

  /** How many records a poll brings. */
  @Param({"500", "5000"})
  int poll;

  private Traffic traffic;
  private Decoder decoder;
  private final JsonFactory jackson = new JsonFactory();

  @Setup
  public void prepare() {
    traffic = Traffic.demo();
    decoder = Statements.demo().decoder();
  }

  /** The parser's tokens, read and dropped: what no JSON decoder over it can undercut. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public int jacksonAlone() throws IOException {
    int tokens = 0;
    for (byte[] value : traffic.values()) {
      try (JsonParser parser = jackson.createParser(value)) {
        while (parser.nextToken() != null) {
          tokens++;
        }
      }
    }
    return tokens;
  }

  /** Decodes polls into batches. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public void json(Blackhole blackhole) {
    for (int from = 0; from < Traffic.EVENTS; from += poll) {
      EventBatch batch = traffic.decode(decoder, from, Math.min(from + poll, Traffic.EVENTS));
      blackhole.consume(batch);
    }
  }
}

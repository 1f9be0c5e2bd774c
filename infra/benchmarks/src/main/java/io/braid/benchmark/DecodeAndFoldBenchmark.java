package io.braid.benchmark;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.fold.PartitionFold;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/**
 * Metrics over the demo's events, decoded and folded, against the decoder alone: turn by turn, one
 * poll each, so that what slows the machine down slows both. The sides are told in processor time
 * of the thread: time that neighbours took is nobody's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
@State(Scope.Thread)
public class DecodeAndFoldBenchmark {

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  /** How records are written. */
  @Param({"json", "avro"})
  String format;

  /** One metric, or all four of the demo: among them sessions of users and two sketches. */
  @Param({"one", "demo"})
  String metrics;

  /** How many records a poll brings. */
  @Param({"500", "5000"})
  int poll;

  private Traffic traffic;
  private Statements statements;
  private Decoder decoder;

  /** What the two sides took in one iteration. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Sides {
    private long events;
    private long decodeNs;
    private long decodeAndFoldNs;

    /** Forgets the last iteration. */
    @Setup(Level.Iteration)
    public void clear() {
      events = 0;
      decodeNs = 0;
      decodeAndFoldNs = 0;
    }

    /** Returns nanoseconds an event of the decoder alone. */
    public double decodeAlone() {
      return (double) decodeNs / events;
    }

    /** Returns nanoseconds an event of decoder and fold. */
    public double decodeAndFold() {
      return (double) decodeAndFoldNs / events;
    }

    /** Returns the throughput of decoder and fold in percent of the decoder's alone. */
    public double percentOfDecoder() {
      return 100.0 * decodeNs / decodeAndFoldNs;
    }
  }

  /** Makes events and compiles the demo's metrics. */
  @Setup
  public void prepare() {
    Encoding encoding = Encoding.named(format);
    traffic = Traffic.demo(encoding);
    statements = metrics.equals("one") ? Statements.oneMetric(encoding) : Statements.demo(encoding);
    decoder = statements.decoder();
  }

  /** Goes through all events twice; the score is the mean of both sides. */
  @Benchmark
  @OperationsPerInvocation(2 * Traffic.EVENTS)
  public PartitionFold demo(Sides sides, Blackhole blackhole) {
    PartitionFold fold = statements.fold();
    for (int from = 0; from < traffic.size(); from += poll) {
      int to = Math.min(from + poll, traffic.size());
      long start = CLOCK.getCurrentThreadCpuTime();
      blackhole.consume(traffic.decode(decoder, from, to));
      long middle = CLOCK.getCurrentThreadCpuTime();
      EventBatch batch = traffic.decode(decoder, from, to);
      fold.fold(batch);
      long end = CLOCK.getCurrentThreadCpuTime();
      sides.decodeNs += middle - start;
      sides.decodeAndFoldNs += end - middle;
    }
    sides.events += traffic.size();
    return fold;
  }
}

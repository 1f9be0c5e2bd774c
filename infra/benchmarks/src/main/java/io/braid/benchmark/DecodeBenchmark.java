package io.braid.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.braid.decode.Decoder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
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

/**
 * From a record's bytes to typed columns: the demo's events, the columns its metrics read. Beside
 * it what the format's own library takes for the same bytes, without columns, types or rules.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
public class DecodeBenchmark {

  /** Records in a format, and the decoder of the demo's source. */
  @State(Scope.Thread)
  public static class Decoding {

    /** How records are written. */
    @Param({"json", "avro"})
    String format;

    /** How many records a poll brings. */
    @Param({"500", "5000"})
    int poll;

    private Traffic traffic;
    private Decoder decoder;

    /** Makes events and a decoder. */
    @Setup
    public void prepare() {
      Encoding encoding = Encoding.named(format);
      traffic = Traffic.demo(encoding);
      decoder = Statements.demo(encoding).decoder();
    }
  }

  /** Records of JSON. */
  @State(Scope.Thread)
  public static class Json {
    private final JsonFactory factory = new JsonFactory();
    private Traffic traffic;

    /** Makes events. */
    @Setup
    public void prepare() {
      traffic = Traffic.demo(Encoding.JSON);
    }
  }

  /** Records of Avro. */
  @State(Scope.Thread)
  public static class Avro {
    private final GenericDatumReader<GenericRecord> reader =
        new GenericDatumReader<>(AvroEvents.SCHEMA);
    private Traffic traffic;

    /** Makes events. */
    @Setup
    public void prepare() {
      traffic = Traffic.demo(Encoding.AVRO);
    }
  }

  /** Decodes polls into batches. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public void decoder(Decoding state, Blackhole blackhole) {
    Traffic traffic = state.traffic;
    for (int from = 0; from < traffic.size(); from += state.poll) {
      int to = Math.min(from + state.poll, traffic.size());
      blackhole.consume(traffic.decode(state.decoder, from, to));
    }
  }

  /** Jackson's tokens, read and dropped: what no decoder over its parser can undercut. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public int jacksonAlone(Json state) throws IOException {
    int tokens = 0;
    for (byte[] value : state.traffic.values()) {
      try (JsonParser parser = state.factory.createParser(value)) {
        while (parser.nextToken() != null) {
          tokens++;
        }
      }
    }
    return tokens;
  }

  /** Avro's generic records, as thrifty as it can: reader, decoder and record are used again. */
  @Benchmark
  @OperationsPerInvocation(Traffic.EVENTS)
  public void avroAlone(Avro state, Blackhole blackhole) throws IOException {
    BinaryDecoder decoder = null;
    GenericRecord record = null;
    for (byte[] value : state.traffic.values()) {
      decoder = DecoderFactory.get().binaryDecoder(value, decoder);
      record = state.reader.read(record, decoder);
      blackhole.consume(record);
    }
  }
}

package io.braid.benchmark.speed;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.client.ApiClient;
import io.braid.client.ApiException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How long an event takes from its acknowledgement to its producer until it is in an HTTP answer: a
 * {@code braid up} of its own, a producer at a steady rate, and one client that asks for the last
 * two minutes over one connection as often as it is answered. Fails when the last answer lacks
 * events.
 */
@Command(
    name = "speed-freshness",
    description = "From an event's acknowledgement to an HTTP answer with it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class FreshnessBenchmark implements Callable<Integer> {

  private static final long MINUTE_MS = 60_000;
  private static final int USERS = 5_000;

  @Spec private CommandSpec spec;

  @Option(names = "--rate", defaultValue = "20000", description = "Events a second.")
  private int rate;

  @Option(names = "--seconds", defaultValue = "60", description = "Measured, of each run.")
  private int seconds;

  @Option(names = "--warm-up", defaultValue = "20", description = "Seconds before that.")
  private int warmUpSeconds;

  @Option(names = "--rounds", defaultValue = "5", description = "Runs, each a new process.")
  private int rounds;

  @Option(names = "--partitions", defaultValue = "4", description = "Of the topic.")
  private int partitions;

  @Option(names = "--format", defaultValue = "avro", description = "Of the records.")
  private String format;

  @Option(
      names = "--folder",
      defaultValue = "${java.io.tmpdir}",
      description = "Where store and broker are kept meanwhile.")
  private Path folder;

  /** One run, in milliseconds. */
  private record Result(double p50, double p99, double max, double statedP50, double statedP99) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Result> results = new ArrayList<>();
    try (Workplace place = Workplace.open(folder)) {
      for (int round = 1; round <= rounds; round++) {
        results.add(run(place, "freshness-" + round, out));
      }
    }
    out.printf("%n| ms | median [least, greatest] of %d runs |%n|---|---|%n", rounds);
    row(out, "p50", results.stream().map(Result::p50).toList());
    row(out, "p99", results.stream().map(Result::p99).toList());
    row(out, "max", results.stream().map(Result::max).toList());
    row(out, "freshness_ms as stated, p50", results.stream().map(Result::statedP50).toList());
    row(out, "freshness_ms as stated, p99", results.stream().map(Result::statedP99).toList());
    return 0;
  }

  private static void row(PrintWriter out, String name, List<Double> values) {
    out.printf(Locale.ROOT, "| %s | %s |%n", name, Figures.spread(values, "%.1f"));
    out.flush();
  }

  private Result run(Workplace place, String name, PrintWriter out) throws Exception {
    EventLog.create(place.bootstrapServers(), name, partitions);
    Path definition =
        Definition.write(
            place.folder(),
            name,
            place.bootstrapServers(),
            name,
            partitions,
            format,
            false,
            Definition.STATEMENT);
    AnswerDelays delays = new AnswerDelays(partitions);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong acknowledged = new AtomicLong();
    try (UpProcess up = UpProcess.start(definition)) {
      up.awaitReady();
      Thread producer =
          new Thread(() -> produce(place, name, delays, acknowledged, stop), "producer");
      producer.start();
      long[] stated;
      try {
        ask(up.client(), delays, warmUpSeconds);
        delays.startMeasuring();
        stated = ask(up.client(), delays, seconds);
      } finally {
        stop.set(true);
        producer.join();
      }
      checkComplete(up, acknowledged.get());
      long[] taken = delays.delays();
      Result result =
          new Result(
              Figures.quantile(taken, 0.5) / 1e6,
              Figures.quantile(taken, 0.99) / 1e6,
              Figures.quantile(taken, 1) / 1e6,
              Figures.quantile(stated, 0.5),
              Figures.quantile(stated, 0.99));
      out.printf(
          Locale.ROOT,
          "%s: %,d events, %,.0f a second; %,.0f answers a second; p50 %.1f ms, p99 %.1f, max %.1f;"
              + " stated p50 %.0f, p99 %.0f, max %d%n",
          name,
          taken.length,
          (double) taken.length / seconds,
          (double) stated.length / seconds,
          result.p50(),
          result.p99(),
          result.max(),
          result.statedP50(),
          result.statedP99(),
          stated[stated.length - 1]);
      out.flush();
      return result;
    }
  }

  private void produce(
      Workplace place,
      String topic,
      AnswerDelays delays,
      AtomicLong acknowledged,
      AtomicBoolean stop) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, place.bootstrapServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    Playback playback = new Playback(1, USERS);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
      long startNs = System.nanoTime();
      for (long sent = 0; !stop.get(); sent++) {
        long dueNs = startNs + sent * 1_000_000_000L / rate;
        while (System.nanoTime() < dueNs) {
          LockSupport.parkNanos(200_000);
        }
        Playback.Event event = playback.next(System.currentTimeMillis());
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic, (int) (sent % partitions), event.key(), playback.encode(event, format)),
                (metadata, problem) -> {
                  if (problem == null) {
                    long nowNs = System.nanoTime();
                    delays.acknowledged(metadata.partition(), metadata.offset(), nowNs);
                    acknowledged.incrementAndGet();
                  }
                });
      }
    }
  }

  /** Asks for some seconds, and returns the stated freshness of each answer, ms. */
  private static long[] ask(ApiClient client, AnswerDelays delays, int seconds)
      throws ApiException, InterruptedException {
    long endNs = System.nanoTime() + seconds * 1_000_000_000L;
    long[] stated = new long[1 << 10];
    int answers = 0;
    while (System.nanoTime() < endNs) {
      long from = Math.floorDiv(System.currentTimeMillis(), MINUTE_MS) * MINUTE_MS - MINUTE_MS;
      byte[] body =
          client.queryBytes(
              Definition.METRIC, Map.of("from", Long.toString(from), "limit", "1000"));
      long atNs = System.nanoTime();
      JsonNode provenance = ApiClient.parse(body).orElseThrow().path("provenance");
      provenance
          .path("speed")
          .path("position")
          .properties()
          .forEach(p -> delays.answered(Integer.parseInt(p.getKey()), p.getValue().asLong(), atNs));
      if (answers == stated.length) {
        stated = Arrays.copyOf(stated, 2 * answers);
      }
      stated[answers++] = provenance.path("freshness_ms").asLong();
    }
    return Arrays.copyOf(stated, answers);
  }

  private static void checkComplete(UpProcess up, long acknowledged)
      throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + 30_000_000_000L;
    long plays = 0;
    while (plays != acknowledged) {
      if (System.nanoTime() > deadlineNs) {
        throw new IOException(
            "The last answer has %d of %d acknowledged events".formatted(plays, acknowledged));
      }
      plays = plays(up);
    }
  }

  /** Returns how many events an answer of all groups in all minutes has. */
  static long plays(UpProcess up) throws IOException, InterruptedException {
    long plays = 0;
    JsonNode answer =
        up.firstAnswer(Map.of("group_by", "", "granularity", "all", "limit", "10000"));
    int column = 0;
    while (!answer.path("columns").path(column).path("name").asText().equals("plays")) {
      column++;
    }
    for (JsonNode row : answer.path("rows")) {
      plays += row.path(column).asLong();
    }
    return plays;
  }
}

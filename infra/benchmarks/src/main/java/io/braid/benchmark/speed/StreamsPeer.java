package io.braid.benchmark.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The metric in Kafka Streams, in its low-level form, which is kinder to it than its DSL: one
 * processor on the topic itself, so that nothing goes through a repartition topic; records are read
 * by hand; one window store in memory with a changelog and a cache, whose values are bytes that are
 * changed in place. One thread. A window's rows are read when it closes.
 */
public final class StreamsPeer {

  private static final String STORE = "groups";
  private static final long MINUTE_MS = 60_000;
  private static final long WATERMARK_MS = 5_000;

  /** Longer than a window lives, and the least that lets none expire before it is read. */
  private static final Duration RETENTION = Duration.ofMinutes(5);

  private StreamsPeer() {}

  /**
   * Takes the brokers' addresses, the topic, its format, the processing guarantee, how many events
   * the topic has, and how many are warm-up.
   */
  public static void main(String[] args) throws Exception {
    Path state = Files.createTempDirectory("braid-streams-");
    long total = Long.parseLong(args[4]);
    CompletableFuture<String> result = new CompletableFuture<>();
    Topology topology =
        new Topology()
            .addSource("events", args[1])
            .addProcessor(
                "fold",
                () -> new Fold(args[2], total, new Lap(Long.parseLong(args[5])), result),
                "events")
            .addStateStore(
                Stores.windowStoreBuilder(
                        Stores.inMemoryWindowStore(
                            STORE, RETENTION, Duration.ofMillis(MINUTE_MS), false),
                        Serdes.ByteArray(),
                        Serdes.ByteArray())
                    .withCachingEnabled()
                    .withLoggingEnabled(Map.of()),
                "fold");
    try (KafkaStreams streams = new KafkaStreams(topology, settings(args[0], args[3], state))) {
      streams.setUncaughtExceptionHandler(
          failure -> {
            result.completeExceptionally(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      System.out.println(result.get());
    } finally {
      delete(state);
    }
  }

  private static Properties settings(String bootstrapServers, String guarantee, Path state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams-" + UUID.randomUUID());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    Map<String, Object> reading =
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            4 << 20,
            ConsumerConfig.RECEIVE_BUFFER_CONFIG,
            1 << 20);
    reading.forEach((name, value) -> settings.put(StreamsConfig.consumerPrefix(name), value));
    // Its default of 1,000 pauses the partition at every poll of 10,000.
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20_000);
    return settings;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** The topology's one processor. */
  private static final class Fold implements Processor<byte[], byte[], Void, Void> {

    private final PlaybackReader reader;
    private final long total;
    private final Lap lap;
    private final CompletableFuture<String> result;
    private WindowStore<byte[], byte[]> groups;
    private Totals totals = new Totals(0, 0, 0, 0, 0, 0);
    private long records;
    private long highestMs = Long.MIN_VALUE;
    private long nextMinuteMs = Long.MAX_VALUE;

    Fold(String format, long total, Lap lap, CompletableFuture<String> result) {
      this.reader = new PlaybackReader(format);
      this.total = total;
      this.lap = lap;
      this.result = result;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      groups = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      reader.read(record.value());
      long minuteMs = Math.floorDiv(reader.eventTimeMs(), MINUTE_MS) * MINUTE_MS;
      byte[] group = reader.group();
      byte[] state = groups.fetch(group, minuteMs);
      groups.put(
          group, GroupState.add(state == null ? GroupState.empty() : state, reader), minuteMs);
      if (records == 0) {
        nextMinuteMs = minuteMs - MINUTE_MS; // events before the first are in the minute before
      }
      highestMs = Math.max(highestMs, reader.eventTimeMs());
      while (nextMinuteMs + MINUTE_MS + WATERMARK_MS <= highestMs) {
        closeMinute();
      }
      records++;
      lap.reached(records);
      if (records == total) {
        while (nextMinuteMs <= highestMs) {
          closeMinute();
        }
        result.complete(lap.end(records) + " " + totals.line());
      }
    }

    private void closeMinute() {
      try (KeyValueIterator<Windowed<byte[]>, byte[]> rows =
          groups.fetchAll(nextMinuteMs, nextMinuteMs)) {
        rows.forEachRemaining(row -> totals = GroupState.plus(totals, row.value));
      }
      nextMinuteMs += MINUTE_MS;
    }
  }
}

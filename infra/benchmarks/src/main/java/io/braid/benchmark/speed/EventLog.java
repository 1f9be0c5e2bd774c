package io.braid.benchmark.speed;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic that is filled with {@link Playback} events of a time long ago, and what the metric is
 * over them. The same events at every run. One thread.
 */
final class EventLog {

  private static final long START_MS = 1_700_000_000_000L;

  /** 30,000 events a minute: some 55 groups with 550 events and 400 users each. */
  private static final int GAP_MS = 2;

  private static final int USERS = 5_000;

  private final String bootstrapServers;
  private final String topic;
  private final String format;
  private final int partitions;
  private final Playback playback = new Playback(1, USERS);
  private final Reference all = new Reference();
  private final Reference distinct = new Reference();
  private long events;
  private long valueBytes;

  /**
   * Creates the topic.
   *
   * @param format {@code avro} or {@code json}
   */
  EventLog(String bootstrapServers, String format, int partitions)
      throws InterruptedException, ExecutionException {
    this.bootstrapServers = bootstrapServers;
    this.topic = "playback-" + format;
    this.format = format;
    this.partitions = partitions;
    create(bootstrapServers, topic, partitions);
  }

  /** Creates a topic. */
  static void create(String bootstrapServers, String topic, int partitions)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /** Appends events, partition by partition in turn, and returns when they are acknowledged. */
  void fill(long more) {
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (long end = events + more; events < end; events++) {
        long nowMs = START_MS + events * GAP_MS;
        Playback.Event event = playback.next(nowMs);
        all.add(event);
        if (!event.repeated()) {
          distinct.add(event);
        }
        byte[] value = playback.encode(event, format);
        valueBytes += value.length;
        int partition = (int) (events % partitions);
        var unused =
            producer.send(
                new ProducerRecord<>(topic, partition, nowMs, event.key(), value),
                (metadata, problem) -> {
                  if (problem != null) {
                    failure.set(problem);
                  }
                });
      }
    }
    if (failure.get() != null) {
      throw new IllegalStateException("Cannot fill topic " + topic, failure.get());
    }
  }

  /** Large batches without compression: the reader's side is what is measured. */
  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return new KafkaProducer<>(settings);
  }

  String topic() {
    return topic;
  }

  String format() {
    return format;
  }

  /** Returns how many events it has. */
  long events() {
    return events;
  }

  /** Returns the length of all values together. */
  long valueBytes() {
    return valueBytes;
  }

  /** Returns the metric over all events; no more may be filled in then. */
  Totals totals() {
    return all.totals();
  }

  /** Returns the metric over the events without repetitions; no more may be filled in then. */
  Totals distinctTotals() {
    return distinct.totals();
  }
}

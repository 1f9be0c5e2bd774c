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
 * A topic of one partition, filled once with {@link Playback} events, and what the metric is over
 * them.
 *
 * @param topic its name
 * @param format {@code avro} or {@code json}
 * @param events how many it has
 * @param valueBytes all values together
 * @param all the metric over all events
 * @param distinct the metric over the events without repetitions
 */
record EventLog(
    String topic, String format, long events, long valueBytes, Totals all, Totals distinct) {

  private static final long START_MS = 1_700_000_000_000L;

  /** 30,000 events a minute: some 55 groups with 550 events and 400 users each. */
  private static final int GAP_MS = 2;

  private static final int USERS = 5_000;

  /** Creates and fills a topic. */
  static EventLog fill(String bootstrapServers, String format, long events)
      throws InterruptedException, ExecutionException {
    String topic = "playback-" + format;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    Playback playback = new Playback(1, USERS);
    Reference all = new Reference();
    Reference distinct = new Reference();
    long valueBytes = 0;
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
      for (long i = 0; i < events; i++) {
        long nowMs = START_MS + i * GAP_MS;
        Playback.Event event = playback.next(nowMs);
        all.add(event);
        if (!event.repeated()) {
          distinct.add(event);
        }
        byte[] value = playback.encode(event, format);
        valueBytes += value.length;
        var unused = producer.send(
            new ProducerRecord<>(topic, 0, nowMs, event.key(), value),
            (metadata, problem) -> {
              if (problem != null) {
                failure.set(problem);
              }
            });
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("Cannot fill topic " + topic, failure.get());
    }
    return new EventLog(topic, format, events, valueBytes, all.totals(), distinct.totals());
  }

  /** Large batches without compression: the reader's side is what is measured. */
  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
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
}

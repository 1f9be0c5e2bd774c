package io.braid.speed.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies records that metrics do without to topics of their own: dead letters to {@value
 * #DEAD_LETTERS}, and events dropped as late to {@value #LATE_EVENTS}. Key and value go as they
 * came, and where they came from and why stand in the headers {@code source}, {@code partition},
 * {@code offset} and {@code reason}; of late events {@code metrics} names those that dropped it,
 * with commas between. At least once: what was sent counts after {@link #flush}. Safe to share
 * between threads.
 */
public final class DivertedRecords implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DivertedRecords.class);

  /**
   * Larger records are sent without their value: a topic takes 1 MiB by default, and a record that
   * never goes through would hold up all others.
   */
  private static final int MAX_BYTES = 900_000;

  /** Where dead letters go. */
  public static final String DEAD_LETTERS = "braid.dead-letters";

  /** Where late events go that a metric has dropped. */
  public static final String LATE_EVENTS = "braid.late-events";

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<UndeliveredException> failure = new AtomicReference<>();

  /**
   * Opens the sink.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   */
  public DivertedRecords(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    this.producer = new KafkaProducer<>(settings);
  }

  /** Sends a record that {@code source} could not decode. */
  public void deadLetter(String source, ConsumerRecord<byte[], byte[]> record, String reason) {
    send(DEAD_LETTERS, source, record, reason, List.of());
  }

  /**
   * Sends a late event.
   *
   * @param metrics of {@code source} that dropped it
   */
  public void lateEvent(
      String source, ConsumerRecord<byte[], byte[]> record, String reason, List<String> metrics) {
    send(LATE_EVENTS, source, record, reason, metrics);
  }

  private void send(
      String topic,
      String source,
      ConsumerRecord<byte[], byte[]> record,
      String reason,
      List<String> metrics) {
    int bytes = length(record.key()) + length(record.value());
    boolean tooLarge = bytes > MAX_BYTES;
    ProducerRecord<byte[], byte[]> letter =
        tooLarge
            ? new ProducerRecord<>(topic, null, null)
            : new ProducerRecord<>(topic, record.key(), record.value());
    Headers headers = letter.headers();
    if (!tooLarge) {
      record.headers().forEach(headers::add);
    }
    put(headers, "source", source);
    put(headers, "partition", Integer.toString(record.partition()));
    put(headers, "offset", Long.toString(record.offset()));
    put(
        headers,
        "reason",
        tooLarge ? "%s; key and value left out: %d bytes".formatted(reason, bytes) : reason);
    if (!metrics.isEmpty()) {
      put(headers, "metrics", String.join(",", metrics));
    }
    var unused =
        producer.send(
            letter,
            (metadata, e) -> {
              if (e instanceof RecordTooLargeException) {
                LOG.warn(
                    "What {}-{} offset {} became is larger than {} takes; it is left out",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    topic);
              } else if (e != null) {
                failure.compareAndSet(
                    null,
                    new UndeliveredException(
                        "Cannot send to %s: %s".formatted(topic, e.getMessage()), e));
              }
            });
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void put(Headers headers, String key, String value) {
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns when everything sent before is stored.
   *
   * @throws UndeliveredException when something could not be sent
   */
  public void flush() {
    producer.flush();
    UndeliveredException e = failure.getAndSet(null);
    if (e != null) {
      throw new UndeliveredException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}

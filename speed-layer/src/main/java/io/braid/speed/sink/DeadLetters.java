package io.braid.speed.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
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
 * Sends records that are part of no view to the topic {@value #TOPIC}: key and value as they came,
 * and where they came from and why in the headers {@code source}, {@code partition}, {@code offset}
 * and {@code reason}. At least once: what was sent counts after {@link #flush}. Safe to share
 * between threads.
 */
public final class DeadLetters implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /**
   * Larger records are sent without their value: a topic takes 1 MiB by default, and a letter that
   * never goes through would hold up all others.
   */
  private static final int MAX_BYTES = 900_000;

  /** Where dead letters go. */
  public static final String TOPIC = "braid.dead-letters";

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * Opens the sink.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   */
  public DeadLetters(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    this.producer = new KafkaProducer<>(settings);
  }

  /** Sends a record that {@code source} could not decode. */
  public void send(String source, ConsumerRecord<byte[], byte[]> record, String reason) {
    int bytes = length(record.key()) + length(record.value());
    boolean tooLarge = bytes > MAX_BYTES;
    ProducerRecord<byte[], byte[]> letter =
        tooLarge
            ? new ProducerRecord<>(TOPIC, null, null)
            : new ProducerRecord<>(TOPIC, record.key(), record.value());
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
    var unused =
        producer.send(
            letter,
            (metadata, e) -> {
              if (e instanceof RecordTooLargeException) {
                LOG.warn(
                    "The dead letter of {}-{} offset {} is larger than {} takes; it is left out",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    TOPIC);
              } else if (e != null) {
                failure.compareAndSet(null, e);
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
    Exception e = failure.getAndSet(null);
    if (e != null) {
      throw new UndeliveredException("Cannot send to %s: %s".formatted(TOPIC, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}

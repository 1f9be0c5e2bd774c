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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records that are part of no view to the topic {@value #TOPIC}: key and value as they came,
 * and where they came from and why in the headers {@code source}, {@code partition}, {@code offset}
 * and {@code reason}. At least once: what was sent counts after {@link #flush}. Safe to share
 * between threads.
 */
public final class DeadLetters implements AutoCloseable {

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
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(TOPIC, record.key(), record.value());
    Headers headers = letter.headers();
    record.headers().forEach(headers::add);
    put(headers, "source", source);
    put(headers, "partition", Integer.toString(record.partition()));
    put(headers, "offset", Long.toString(record.offset()));
    put(headers, "reason", reason);
    var unused =
        producer.send(
            letter,
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private static void put(Headers headers, String key, String value) {
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns when everything sent before is stored.
   *
   * @throws KafkaException when something could not be sent; what was sent since the last
   *     successful flush has to be sent again
   */
  public void flush() {
    producer.flush();
    Exception e = failure.getAndSet(null);
    if (e != null) {
      throw new KafkaException("Cannot send to %s: %s".formatted(TOPIC, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}

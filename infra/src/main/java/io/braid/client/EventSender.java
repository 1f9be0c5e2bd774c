package io.braid.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes events to one existing topic: each once (idempotent, acknowledged by all replicas), in
 * order per partition, stamped with the present.
 *
 * <p>Sending is asynchronous; the first failure is thrown by a later {@link #send} or by {@link
 * #flush}. One thread sends; the counts may be read by any.
 */
public final class EventSender implements AutoCloseable {
  private static final Duration CONNECT_BOUND = Duration.ofSeconds(10);
  private static final Duration DELIVERY_BOUND = Duration.ofSeconds(30);

  /** Kafka's own default, for brokers that do not let us ask. */
  private static final int USUAL_LIMIT_BYTES = (1 << 20) + 12;

  /** What a batch of one record adds to its key and value: headers, checksum, varints. */
  private static final int OVERHEAD_BYTES = 100;

  private static final int BATCH_BYTES = 128 << 10;
  private static final long BUFFER_BYTES = 32L << 20;

  private final String topic;
  private final int limitBytes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong acknowledged = new AtomicLong();
  private final Map<Integer, Long> position = new ConcurrentHashMap<>();
  private final AtomicReference<SendException> failure = new AtomicReference<>();

  private EventSender(String topic, int limitBytes, KafkaProducer<byte[], byte[]> producer) {
    this.topic = topic;
    this.limitBytes = limitBytes;
    this.producer = producer;
  }

  /**
   * Connects, within 10 s, and checks that the topic exists.
   *
   * @param bootstrapServers one or more {@code host:port}, with commas between
   * @throws SendException when no broker answers or there is no such topic
   * @throws IllegalArgumentException when the address has not that form
   */
  public static EventSender connect(String bootstrapServers, String topic)
      throws SendException, InterruptedException {
    try {
      int limitBytes = limitOf(bootstrapServers, topic);
      return new EventSender(
          topic, limitBytes, new KafkaProducer<>(settings(bootstrapServers, limitBytes)));
    } catch (KafkaException e) {
      if (hasCause(e, ConfigException.class)) {
        throw new IllegalArgumentException(
            "Invalid Kafka address: "
                + bootstrapServers
                + ", must be host:port of a host that can be resolved",
            e);
      }
      throw new SendException("Cannot connect to Kafka at " + bootstrapServers + ": " + e, e);
    }
  }

  /** Returns how large a batch the topic takes, once it is certain that there is the topic. */
  private static int limitOf(String bootstrapServers, String topic)
      throws SendException, InterruptedException {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.CLIENT_ID_CONFIG,
            "braid-produce",
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) CONNECT_BOUND.toMillis() / 2,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) CONNECT_BOUND.toMillis());
    Admin admin = Admin.create(settings);
    try {
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(CONNECT_BOUND.toMillis(), TimeUnit.MILLISECONDS);
      return limitOf(admin, topic);
    } catch (ExecutionException e) {
      if (hasCause(e, UnknownTopicOrPartitionException.class)
          || hasCause(e, InvalidTopicException.class)) {
        throw new SendException(
            "No topic "
                + topic
                + " at "
                + bootstrapServers
                + ": `braid up` creates the topics of its sources, so check the name and the"
                + " address.",
            e);
      }
      throw unreachable(bootstrapServers, e);
    } catch (TimeoutException e) {
      throw unreachable(bootstrapServers, e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static int limitOf(Admin admin, String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      ConfigEntry limit =
          admin
              .describeConfigs(List.of(resource))
              .values()
              .get(resource)
              .get(CONNECT_BOUND.toMillis(), TimeUnit.MILLISECONDS)
              .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
      return Integer.parseInt(limit.value());
    } catch (ExecutionException | TimeoutException e) {
      return USUAL_LIMIT_BYTES;
    }
  }

  private static SendException unreachable(String bootstrapServers, Exception cause) {
    return new SendException(
        "No Kafka broker answers at "
            + bootstrapServers
            + " within "
            + CONNECT_BOUND.toSeconds()
            + " s: is it running, and is that the address it prints at start?",
        cause);
  }

  private static Map<String, Object> settings(String bootstrapServers, int limitBytes) {
    return Map.ofEntries(
        Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "braid-produce"),
        Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
        Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
        Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH_BYTES, limitBytes)),
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(BUFFER_BYTES, 2L * limitBytes)),
        Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(1 << 20, limitBytes)),
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, CONNECT_BOUND.toMillis()),
        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CONNECT_BOUND.toMillis()),
        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_BOUND.toMillis()));
  }

  /**
   * Sends one event.
   *
   * @param key decides the partition; null spreads the events
   * @param value the record's bytes, as they are
   * @param place what a failure names, such as {@code line 12}
   * @throws SendException when this or an earlier event cannot be sent
   */
  public void send(byte[] key, byte[] value, String place) throws SendException {
    rethrow();
    requireFits(key, value, place);
    try {
      // The callback tells; nobody waits for this one.
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (metadata, exception) -> {
                if (exception == null) {
                  acknowledge(metadata);
                } else {
                  failure.compareAndSet(null, failed(place, exception));
                }
              });
    } catch (KafkaException e) {
      failure.compareAndSet(null, failed(place, e));
      rethrow();
    }
  }

  /** Waits until every event sent is acknowledged, or one has failed for good. */
  public void flush() throws SendException {
    producer.flush();
    rethrow();
  }

  /** Waits as {@link #flush} does, for a caller that knows of the failure already. */
  public void settle() {
    producer.flush();
  }

  /** Returns how many events the broker has acknowledged. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** Returns, per partition written to, the offset behind the last acknowledged event. */
  public SortedMap<Integer, Long> position() {
    return new TreeMap<>(position);
  }

  /** Gives events still under way 2 s and closes. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  /**
   * The broker would refuse it too; but a producer whose batch also holds a small record then
   * splits and retries that batch, some two hundred times a second, until the delivery times out.
   */
  private void requireFits(byte[] key, byte[] value, String place) throws SendException {
    int bytes = (key == null ? 0 : key.length) + value.length + OVERHEAD_BYTES;
    if (bytes > limitBytes) {
      throw new SendException(
          "Cannot write "
              + place
              + " to topic "
              + topic
              + ": it has "
              + value.length
              + " bytes, and the topic takes records up to "
              + limitBytes
              + " (max.message.bytes).",
          null);
    }
  }

  private void acknowledge(RecordMetadata metadata) {
    acknowledged.incrementAndGet();
    position.merge(metadata.partition(), metadata.offset() + 1, Math::max);
  }

  private SendException failed(String place, Exception cause) {
    return new SendException(
        "Cannot write " + place + " to topic " + topic + ": " + cause.getMessage(), cause);
  }

  private void rethrow() throws SendException {
    SendException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}

package io.braid.speed.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer and what became of the outputs that it was given. After a failure another one is
 * opened: what this one has not sent goes with it.
 */
final class OutputProducer implements AutoCloseable {

  /**
   * How long a healthy broker may take for metadata, or to make room in a full buffer: the longest
   * that an output holds up its caller.
   */
  static final Duration MAX_BLOCK = Duration.ofSeconds(1);

  /**
   * How long an output may wait for its acknowledgement. Longer than an election of a leader takes,
   * and short enough that a commit does not hold up its caller for long.
   */
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(5);

  /** So that a request to a broker that is gone leaves time for another one. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final SizeLimits limits;
  private final ConcurrentLinkedQueue<Output> refused = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean refusing = new AtomicBoolean();
  private final boolean transactional;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  OutputProducer(Map<String, Object> settings, SizeLimits limits) {
    this.producer = new KafkaProducer<>(settings);
    this.limits = limits;
    this.transactional = settings.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
  }

  /**
   * Returns settings of an idempotent producer. What delivery and bounds rest on overrides what the
   * user set.
   */
  static Map<String, Object> settings(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    settings.put(ProducerConfig.RETRIES_CONFIG, Integer.toString(Integer.MAX_VALUE));
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, text(MAX_BLOCK));
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, text(DELIVERY_TIMEOUT));
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, text(REQUEST_TIMEOUT));
    settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, "16777216");
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    return settings;
  }

  static String text(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /** Returns the producer, for transactions. */
  Producer<byte[], byte[]> transactions() {
    return producer;
  }

  /**
   * Sends an output; without content when it is known that its topic does not take it whole.
   *
   * @throws KafkaException when this or an earlier output could not be sent
   */
  void send(Output output) {
    checkFailure();
    Output fitting = limits.fit(output);
    var unused = producer.send(fitting.toRecord(), (metadata, e) -> answered(fitting, e));
    checkFailure();
  }

  private void answered(Output output, Exception e) {
    if (e instanceof RecordTooLargeException || e instanceof RecordBatchTooLargeException) {
      // In a transaction, all that follow fail with the error of the first, however small they are.
      if (refusing.compareAndSet(false, true) || !transactional) {
        limits.refused(output);
        refused.add(output);
      }
    } else if (e != null) {
      failure.compareAndSet(null, e);
    }
  }

  private void checkFailure() {
    Exception e = failure.get();
    if (e != null) {
      throw e instanceof KafkaException kafka ? kafka : new KafkaException(e);
    }
  }

  /**
   * Returns when all that was sent has been answered.
   *
   * @throws KafkaException when something could not be sent
   */
  void await() {
    producer.flush();
    checkFailure();
  }

  /**
   * Returns the outputs that were refused as too large since the last call; of a transaction, the
   * first one alone.
   */
  List<Output> takeRefused() {
    List<Output> taken = new ArrayList<>();
    for (Output output = refused.poll(); output != null; output = refused.poll()) {
      taken.add(output);
    }
    return taken;
  }

  /** Closes without waiting for what has not been sent. */
  void discard() {
    producer.close(Duration.ZERO);
  }

  @Override
  public void close() {
    producer.close(CLOSE_BOUND);
  }
}

package io.braid.speed.sink;

import io.braid.log.Delivery;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds outputs until their position is committed, then sends them once and asks for no answer. So
 * only the commit can fail; when outputs cannot be sent they are lost, and counted.
 */
final class AtMostOnceSink extends KafkaSink {

  private static final Logger LOG = LoggerFactory.getLogger(AtMostOnceSink.class);

  /** After the producer has blocked once, all is left out for so long: blocking is not free. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Map<String, Object> settings;
  private final SizeLimits limits = new SizeLimits(figures());
  private final HeldOutputs held = new HeldOutputs();
  private OutputProducer producer;
  private boolean silent;
  private long silentUntilNanos;

  AtMostOnceSink(Map<String, String> kafka, SinkPositions positions) {
    super(positions);
    settings = OutputProducer.settings(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "0");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false");
    settings.put(ProducerConfig.RETRIES_CONFIG, "0");
  }

  @Override
  public Delivery delivery() {
    return Delivery.AT_MOST_ONCE;
  }

  @Override
  void give(Output output) {
    held.add(output);
  }

  @Override
  public boolean isFull() {
    return held.isFull();
  }

  @Override
  void deliver(Map<Integer, Long> offsets) {
    positions().commit(offsets);
    int sent = 0;
    for (Output output : held.all()) {
      if (silent && System.nanoTime() - silentUntilNanos < 0) {
        break;
      }
      sent += send(output) ? 1 : 0;
    }
    figures().countDelivered(sent);
    figures().countLeftOut(held.all().size() - sent);
    held.clear();
  }

  private boolean send(Output output) {
    long before = System.nanoTime();
    try {
      if (producer == null) {
        producer = new OutputProducer(settings, limits);
      }
      producer.send(output);
      for (Output refused : producer.takeRefused()) { // by the producer itself, so it is not sent
        if (refused.bytes() > 0) {
          producer.send(refused);
        }
      }
      silent = false;
      return true;
    } catch (KafkaException e) {
      if (!silent) {
        LOG.warn("Outputs to {} are lost for a while: {}", output.topic(), e.getMessage());
      }
      long now = System.nanoTime();
      silent = now - before >= OutputProducer.MAX_BLOCK.toNanos();
      silentUntilNanos = now + SILENCE_NANOS;
      if (producer != null) {
        producer.discard();
        producer = null;
      }
      return false;
    }
  }

  @Override
  void takeBack() {
    held.clear();
  }

  @Override
  void settle() {
    // Nothing is sent before its position stands, so nothing of a former life can follow.
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }
}

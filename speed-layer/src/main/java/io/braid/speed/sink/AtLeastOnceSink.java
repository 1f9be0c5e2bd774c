package io.braid.speed.sink;

import io.braid.log.Delivery;
import java.util.List;
import java.util.Map;

/**
 * Sends at once, and commits a position when all outputs below have been acknowledged by all
 * replicas in sync. What is emitted again has the same id.
 */
final class AtLeastOnceSink extends KafkaSink {

  private final Map<String, Object> settings;
  private final SizeLimits limits = new SizeLimits(figures());
  private OutputProducer producer;
  private long given;

  AtLeastOnceSink(Map<String, String> kafka, SinkPositions positions) {
    super(positions);
    settings = OutputProducer.settings(kafka);
  }

  @Override
  public Delivery delivery() {
    return Delivery.AT_LEAST_ONCE;
  }

  @Override
  void give(Output output) {
    if (producer == null) {
      producer = new OutputProducer(settings, limits);
    }
    producer.send(output);
    given++;
  }

  /** The producer's own buffer is what bounds what waits. */
  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  void deliver(Map<Integer, Long> offsets) {
    producer.await();
    for (List<Output> refused = producer.takeRefused();
        !refused.isEmpty();
        refused = producer.takeRefused()) {
      refused.stream().filter(output -> output.bytes() > 0).forEach(producer::send);
      producer.await();
    }
    positions().commit(offsets);
    figures().countDelivered(given);
    given = 0;
  }

  @Override
  void takeBack() {
    given = 0;
    if (producer != null) {
      producer.discard();
      producer = null;
    }
  }

  @Override
  void settle() {
    // What a former life sent may still come to stand, as a repeat.
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }
}

package io.braid.speed.sink;

import io.braid.log.Delivery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds outputs until they are committed, then sends them in one Kafka transaction with the
 * position they come up to (KIP-98). The broker refuses the position, and with it the outputs, once
 * the group has given the partition to another member (KIP-447).
 *
 * <p>A transaction is as long as a commit and no longer, so readers of committed records wait for
 * none that is merely being filled, and a failure between two commits leaves nothing behind.
 */
final class ExactlyOnceSink extends KafkaSink {

  private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceSink.class);

  /** Beginning and ending a transaction writes to two logs of the broker; busy ones take longer. */
  private static final Duration MAX_BLOCK = Duration.ofSeconds(5);

  /**
   * After so long the broker ends what a killed process left open. Its position and the readers of
   * its outputs wait for that, unless the process comes back under its name before.
   */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, Object> settings;
  private final SizeLimits limits = new SizeLimits(figures());
  private final HeldOutputs held = new HeldOutputs();
  private OutputProducer producer;

  ExactlyOnceSink(Map<String, String> kafka, String transactionalId, SinkPositions positions) {
    super(positions);
    settings = OutputProducer.settings(kafka);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, OutputProducer.text(MAX_BLOCK));
  }

  @Override
  public Delivery delivery() {
    return Delivery.EXACTLY_ONCE;
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
    try {
      // Each round but the last learns of an output that is too large.
      while (!transact(offsets)) {
        LOG.debug("A transaction is repeated without the content of what is too large");
      }
    } catch (KafkaException e) {
      abort(e);
      throw e;
    }
    figures().countDelivered(held.all().size());
    held.clear();
  }

  /**
   * In a transaction, too: a commit by the consumer that was not answered may still be on its way
   * when a later transaction stands, and would take the position back behind its outputs.
   */
  @Override
  void deliverPosition(Map<Integer, Long> offsets) {
    deliver(offsets);
  }

  /**
   * Returns whether outputs and offsets stand; if not, outputs were refused, and what is held has
   * been changed accordingly.
   */
  private boolean transact(Map<Integer, Long> offsets) {
    settle();
    ConsumerGroupMetadata group = positions().group(offsets.keySet());
    if (group.generationId() < 0) {
      // Such a member has left its group, and the broker would fence nobody who says so.
      throw new CommitFailedException(
          "This process is no member of group %s now".formatted(group.groupId()));
    }
    producer.transactions().beginTransaction();
    KafkaException failure = null;
    try {
      held.all().forEach(producer::send);
      producer.await();
    } catch (KafkaException e) {
      failure = e;
    }
    List<Output> refused = producer.takeRefused();
    if (!refused.isEmpty()) {
      producer.transactions().abortTransaction();
      // Those with content are known to be too large from now on.
      held.all().removeIf(output -> isRefused(output, refused));
      // What failed with them failed because of them.
      discard();
      return false;
    }
    if (failure != null) {
      throw failure;
    }
    producer.transactions().sendOffsetsToTransaction(positionsOf(offsets), group);
    producer.transactions().commitTransaction();
    return true;
  }

  /** Returns whether an output was refused in its shortest form already. */
  private static boolean isRefused(Output output, List<Output> refused) {
    return refused.stream()
        .anyMatch(
            other ->
                other.bytes() == 0
                    && other.topic().equals(output.topic())
                    && other.origin().equals(output.origin()));
  }

  private Map<TopicPartition, OffsetAndMetadata> positionsOf(Map<Integer, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            positions.put(
                new TopicPartition(positions().topic(), partition), new OffsetAndMetadata(offset)));
    return positions;
  }

  /**
   * Ends the transaction so that readers do not wait for it, unless its outcome is unknown or the
   * broker does not answer; then the next producer of this name ends it.
   */
  private void abort(KafkaException e) {
    if (producer != null
        && !(e instanceof TimeoutException)
        && !(e instanceof InterruptException)) {
      try {
        producer.transactions().abortTransaction();
      } catch (RuntimeException unable) {
        LOG.debug("The transaction cannot be aborted, it will time out", unable);
      }
    }
    discard();
  }

  private void discard() {
    if (producer != null) {
      producer.discard();
      producer = null;
    }
  }

  @Override
  void takeBack() {
    held.clear();
  }

  /** Ends what a producer of this name left open, so that the positions cannot change any more. */
  @Override
  void settle() {
    if (producer == null) {
      OutputProducer next = new OutputProducer(settings, limits);
      boolean settled = false;
      try {
        next.transactions().initTransactions();
        settled = true;
      } finally {
        if (!settled) {
          next.discard();
        }
      }
      producer = next;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close();
    }
  }
}

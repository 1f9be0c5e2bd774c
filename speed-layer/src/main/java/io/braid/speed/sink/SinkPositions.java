package io.braid.speed.sink;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * Where it is kept up to which offset of its source a sink has emitted: the committed offsets of
 * the consumer group whose members own the partitions. Called by the thread of the sink.
 *
 * <p>All failures are {@link org.apache.kafka.common.KafkaException}s. A partition that is not
 * owned is refused with {@link org.apache.kafka.clients.consumer.CommitFailedException}: whether a
 * partition is owned and the group's generation have to be looked at in one step, or a former owner
 * could write under the generation in which its partition has already moved on.
 */
public interface SinkPositions {

  /** Returns the topic whose offsets these are. */
  String topic();

  /**
   * Commits and returns when the broker has it.
   *
   * @param offsets by partition, the next offset to emit from; all of them owned
   */
  void commit(Map<Integer, Long> offsets);

  /**
   * Returns the committed offsets, without those partitions that have none. An offset in a
   * transaction that is still open is waited for, some seconds at most.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException when it is not known in time
   */
  Map<Integer, Long> committed(Collection<Integer> partitions);

  /**
   * Returns as whom a transaction commits offsets, so that the broker refuses it once a partition
   * may have another owner (KIP-447).
   *
   * @param partitions all of them owned
   */
  ConsumerGroupMetadata group(Collection<Integer> partitions);
}

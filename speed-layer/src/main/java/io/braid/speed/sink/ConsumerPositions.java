package io.braid.speed.sink;

import io.braid.log.KafkaUnavailableException;
import io.braid.log.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Positions of a consumer that is subscribed to the topic: committed by it, so that the broker
 * refuses who is no owner. Committing belongs to the thread that polls it.
 *
 * @param consumer a member of the group
 * @param topic it is subscribed to
 */
public record ConsumerPositions(Consumer<?, ?> consumer, Topics topics, String topic)
    implements SinkPositions {

  private static final Duration BOUND = Duration.ofSeconds(5);

  @Override
  public void commit(Map<Integer, Long> offsets) {
    checkOwned(offsets.keySet());
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            committed.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
    try {
      consumer.commitSync(committed, BOUND);
    } catch (WakeupException e) {
      // Meant for a poll; whoever woke it has a flag of its own that says why.
      consumer.commitSync(committed, BOUND);
    }
  }

  @Override
  public Map<Integer, Long> committed(Collection<Integer> partitions) {
    return committed(topics, consumer.groupMetadata().groupId(), topic, partitions);
  }

  /**
   * Returns what a group has committed, see {@link SinkPositions#committed}. Asked beside the
   * consumer. What that answers may be wrong: it takes the answer "that partition is not known to
   * me", which a broker may give while it comes up, for "nothing was committed"; it answers with
   * what an earlier question for the same partitions is told, though a commit came in between; and
   * two such questions, the first of which failed with its coordinator, can keep each other from
   * being sent (KAFKA-20765).
   */
  public static Map<Integer, Long> committed(
      Topics topics, String group, String topic, Collection<Integer> partitions) {
    try {
      return topics.committed(group, topic, partitions);
    } catch (KafkaUnavailableException e) {
      throw new TimeoutException(e.getMessage(), e);
    }
  }

  @Override
  public ConsumerGroupMetadata group(Collection<Integer> partitions) {
    checkOwned(partitions);
    return consumer.groupMetadata();
  }

  private void checkOwned(Collection<Integer> partitions) {
    for (int partition : partitions) {
      if (!consumer.assignment().contains(new TopicPartition(topic, partition))) {
        throw new CommitFailedException(
            "Partition %d of topic %s is not assigned to this consumer"
                .formatted(partition, topic));
      }
    }
  }
}

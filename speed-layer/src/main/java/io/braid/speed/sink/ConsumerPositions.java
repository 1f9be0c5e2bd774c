package io.braid.speed.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Positions of a consumer that is subscribed to the topic and polled by the thread of the sink.
 *
 * @param consumer of committed records only: others do not wait for the end of transactions
 * @param topic it is subscribed to
 */
public record ConsumerPositions(Consumer<?, ?> consumer, String topic) implements SinkPositions {

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
    Set<TopicPartition> asked = new HashSet<>();
    partitions.forEach(partition -> asked.add(new TopicPartition(topic, partition)));
    Map<Integer, Long> known = new HashMap<>();
    consumer
        .committed(asked, BOUND)
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                known.put(partition.partition(), committed.offset());
              }
            });
    return known;
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

package io.braid.speed.worker;

import io.braid.log.KafkaUnavailableException;
import io.braid.log.Topics;
import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.SinkPositions;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Positions of a member of the group: committed by its consumer in its thread, so that the broker
 * refuses who is no owner, and asked of the broker beside it. A consumer of the new protocol takes
 * the answer "that partition is not known to me", which a broker may give while it comes up, for
 * "nothing was committed"; and two questions for the same partitions, the first of which failed
 * with its coordinator, can keep each other from being sent (KAFKA-20765).
 */
record MemberPositions(Membership membership, Topics topics, String group, String topic)
    implements SinkPositions {

  @Override
  public void commit(Map<Integer, Long> offsets) {
    membership.call(
        consumer -> {
          new ConsumerPositions(consumer, topic).commit(offsets);
          return true;
        });
  }

  @Override
  public Map<Integer, Long> committed(Collection<Integer> partitions) {
    try {
      return topics.committed(group, topic, partitions);
    } catch (KafkaUnavailableException e) {
      throw new TimeoutException(e.getMessage(), e);
    }
  }

  @Override
  public ConsumerGroupMetadata group(Collection<Integer> partitions) {
    return membership.call(consumer -> new ConsumerPositions(consumer, topic).group(partitions));
  }
}

package io.braid.speed.worker;

import io.braid.log.Topics;
import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.SinkPositions;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Positions of a member of the group, whose consumer is only ever used in the member's thread. */
record MemberPositions(Membership membership, Topics topics, String group, String topic)
    implements SinkPositions {

  @Override
  public void commit(Map<Integer, Long> offsets) {
    membership.call(
        consumer -> {
          new ConsumerPositions(consumer, topics, topic).commit(offsets);
          return true;
        });
  }

  @Override
  public Map<Integer, Long> committed(Collection<Integer> partitions) {
    return ConsumerPositions.committed(topics, group, topic, partitions);
  }

  @Override
  public ConsumerGroupMetadata group(Collection<Integer> partitions) {
    return membership.call(
        consumer -> new ConsumerPositions(consumer, topics, topic).group(partitions));
  }
}

package io.braid.speed.worker;

import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.SinkPositions;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Positions of the member's consumer, asked and committed in the member's thread. */
record MemberPositions(Membership membership, String topic) implements SinkPositions {

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
    return membership.call(
        consumer -> new ConsumerPositions(consumer, topic).committed(partitions));
  }

  @Override
  public ConsumerGroupMetadata group(Collection<Integer> partitions) {
    return membership.call(consumer -> new ConsumerPositions(consumer, topic).group(partitions));
  }
}

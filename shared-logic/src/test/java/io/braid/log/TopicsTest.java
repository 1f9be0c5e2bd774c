package io.braid.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** What brokers say of the partitions that have a leader. */
class TopicsTest {

  private static final Topics.Topic TOPIC = new Topics.Topic("orders", "id", 3);

  /** Returns topics whose partitions end at 10 each, but for some that have no leader. */
  private static Topics topics(Set<Integer> leaderless) {
    Object admin =
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("listOffsets");
              Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers = new HashMap<>();
              for (Object asked : ((Map<?, ?>) arguments[0]).keySet()) {
                TopicPartition partition = (TopicPartition) asked;
                answers.put(partition, answer(leaderless.contains(partition.partition())));
              }
              return new ListOffsetsResult(answers);
            });
    return new Topics((Admin) admin, "broker:9092");
  }

  private static KafkaFuture<ListOffsetsResultInfo> answer(boolean isLeaderless) {
    if (isLeaderless) {
      KafkaFutureImpl<ListOffsetsResultInfo> failed = new KafkaFutureImpl<>();
      failed.completeExceptionally(new TimeoutException("no leader"));
      return failed;
    }
    return KafkaFuture.completedFuture(new ListOffsetsResultInfo(10, 0, Optional.of(1)));
  }

  @Test
  void partitionWithoutALeaderIsLeftOut() {
    Topics topics = topics(Set.of(1));
    Position others = Position.of(new TreeMap<>(Map.of(0, 10L, 2, 10L)));
    assertThat(topics.endsOfLed(TOPIC, List.of(0, 1, 2))).isEqualTo(others);
    assertThat(topics.startsOfLed(TOPIC, List.of(0, 1, 2))).isEqualTo(others);
    assertThatThrownBy(() -> topics.ends(TOPIC)).isInstanceOf(KafkaUnavailableException.class);
  }

  @Test
  void topicWithoutAnyLeaderIsNotAnEmptyOne() {
    Topics topics = topics(Set.of(0, 1, 2));
    assertThatThrownBy(() -> topics.endsOfLed(TOPIC, List.of(0, 1, 2)))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("broker:9092");
  }
}

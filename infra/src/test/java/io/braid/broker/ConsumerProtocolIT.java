package io.braid.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Groups of the new consumer protocol (KIP-848) on the embedded broker: workers build on them. */
@Timeout(90)
final class ConsumerProtocolIT {

  private static final int PARTITIONS = 4;
  private static final Set<Integer> ALL = Set.of(0, 1, 2, 3);
  private static final String FIRST = "braid@127.0.0.1:7001";
  private static final String SECOND = "braid@127.0.0.1:7002";

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private static Path directory;

  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void partitionsMoveQuicklyAndEverybodySeesWhoHasThem() throws Exception {
    TestingTopic.create(broker.bootstrapServers(), "t", PARTITIONS);
    // The first group of a broker waits until the topic of groups is made.
    try (KafkaConsumer<byte[], byte[]> before =
        GroupMember.join(broker.bootstrapServers(), "before", FIRST, "t")) {
      poll(before, Duration.ofSeconds(30), () -> assigned(before).equals(ALL));
    }
    Process killed = null;
    try (KafkaConsumer<byte[], byte[]> first =
        GroupMember.join(broker.bootstrapServers(), "g", FIRST, "t")) {
      poll(first, Duration.ofSeconds(2), () -> assigned(first).equals(ALL));
      assertThat(members("g")).isEqualTo(Map.of(FIRST, ALL));

      killed = startMember("g", SECOND, "t");
      poll(first, Duration.ofSeconds(20), () -> members("g").containsKey(SECOND));
      poll(
          first,
          Duration.ofSeconds(4),
          () -> assigned(first).size() == 2 && members("g").get(SECOND).size() == 2);
      Map<String, Set<Integer>> shared = members("g");
      assertThat(shared).containsOnlyKeys(FIRST, SECOND);
      assertThat(shared.get(FIRST)).isEqualTo(assigned(first));
      Set<Integer> both = new TreeSet<>(shared.get(FIRST));
      both.addAll(shared.get(SECOND));
      assertThat(both).isEqualTo(ALL);

      killed.destroyForcibly().waitFor(); // as kill -9: nobody leaves the group
      poll(first, Duration.ofSeconds(10), () -> assigned(first).equals(ALL));
      assertThat(members("g")).isEqualTo(Map.of(FIRST, ALL));
    } finally {
      if (killed != null) {
        killed.destroyForcibly().waitFor();
      }
    }
  }

  /** Polls until something is so, and fails when that takes longer than {@code within}. */
  private static void poll(
      KafkaConsumer<byte[], byte[]> consumer, Duration within, Callable<Boolean> condition)
      throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      consumer.poll(Duration.ofMillis(20));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(within);
    }
  }

  private static Set<Integer> assigned(KafkaConsumer<byte[], byte[]> consumer) {
    return partitions(consumer.assignment());
  }

  private static Set<Integer> partitions(Set<TopicPartition> topicPartitions) {
    Set<Integer> partitions = new TreeSet<>();
    topicPartitions.forEach(partition -> partitions.add(partition.partition()));
    return partitions;
  }

  /** Returns the partitions of each member by its client's id, as anybody can ask for them. */
  private static Map<String, Set<Integer>> members(String group) throws Exception {
    ConsumerGroupDescription description =
        admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    assertThat(description.type()).isEqualTo(GroupType.CONSUMER);
    Map<String, Set<Integer>> members = new TreeMap<>();
    for (MemberDescription member : description.members()) {
      members.put(member.clientId(), partitions(member.assignment().topicPartitions()));
    }
    return members;
  }

  private static Process startMember(String group, String clientId, String topic) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            GroupMember.class.getName(),
            broker.bootstrapServers(),
            group,
            clientId,
            topic);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}

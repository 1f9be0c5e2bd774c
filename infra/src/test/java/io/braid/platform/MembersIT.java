package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.EmbeddedBroker;
import io.braid.broker.TestingTopic;
import io.braid.log.GroupMember;
import io.braid.log.Topics;
import io.braid.serving.worker.Members;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker says who is in a group, whatever protocol the group has. */
@Timeout(120)
final class MembersIT {

  private static final Duration OFTEN = Duration.ofMillis(50);

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
    TestingTopic.create(broker.bootstrapServers(), "clicks", 4);
    TestingTopic.create(broker.bootstrapServers(), "other", 1);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** A member of a group that does nothing but keep its place. */
  private static final class Member {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    Member(String protocol, String group, String clientId, String... topics) {
      thread =
          new Thread(
              () -> {
                Map<String, Object> settings = new HashMap<>();
                settings.put("bootstrap.servers", broker.bootstrapServers());
                settings.put("group.id", group);
                settings.put("group.protocol", protocol);
                settings.put("client.id", clientId);
                settings.put("auto.offset.reset", "earliest");
                try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                  consumer.subscribe(Set.of(topics));
                  while (!over.get()) {
                    consumer.poll(OFTEN);
                  }
                }
              },
              clientId);
      thread.start();
    }

    void leave() {
      over.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final List<Member> joined = new ArrayList<>();

  @AfterEach
  void leave() {
    joined.forEach(Member::leave);
  }

  private Member join(String protocol, String group, String clientId, String... topics) {
    Member member = new Member(protocol, group, clientId, topics);
    joined.add(member);
    return member;
  }

  private static Map<String, String> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(OFTEN.toMillis());
    }
  }

  private static Set<Integer> partitions(SortedMap<String, Set<Integer>> workers) {
    Set<Integer> all = new TreeSet<>();
    int count = 0;
    for (Set<Integer> partitions : workers.values()) {
      all.addAll(partitions);
      count += partitions.size();
    }
    return count == all.size() ? all : Set.of(-1);
  }

  @Test
  void workersOfAGroupOfTheNewProtocolAreFound() throws Exception {
    workersComeAndGo("consumer");
  }

  @Test
  void workersOfAGroupOfTheClassicProtocolAreFound() throws Exception {
    workersComeAndGo("classic");
  }

  private void workersComeAndGo(String protocol) throws Exception {
    String group = "group-" + protocol;
    Set<Integer> all = Set.of(0, 1, 2, 3);
    try (Topics topics = new Topics(kafka());
        Members members = new Members(topics, Map.of(group, "clicks"), OFTEN)) {
      assertThat(members.of(group)).as("nobody has joined").isEmpty();
      Member one = join(protocol, group, GroupMember.clientId("host-1:1001"), "clicks", "other");
      join(protocol, group + "-of-others", GroupMember.clientId("host-9:1009"), "clicks");
      await(() -> partitions(members.of(group)).equals(all));
      assertThat(members.addresses(group)).containsExactly("host-1:1001");

      Member two = join(protocol, group, GroupMember.clientId("host-2:1002"), "clicks", "other");
      await(
          () ->
              members.addresses(group).equals(Set.of("host-1:1001", "host-2:1002"))
                  && members.of(group).values().stream().noneMatch(Set::isEmpty)
                  && partitions(members.of(group)).equals(all));

      two.leave();
      await(() -> members.addresses(group).equals(Set.of("host-1:1001")));
      await(() -> partitions(members.of(group)).equals(all));
      one.leave();
      await(() -> members.of(group).isEmpty());
    }
  }

  @Test
  void membersThatAdvertiseNoAddressAreNoWorkers() throws Exception {
    join("consumer", "mixed", "consumer-1", "clicks");
    join("consumer", "mixed", GroupMember.clientId("host-1:1001"), "clicks");
    try (Topics topics = new Topics(kafka());
        Members members = new Members(topics, Map.of("mixed", "clicks"), OFTEN)) {
      await(() -> members.of("mixed").values().stream().anyMatch(held -> held.size() == 2));
      assertThat(members.addresses("mixed")).containsExactly("host-1:1001");
    }
  }

  @Test
  void theLastAnswerStandsWhileNoBrokerAnswers(@TempDir Path folder) throws Exception {
    EmbeddedBroker other = EmbeddedBroker.start(folder.resolve("broker"), 0);
    TestingTopic.create(other.bootstrapServers(), "clicks", 1);
    Map<String, String> kafka = Map.of("bootstrap.servers", other.bootstrapServers());
    try (Topics topics = new Topics(kafka);
        Members members = new Members(topics, Map.of("g", "clicks"), OFTEN)) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", other.bootstrapServers(),
                  "group.id", "g",
                  "client.id", GroupMember.clientId("host-1:1001"),
                  "default.api.timeout.ms", "1000",
                  "request.timeout.ms", "1000",
                  "auto.offset.reset", "earliest"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())) {
        consumer.subscribe(Set.of("clicks"));
        await(
            () -> {
              consumer.poll(OFTEN);
              return members.of("g").equals(Map.of("host-1:1001", Set.of(0)));
            });
        other.close();
        Thread.sleep(11_000); // longer than a question may take
        assertThat(members.of("g")).isEqualTo(Map.of("host-1:1001", Set.of(0)));
      }
    } finally {
      other.close();
    }
  }
}

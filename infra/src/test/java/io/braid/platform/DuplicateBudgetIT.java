package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.broker.TestingBroker;
import io.braid.client.TestingBraid;
import io.braid.launcher.TestingProcess;
import io.braid.log.GroupMember;
import io.braid.log.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source whose ids need more than their budget says so everywhere, and stops nothing else. */
@Timeout(120)
final class DuplicateBudgetIT {

  private static final String DEFINITIONS =
      """
      name: budgets
      sources:
        crowded:
          topic: crowded
          columns: {id: string, t: timestamp}
          event_time: t
          deduplicate: {by: id, within: 10m, budget: 1MB}
        quiet:
          topic: quiet
          columns: {id: string, t: timestamp}
          event_time: t
          deduplicate: {by: id, within: 10m}
      metrics:
        crowded_total: SELECT COUNT(*) AS n FROM crowded
        quiet_total: SELECT COUNT(*) AS n FROM quiet
      """;

  private static final String SENTENCE =
      "Cannot fold partition 0: 32,767 event ids of the last 10m need more than the budget of 1 MB;"
          + " give 'deduplicate' a shorter 'within' or a larger 'budget', or the topic more partitions";

  @TempDir Path directory;

  @Test
  void sourceThatHasTooManyIdsIsNotReadyAndTheOthersAreServed() throws Exception {
    Path config = Files.writeString(directory.resolve("braid.yaml"), DEFINITIONS);
    try (TestingPlatform platform = TestingPlatform.start(config, directory.resolve("store"))) {
      TestingBraid braid = platform.braid();
      send(platform.kafka(), "crowded", 35_000);
      send(platform.kafka(), "quiet", 100);

      HttpResponse<String> health = health(platform);
      for (int i = 0; i < 200 && health.statusCode() == 200; i++) {
        TimeUnit.MILLISECONDS.sleep(100);
        health = health(platform);
      }
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body()).contains(SENTENCE);
      assertThatThrownBy(() -> braid.ask("crowded_total", "require", "complete"))
          .hasMessageContaining("partial");
      assertThatThrownBy(() -> braid.run("crowded")).hasMessageContaining(SENTENCE);
      assertThatThrownBy(() -> braid.await(braid.startReplay("crowded")))
          .hasMessageContaining(SENTENCE);

      braid.run("quiet");
      send(platform.kafka(), "quiet", 200);
      assertThat(braid.awaitPosition("quiet_total", new TreeMap<>(Map.of(0, 300L))).rows())
          .containsExactly(List.of("200"));
    }
  }

  @Test
  void workerThatCannotFoldLeavesItsPartitionsToAnother() throws Exception {
    List<TestingProcess> workers = new ArrayList<>();
    try (TestingBroker broker = TestingBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(Map.of("bootstrap.servers", broker.bootstrapServers()));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      topics.findOrCreate("crowded", 1);
      topics.findOrCreate("quiet", 1);
      workers.add(worker("small.yaml", DEFINITIONS, broker.bootstrapServers()));
      String small = workers.get(0).braid().url().getAuthority();
      eventually(() -> owners(admin, topics).equals(Set.of(small)));
      String large = DEFINITIONS.replace("budget: 1MB", "budget: 100MB");
      workers.add(worker("large.yaml", large, broker.bootstrapServers()));
      String other = workers.get(1).braid().url().getAuthority();

      send(broker.bootstrapServers(), "crowded", 35_000);
      eventually(() -> owners(admin, topics).equals(Set.of(other)));
    } finally {
      for (TestingProcess worker : workers) {
        worker.close();
      }
    }
  }

  private TestingProcess worker(String name, String definitions, String kafka) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve(name),
            "%skafka: {bootstrap.servers: '%s'}%n".formatted(definitions, kafka));
    return TestingProcess.start(directory, "speed", "--config", config.toString()).awaitReady();
  }

  /** Returns who owns partitions of the source that has too many ids. */
  private static Set<String> owners(Admin admin, Topics topics) throws Exception {
    Set<String> owners = new TreeSet<>();
    for (GroupListing group : admin.listGroups().all().get()) {
      for (GroupMember member : topics.members(group.groupId())) {
        if (!member.partitions("crowded").isEmpty()) {
          owners.add(member.address().orElseThrow());
        }
      }
    }
    return owners;
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Sends events with ids from 0 on. */
  private static void send(String kafka, String topic, int count) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        String event = "{\"id\": \"%d\", \"t\": %d}".formatted(i, System.currentTimeMillis());
        var unused =
            producer.send(new ProducerRecord<>(topic, event.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  private static HttpResponse<String> health(TestingPlatform platform) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(platform.platform().url() + "/health/ready")).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}

package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.client.TestingBraid;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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

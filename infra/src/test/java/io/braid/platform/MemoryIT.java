package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.client.TestingAnswer;
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

/** A process that runs out of its memory budget recomputes by itself, and goes on. */
@Timeout(150)
final class MemoryIT {

  @Test
  void nearTheBudgetHealthSaysSoAndARunIsSubmittedAndMakesRoom(@TempDir Path folder)
      throws Exception {
    Path config = folder.resolve("braid.yaml");
    Files.writeString(
        config,
        """
        name: memory
        speed: {memory: 16MB}
        sources:
          clicks:
            topic: clicks
            columns: {id: string, at: timestamp}
            event_time: at
        metrics:
          clicks_total: SELECT COUNT(*) AS n FROM clicks
          clicks_each: SELECT id, COUNT(*) AS n FROM clicks GROUP BY id
        """);
    try (TestingPlatform platform = TestingPlatform.start(config, folder.resolve("store"));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      long sent = 0;
      while (platform.braid().ids("/batch/runs").isEmpty()) {
        for (int i = 0; i < 4_000; i++) { // each a group of its own
          byte[] event =
              "{\"id\": \"%d\", \"at\": %d}"
                  .formatted(sent++, System.currentTimeMillis())
                  .getBytes(StandardCharsets.UTF_8);
          var unused = producer.send(new ProducerRecord<>("clicks", 0, null, event));
        }
        producer.flush();
        TimeUnit.MILLISECONDS.sleep(200);
      }
      // Nothing is paused yet, so it is ready; and a run is on its way, but somebody may wonder.
      JsonNode health = platform.health();
      assertThat(health.path("status").asText()).isEqualTo("ready");
      assertThat(health.path("notes").toString())
          .contains("memory: views and ids take", "of 16777216 bytes", "recompute");
      JsonNode run = platform.braid().get("/batch/runs").path("items").get(0);
      while (!run.path("state").asText().equals("published")) {
        assertThat(run.path("state").asText()).isNotEqualTo("failed");
        TimeUnit.MILLISECONDS.sleep(100);
        run = platform.braid().get("/batch/runs").path("items").get(0);
      }
      assertThat(platform.braid().ids("/batch/runs")).hasSize(1);
      TestingAnswer answer =
          platform.braid().awaitPosition("clicks_total", new TreeMap<>(Map.of(0, sent)));
      assertThat(answer.rows()).isEqualTo(List.of(List.of(Long.toString(sent))));
      assertThat(answer.run()).isNotEmpty();
      assertThat(platform.braid().ids("/batch/runs")).hasSize(1);
    }
  }
}

package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /health/ready} says about workers that do not agree with the server. */
@Timeout(120)
final class HealthIT {

  private static final String DEFINITIONS =
      """
      name: health
      sources:
        clicks:
          topic: clicks
          partitions: 2
          columns: {id: string, at: timestamp}
          event_time: at
      metrics:
        clicks_total: SELECT COUNT(*) AS n FROM clicks
      """;

  @Test
  void aWorkerOfOtherDefinitionsIsLeftOutAndNamedUntilItGoes(@TempDir Path folder)
      throws Exception {
    Path store = folder.resolve("store");
    Path config = Files.writeString(folder.resolve("braid.yaml"), DEFINITIONS);
    try (TestingPlatform platform = TestingPlatform.start(config, store)) {
      assertThat(platform.health().toString())
          .isEqualTo("{\"status\":\"ready\",\"reasons\":[],\"notes\":[]}");
      Path other =
          Files.writeString(
              folder.resolve("other.yaml"),
              DEFINITIONS.replace("COUNT(*)", "COUNT(id)")
                  + "kafka: {bootstrap.servers: '%s'}\n".formatted(platform.kafka()));
      PlatformOptions options =
          new PlatformOptions(
              other,
              OptionalInt.empty(),
              OptionalInt.empty(),
              Optional.of(store.toAbsolutePath().toString()),
              false);
      try (SpeedProcess worker = SpeedProcess.start(options)) {
        String address = worker.url().getAuthority();
        JsonNode health = platform.health();
        while (health.path("notes").isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(50);
          health = platform.health();
        }
        assertThat(health.path("notes")).hasSize(1);
        assertThat(health.path("notes").get(0).asText())
            .startsWith("source clicks is answered without worker " + address + ": ")
            .contains("is defined otherwise here", "start both with the same definitions");
      }
      JsonNode after = platform.health();
      while (!after.path("status").asText().equals("ready") || !after.path("notes").isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(50);
        after = platform.health();
      }
      assertThat(after.path("reasons")).isEmpty();
    }
  }
}

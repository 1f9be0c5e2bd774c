package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was sent is what the figures say, right after it is in an answer. */
@Timeout(120)
final class FiguresIT {

  private static final String DEFINITIONS =
      """
      name: figures
      speed: {checkpoint: {interval: 300ms}}
      sources:
        clicks:
          topic: clicks
          columns: {id: string, t: timestamp}
          event_time: t
          watermark: 2s
          deduplicate: {by: id, within: 10m}
          late: drop
      metrics:
        minutes: SELECT COUNT(*) AS n FROM clicks GROUP BY TUMBLE(t, INTERVAL '1' MINUTE)
        total: SELECT COUNT(*) AS n FROM clicks
      """;

  @TempDir Path directory;

  @Test
  void figuresAreThoseOfWhatWasSent() throws Exception {
    Path config = Files.writeString(directory.resolve("braid.yaml"), DEFINITIONS);
    try (TestingPlatform platform = TestingPlatform.start(config, directory.resolve("store"))) {
      long now = System.currentTimeMillis();
      String last = event("b", now);
      List<String> events =
          List.of(
              event("a", now - 1_000), last, event("b", now), "no JSON", event("c", now - 300_000));
      send(platform.kafka(), events);
      platform.braid().awaitPosition("total", new TreeMap<>(Map.of(0, 5L)));

      Map<String, Double> figures = figures(platform);
      String partition = "{partition=\"0\",source=\"clicks\"}";
      String fold = "{generation=\"log\",partition=\"0\",source=\"clicks\"}";
      assertThat(figures)
          .containsEntry("records_total" + partition, 5.0)
          .containsEntry(
              "bytes_total" + partition, events.stream().mapToDouble(String::length).sum())
          .containsEntry("position" + partition, 5.0)
          .containsEntry("fold_position" + fold, 5.0)
          .containsEntry("fold_level" + fold, 1.0)
          .containsEntry("fold_records_total" + fold, 5.0)
          .containsEntry("fold_dead_letters_total" + fold, 1.0)
          .containsEntry("fold_duplicates_total" + fold, 1.0)
          .containsEntry("fold_diverted_total" + fold, 1.0)
          .containsEntry(
              "fold_late_total{generation=\"log\",metric=\"minutes\",partition=\"0\",source=\"clicks\"}",
              1.0)
          .containsEntry(
              "fold_late_total{generation=\"log\",metric=\"total\",partition=\"0\",source=\"clicks\"}",
              0.0)
          .containsEntry("fold_event_time_seconds" + fold, now / 1e3)
          .containsEntry("fold_watermark_seconds" + fold, (now - 2_000) / 1e3)
          .containsEntry("fold_remembered_ids" + fold, 3.0)
          .containsEntry("partitions{holding=\"owned\",source=\"clicks\"}", 1.0)
          .containsEntry("generation_newest{generation=\"log\",source=\"clicks\"}", 1.0)
          .containsEntry("troubled{source=\"clicks\",task=\"reading\"}", 0.0);

      while (!(figures.get("outputs_delivered_total{source=\"clicks\"}") == 2
          && figures.get("checkpoint_position" + fold) == 5
          && figures.get("lag_records" + partition) == 0
          && figures.get("freshness_seconds" + partition) < 5)) {
        Thread.sleep(20);
        figures = figures(platform);
      }
      assertThat(figures.get("checkpoint_written_total" + fold)).isPositive();
      assertThat(figures.get("checkpoint_size_bytes" + fold)).isPositive();
      assertThat(figures.get("outputs_commit_seconds_count{source=\"clicks\"}")).isPositive();
      assertThat(get(platform, "/health/ready"))
          .isEqualTo("{\"status\":\"ready\",\"reasons\":[],\"notes\":[]}");
    }
  }

  private static String event(String id, long timeMs) {
    return "{\"id\": \"%s\", \"t\": %d}".formatted(id, timeMs);
  }

  private static void send(String kafka, List<String> events) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String event : events) {
        var unused =
            producer.send(new ProducerRecord<>("clicks", event.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** Returns the samples of the speed layer without their prefix. */
  private static Map<String, Double> figures(TestingPlatform platform) throws Exception {
    Map<String, Double> figures = new HashMap<>();
    get(platform, "/metrics")
        .lines()
        .filter(line -> line.startsWith("braid_speed_"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              figures.put(
                  line.substring("braid_speed_".length(), space),
                  Double.valueOf(line.substring(space + 1)));
            });
    return figures;
  }

  private static String get(TestingPlatform platform, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(platform.platform().url() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}

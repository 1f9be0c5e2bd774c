package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.broker.TestingTopic;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.speed.sink.DivertedRecords;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a log behind Braid's back is reported, and stops nothing else. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LogChangesIT {

  private static final List<String> SOURCES =
      List.of("bulky", "grown", "middle", "expired", "vanished", "recreated");

  private Path config;
  private Path store;
  private TestingPlatform platform;
  private TestingBraid braid;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private String replayed;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    config = directory.resolve("braid.yaml");
    store = directory.resolve("store");
    define("COUNT(*) AS events");
    open();
  }

  @AfterAll
  void stop() {
    close();
  }

  private void define(String aggregate) throws Exception {
    StringBuilder yaml = new StringBuilder("name: changes\nkafka: {metadata.max.age.ms: 500}\n");
    yaml.append("sources:\n");
    for (String source : SOURCES) {
      yaml.append(
          """
            %s:
              topic: %s
              columns: {id: string, t: timestamp}
              event_time: t
              deduplicate: {by: id, within: 10m}
          """
              .formatted(source, source));
    }
    yaml.append("metrics:\n");
    for (String source : SOURCES) {
      yaml.append("  %s_total: SELECT %s FROM %s\n".formatted(source, aggregate, source));
    }
    Files.writeString(config, yaml);
  }

  private void open() throws Exception {
    platform = TestingPlatform.start(config, store);
    braid = platform.braid();
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", platform.kafka());
    admin = Admin.create(settings);
    settings.put("key.serializer", ByteArraySerializer.class);
    settings.put("value.serializer", ByteArraySerializer.class);
    settings.put("max.request.size", 4 << 20);
    producer = new KafkaProducer<>(settings);
  }

  private void close() {
    producer.close();
    admin.close();
    platform.close();
  }

  private void send(String topic, String... ids) throws Exception {
    for (String id : ids) {
      String event = "{\"id\": \"%s\", \"t\": %d}".formatted(id, System.currentTimeMillis());
      send(topic, event.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void send(String topic, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
  }

  private TestingAnswer awaitPosition(String source, long offset) throws Exception {
    return braid.awaitPosition(source + "_total", new TreeMap<>(Map.of(0, offset)));
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("%s", condition).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(platform.platform().url() + "/api/v1" + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @Order(1)
  void aDeadLetterThatIsTooLargeGoesWithoutItsValueAndFoldingGoesOn() throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> larger =
        Map.of(
            new ConfigResource(ConfigResource.Type.TOPIC, "bulky"),
            List.of(
                new AlterConfigOp(
                    new ConfigEntry("max.message.bytes", Integer.toString(4 << 20)),
                    AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(larger).all().get();

    send("bulky", "a");
    send("bulky", new byte[2 << 20]);
    send("bulky", "b");

    assertThat(awaitPosition("bulky", 3).rows()).isEqualTo(List.of(List.of("2")));
    TestingTopic letters = new TestingTopic(platform.kafka(), DivertedRecords.DEAD_LETTERS, 1);
    eventually(() -> !letters.records().isEmpty());
    ConsumerRecord<byte[], byte[]> letter = letters.records().get(0);
    assertThat(letter.value()).isNull();
    assertThat(header(letter, "source")).isEqualTo("bulky");
    assertThat(header(letter, "offset")).isEqualTo("1");
    assertThat(header(letter, "reason")).contains("left out", "2097152 bytes");
    for (JsonNode source : braid.get("/sources").path("items")) {
      if (source.path("name").asText().equals("bulky")) {
        assertThat(source.path("counts").path("dead_letters").asLong()).isEqualTo(1);
      }
    }
  }

  @Test
  @Order(2)
  void aPartitionThatIsAddedIsFoundAndFolded() throws Exception {
    send("grown", "a", "b");
    awaitPosition("grown", 2);

    admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(2))).all().get();
    send("grown", "c");
    byte[] event =
        "{\"id\": \"d\", \"t\": %d}"
            .formatted(System.currentTimeMillis())
            .getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>("grown", 1, null, event)).get();

    TestingAnswer answer = braid.awaitPosition("grown_total", new TreeMap<>(Map.of(0, 3L, 1, 1L)));
    assertThat(answer.rows()).isEqualTo(List.of(List.of("4")));
    assertThat(answer.provenance().path("coverage").asText()).isEqualTo("complete");

    braid.run("grown");
    assertThat(braid.ask("grown_total").rows()).isEqualTo(List.of(List.of("4")));
    HttpResponse<String> replay = post("/replays", "{\"source\": \"grown\"}");
    assertThat(replay.statusCode()).as(replay.body()).isLessThan(300);
  }

  @Test
  @Order(3)
  void aReplayFromTheMiddleKnowsTheIdsThatCameBefore() throws Exception {
    send("middle", "a", "b", "c", "a", "d", "b");
    awaitPosition("middle", 6);

    HttpResponse<String> posted =
        post("/replays", "{\"source\": \"middle\", \"from\": {\"0\": 2}}");

    String id = posted.body().replaceAll("(?s).*\"id\" *: *\"([^\"]+)\".*", "$1");
    eventually(() -> braid.get("/replays/" + id).path("state").asText().equals("completed"));
    TestingAnswer answer = braid.ask("middle_total", "view", "replay:" + id);
    assertThat(answer.rows()).isEqualTo(List.of(List.of("2")));
    assertThat(answer.provenance().path("speed").path("duplicates").asLong()).isEqualTo(2);
  }

  @Test
  @Order(4)
  void aTopicThatIsCreatedAgainIsNotMixedWithTheFirst() throws Exception {
    send("recreated", "a", "b");
    awaitPosition("recreated", 2);
    HttpResponse<String> posted = post("/replays", "{\"source\": \"recreated\"}");
    replayed = posted.body().replaceAll("(?s).*\"id\" *: *\"([^\"]+)\".*", "$1");
    eventually(() -> braid.get("/replays/" + replayed).path("state").asText().equals("completed"));

    admin.deleteTopics(List.of("recreated")).all().get();
    eventually(() -> !admin.listTopics().names().get().contains("recreated"));
    admin.createTopics(List.of(new NewTopic("recreated", 1, (short) 1))).all().get();
    eventually(() -> admin.listTopics().names().get().contains("recreated"));

    eventually(
        () ->
            braid.ask("recreated_total").provenance().path("coverage").asText().equals("partial"));
    HttpResponse<String> run = post("/batch/runs", "{\"source\": \"recreated\"}");
    assertThat(run.statusCode()).isEqualTo(409);
    assertThat(run.body()).contains("recreated", "restart Braid");
    assertThatThrownBy(() -> braid.ask("recreated_total", "require", "complete"))
        .hasMessageContaining("partial");
  }

  private void expire(String topic, long before) throws Exception {
    admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
        .all()
        .get();
  }

  @Test
  @Order(5)
  void historyThatTheLogHasLostComesFromTheArchiveOrIsMissingWhenADefinitionChanges()
      throws Exception {
    send("expired", "a", "b", "c", "d");
    awaitPosition("expired", 4);
    braid.run("expired");
    expire("expired", 3);
    send("vanished", "a", "b", "c", "d");
    awaitPosition("vanished", 4);
    expire("vanished", 3);
    assertThat(awaitPosition("expired", 4).provenance().path("coverage").asText())
        .isEqualTo("complete");
    close();

    define("COUNT(*) AS events, COUNT(id) AS named");
    open();

    TestingAnswer lost = awaitPosition("vanished", 4);
    assertThat(lost.rows()).isEqualTo(List.of(List.of("1", "1")));
    TestingAnswer whole = awaitPosition("expired", 4);
    assertThat(whole.rows()).isEqualTo(List.of(List.of("4", "4")));
    assertThat(whole.provenance().path("coverage").asText()).isEqualTo("complete");

    assertThatThrownBy(() -> braid.ask("recreated_total", "view", "replay:" + replayed))
        .hasMessageContaining("deleted and created again since; replay again");
  }
}

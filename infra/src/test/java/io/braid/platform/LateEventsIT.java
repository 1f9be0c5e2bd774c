package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.broker.EmbeddedBroker;
import io.braid.broker.LocalPorts;
import io.braid.broker.TestingTopic;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.launcher.TestingProcess;
import io.braid.speed.sink.DivertedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

/**
 * A source that drops late events, of two metrics for one of which an event may be late and for the
 * other not. A loop over the events says what is folded and what is diverted. The tests are
 * chapters of one story.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LateEventsIT {

  private static final int PARTITIONS = 2;
  private static final long BASE_MS = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
  private static final long NEVER = Long.MIN_VALUE / 2;
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private static final String DEFINITIONS =
      """
      name: visits
      sources:
        visits:
          topic: visits
          partitions: 2
          columns: {id: string, page: string, t: timestamp}
          event_time: t
          watermark: 2s
          deduplicate: {by: id, within: 30s, budget: 1MB}
          late: drop
          allowed_lateness: 1s
      metrics:
        short: SELECT COUNT(*) AS n FROM visits GROUP BY TUMBLE(t, INTERVAL '10' SECOND)
        long: |
          SELECT page, COUNT(*) AS n FROM visits WHERE page <> 'c'
          GROUP BY page, TUMBLE(t, INTERVAL '1' MINUTE)
      """;

  private final Random random = new Random(11);
  private final Plain plain = new Plain();
  private Path directory;
  private Path config;
  private Path store;
  private String kafka;
  private TestingPlatform platform;
  private TestingBraid braid;

  /** The rules by the letter, one event after another. */
  private static final class Plain {
    private final long[] highestMs = {NEVER, NEVER};
    private final List<Map<String, Long>> stoodMs = List.of(new HashMap<>(), new HashMap<>());
    private final SortedMap<Long, Long> shortRows = new TreeMap<>();
    private final SortedMap<String, Long> longRows = new TreeMap<>();
    private final SortedMap<String, String> diverted = new TreeMap<>();
    private final SortedMap<Integer, Long> end = new TreeMap<>();
    private long shortLate;
    private long longLate;
    private long duplicates;

    void append(int partition, long offset, long timestampMs, String id, String page, long timeMs) {
      end.put(partition, offset + 1);
      long watermark = highestMs[partition] - 2_000;
      highestMs[partition] = Math.max(highestMs[partition], Math.min(timeMs, timestampMs));
      Long stood = stoodMs.get(partition).put(id, highestMs[partition] - 2_000);
      if (stood != null && watermark - stood <= 30_000) {
        duplicates++;
        return;
      }
      List<String> droppedBy = new ArrayList<>();
      long ten = Math.floorDiv(timeMs, 10_000L) * 10_000;
      if (ten + 10_000 + 1_000 <= watermark) {
        shortLate++;
        droppedBy.add("short");
      } else {
        shortRows.merge(ten, 1L, Long::sum);
      }
      long minute = Math.floorDiv(timeMs, 60_000L) * 60_000;
      boolean passes = !page.equals("c"); // what is filtered out is not late either
      if (passes && minute + 60_000 + 1_000 <= watermark) {
        longLate++;
        droppedBy.add("long");
      } else if (passes) {
        longRows.merge(iso(minute) + " " + page, 1L, Long::sum);
      }
      if (!droppedBy.isEmpty()) {
        diverted.put(
            partition + "/" + offset,
            "%s|%s|late: event time %s, watermark %s"
                .formatted(String.join(",", droppedBy), "visits", iso(timeMs), iso(watermark)));
      }
    }

    List<List<String>> shortAnswer() {
      return shortRows.entrySet().stream()
          .map(e -> List.of(e.getValue().toString(), iso(e.getKey()), iso(e.getKey() + 10_000)))
          .toList();
    }

    List<String> longAnswer() {
      return longRows.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
    }
  }

  private static String iso(long epochMs) {
    return ISO.format(Instant.ofEpochMilli(epochMs));
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    store = folder.resolve("store");
    config = Files.writeString(folder.resolve("braid.yaml"), DEFINITIONS);
    open();
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  private void open() throws Exception {
    platform = TestingPlatform.start(config, store);
    braid = platform.braid();
    kafka = platform.kafka();
  }

  /** Some seconds of event time a hundred events, one in six of them up to two minutes behind. */
  private void send(int each) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < each; i++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          long number = plain.end.getOrDefault(partition, 0L);
          long timestampMs = BASE_MS + number * 200;
          long timeMs = timestampMs - random.nextInt(random.nextInt(6) == 0 ? 120_000 : 3_000);
          String id = "v" + (random.nextInt(6) == 0 ? random.nextInt(200) : number + 1_000);
          String page = "abc".substring(random.nextInt(3)).substring(0, 1);
          byte[] value =
              "{\"id\": \"%s\", \"page\": \"%s\", \"t\": %d}"
                  .formatted(id, page, timeMs)
                  .getBytes(StandardCharsets.UTF_8);
          byte[] key = ("k" + number).getBytes(StandardCharsets.UTF_8);
          ProducerRecord<byte[], byte[]> record =
              new ProducerRecord<>("visits", partition, timestampMs, key, value);
          record.headers().add("trace", key);
          long offset = producer.send(record).get().offset();
          plain.append(partition, offset, timestampMs, id, page, timeMs);
        }
      }
    }
  }

  private void assertAnswers(String... view) throws Exception {
    assertThat(rows("short", view)).isEqualTo(plain.shortAnswer());
    List<String> found =
        rows("long", view).stream()
            .map(row -> row.get(2) + " " + row.get(0) + " " + row.get(1))
            .sorted()
            .toList();
    assertThat(found).isEqualTo(plain.longAnswer());
  }

  private List<List<String>> rows(String metric, String... view) throws Exception {
    List<String> parameters = new ArrayList<>(List.of("limit", "10000"));
    parameters.addAll(List.of(view));
    return braid.ask(metric, parameters.toArray(String[]::new)).rows();
  }

  private List<ConsumerRecord<byte[], byte[]>> late() {
    return new TestingTopic(kafka, DivertedRecords.LATE_EVENTS, 1).records();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return header(record, "partition") + "/" + header(record, "offset");
  }

  private static SortedMap<String, String> byPlace(List<ConsumerRecord<byte[], byte[]>> records) {
    SortedMap<String, String> found = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String what =
          "%s|%s|%s"
              .formatted(
                  header(record, "metrics"), header(record, "source"), header(record, "reason"));
      String before = found.put(place(record), what);
      assertThat(before).isIn(null, what);
    }
    return found;
  }

  /** Waits until all that the loop diverted is there, and nothing else, each so many times. */
  private void assertDiverted(int times) throws Exception {
    eventually(() -> late().size() >= plain.diverted.size() * times);
    List<ConsumerRecord<byte[], byte[]>> records = late();
    assertThat(byPlace(records)).isEqualTo(plain.diverted);
    assertThat(records).hasSize(plain.diverted.size() * times);
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  @Test
  @Order(1)
  void eventsThatComeTooLateForAMetricAreLeftOutOfItAloneAndDiverted() throws Exception {
    send(600);
    TestingAnswer answer = braid.awaitPosition("short", plain.end);

    assertAnswers();
    assertThat(plain.diverted.values())
        .anyMatch(what -> what.startsWith("short|"))
        .anyMatch(what -> what.startsWith("short,long|"));
    assertThat(answer.provenance().path("speed").path("late").asLong())
        .isEqualTo(plain.shortLate)
        .isGreaterThan(plain.longLate);
    assertThat(answer.provenance().path("speed").path("duplicates").asLong())
        .isEqualTo(plain.duplicates)
        .isPositive();
    assertDiverted(1);
    ConsumerRecord<byte[], byte[]> record = late().get(0);
    long offset = Long.parseLong(header(record, "offset"));
    assertThat(record.key()).asString().isEqualTo("k" + offset);
    assertThat(header(record, "trace")).isEqualTo("k" + offset);
    assertThat(record.value()).asString().startsWith("{\"id\": \"v").contains("\"t\": ");
    assertCounted();
  }

  private void assertCounted() throws Exception {
    JsonNode source = braid.get("/sources").path("items").get(0);
    assertThat(source.path("late").asText()).isEqualTo("drop");
    assertThat(source.path("counts").path("late").path("short").asLong())
        .isEqualTo(plain.shortLate);
    assertThat(source.path("counts").path("late").path("long").asLong()).isEqualTo(plain.longLate);
    assertThat(source.path("counts").path("diverted").asLong()).isEqualTo(plain.diverted.size());
    assertThat(source.path("remembered").path("ids").asLong()).isBetween(100L, 3_000L);
    assertThat(source.path("remembered").path("bytes").asLong()).isPositive();
  }

  @Test
  @Order(2)
  void mergedAnswerIsThatOfAReplayAndOfTheLoop() throws Exception {
    braid.run("visits");
    send(150);
    braid.awaitPosition("short", plain.end);

    assertAnswers();
    assertThat(braid.await(braid.startComparison("visits")).path("equal").asBoolean()).isTrue();
    String replay = braid.await(braid.startReplay("visits")).path("id").asText();
    assertAnswers("view", "replay:" + replay);
    assertCounted();
    assertDiverted(1);
  }

  @Test
  @Order(3)
  void restartAfterACleanStopEmitsNothingTwiceAndLeavesNothingOut() throws Exception {
    braid.run("visits");
    send(100);
    braid.awaitPosition("short", plain.end);
    platform.close();
    open();
    send(100);
    braid.awaitPosition("short", plain.end);

    assertAnswers();
    assertDiverted(1);
    assertCounted();
  }

  @Test
  @Order(4)
  void whatLiesBelowTheCutAndWasNotEmittedIsDecidedAgain() throws Exception {
    braid.run("visits");
    platform.close();
    forgetWhatWasEmitted();
    open();
    braid.awaitPosition("short", plain.end);

    assertAnswers();
    assertDiverted(2);
    send(50);
    braid.awaitPosition("short", plain.end);
    eventually(() -> byPlace(late()).equals(plain.diverted));
    platform.close();
  }

  /** As if Braid had never run on this log: the committed offsets are gone, the run is there. */
  private void forgetWhatWasEmitted() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(store.resolve("broker"), 0);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      eventually(() -> groups(admin).size() == 1); // not before the broker has read them
      List<String> groups = groups(admin);
      // A static member is one until its session is over.
      eventually(
          () ->
              admin
                  .describeConsumerGroups(groups)
                  .all()
                  .get()
                  .get(groups.get(0))
                  .members()
                  .isEmpty());
      admin.deleteConsumerGroups(groups).all().get();
    }
  }

  private static List<String> groups(Admin admin) throws Exception {
    return admin.listGroups().all().get().stream()
        .map(GroupListing::groupId)
        .filter(group -> group.startsWith("braid.visits."))
        .toList();
  }

  @Test
  @Order(5)
  void nothingIsLostByKills() throws Exception {
    int httpPort = LocalPorts.free();
    int kafkaPort = LocalPorts.free();
    for (int round = 0; round < 3; round++) {
      try (TestingProcess process =
          TestingProcess.start(
              directory,
              "up",
              "--config",
              config.toString(),
              "--store",
              store.toString(),
              "--http-port",
              Integer.toString(httpPort),
              "--kafka-port",
              Integer.toString(kafkaPort))) {
        process.awaitReady();
        braid = process.braid();
        kafka = process.kafka();
        send(60);
        if (round == 1) {
          braid.run("visits"); // then killed before anything more is committed
        } else if (round == 2) {
          braid.awaitPosition("short", plain.end);
          assertAnswers();
          eventually(() -> byPlace(late()).equals(plain.diverted));
        }
        process.killGroup();
        process.awaitEnd(Duration.ofSeconds(10));
      }
    }
  }
}

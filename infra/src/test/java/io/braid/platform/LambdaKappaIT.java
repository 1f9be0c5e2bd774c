package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.braid.broker.TestingTopic;
import io.braid.client.Job;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.log.Position;
import io.braid.platform.OrderFold.Appended;
import io.braid.speed.sink.DivertedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
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
 * Invariant 2 over HTTP, dead letters, and a restart on the same store. The tests are chapters of
 * one story: traffic, then its end, then a restart.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LambdaKappaIT {
  private static final String TOTAL = "orders_total";
  private static final String PER_MINUTE = "orders_per_minute";

  private final OrderFold fold = new OrderFold();
  private final Orders orders = new Orders(5);
  private Path config;
  private Path store;
  private TestingPlatform platform;
  private TestingBraid braid;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    config = Orders.define(directory);
    store = directory.resolve("store");
    platform = TestingPlatform.start(config, store);
    braid = platform.braid();
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  @Test
  @Order(1)
  void mergedViewEqualsReplaysWhileOrdersComeAndRunsArePublished() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    AtomicBoolean stop = new AtomicBoolean();
    List<JsonNode> comparisons = new ArrayList<>();
    String replay;
    try (OrderProducer producer = new OrderProducer(platform.kafka(), orders, fold)) {
      producer.send(600);
      replay = braid.await(braid.startReplay("orders")).path("id").asText();
      Future<?> traffic =
          threads.submit(
              () -> {
                while (!stop.get()) {
                  producer.send(20);
                  Thread.sleep(40);
                }
                return null;
              });
      try {
        comparisons.add(braid.await(braid.startComparison("orders")));
        Job run = braid.startRun("orders");
        comparisons.add(braid.await(braid.startComparison("orders", "replay:" + replay)));
        braid.await(run);
        comparisons.add(braid.await(braid.startComparison("orders")));
        Job next = braid.startRun("orders");
        comparisons.add(braid.await(braid.startComparison("orders", "replay:" + replay)));
        braid.await(next);
        comparisons.add(braid.await(braid.startComparison("orders", "replay:" + replay)));
      } finally {
        stop.set(true);
      }
      traffic.get();
    } finally {
      threads.shutdownNow();
    }

    SortedMap<Integer, Long> before = new TreeMap<>();
    for (JsonNode comparison : comparisons) {
      assertThat(comparison.path("state").asText()).isEqualTo("completed");
      assertThat(comparison.path("equal").asBoolean()).as(comparison.toString()).isTrue();
      SortedMap<Integer, Long> at = TestingBraid.position(comparison.path("position"));
      Position position = Position.of(at);
      assertRowsEqual(comparison, TOTAL, fold.total(position).size());
      assertRowsEqual(comparison, PER_MINUTE, fold.perMinute(position).size());
      assertThat(position.isAtOrPast(Position.of(before))).isTrue();
      before = at;
    }
    assertThat(comparisons.get(4).path("right").asText()).isEqualTo("replay:" + replay);
    assertThat(braid.ids("/comparisons")).hasSize(comparisons.size());
    // Two fresh ones besides the one that was folded on three times.
    assertThat(braid.ids("/replays")).hasSize(3).contains(replay);

    TestingAnswer told = braid.ask(PER_MINUTE, "view", "replay:" + replay, "limit", "10000");
    assertThat(told.position()).isEqualTo(before);
    assertThat(told.rows()).isEqualTo(fold.perMinute(Position.of(before)));
    assertThat(told.run()).isEmpty();
    assertThat(told.provenance().path("speed").path("duplicates").asLong())
        .isEqualTo(fold.duplicates(Position.of(before)));
  }

  private static void assertRowsEqual(JsonNode comparison, String metric, int rows) {
    JsonNode counts = comparison.path("metrics").path(metric);
    assertThat(counts.path("rows_equal").asInt()).isEqualTo(rows).isPositive();
    assertThat(counts.path("rows_differing").asInt(-1)).isZero();
    assertThat(counts.path("only_left").asInt(-1)).isZero();
    assertThat(counts.path("only_right").asInt(-1)).isZero();
    assertThat(counts.path("classes")).isEmpty();
  }

  @Test
  @Order(2)
  void deadLettersAreExactlyTheRecordsThatCannotBeDecoded() throws Exception {
    braid.awaitPosition(TOTAL, fold.end().offsets());
    assertDeadLetters();
  }

  /** Waits for the sink, which stores what it sent about once a second. */
  private void assertDeadLetters() throws Exception {
    List<String> expected =
        fold.appended().stream()
            .filter(appended -> appended.order().fields().isEmpty())
            .map(LambdaKappaIT::letter)
            .sorted()
            .toList();
    assertThat(expected).hasSizeGreaterThan(30);
    TestingTopic topic = new TestingTopic(platform.kafka(), DivertedRecords.DEAD_LETTERS, 1);
    List<ConsumerRecord<byte[], byte[]>> letters = topic.records();
    for (int i = 0; i < 50 && letters.size() < expected.size(); i++) {
      Thread.sleep(100);
      letters = topic.records();
    }
    List<String> found = letters.stream().map(LambdaKappaIT::letter).sorted().toList();
    assertThat(found).doesNotHaveDuplicates().isEqualTo(expected);
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertThat(header(letter, "source")).isEqualTo("orders");
      assertThat(header(letter, "trace")).isEqualTo("t1");
      assertThat(header(letter, "reason"))
          .matches("no value|not JSON.*|not a JSON object|column '(event_time|amount|kind)': .+");
    }
  }

  private static String letter(Appended appended) {
    return "%d/%d %s=%s"
        .formatted(
            appended.partition(),
            appended.offset(),
            text(appended.order().key()),
            text(appended.order().value()));
  }

  private static String letter(ConsumerRecord<byte[], byte[]> record) {
    return "%s/%s %s=%s"
        .formatted(
            header(record, "partition"),
            header(record, "offset"),
            text(record.key()),
            text(record.value()));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  @Order(3)
  void runCountsRecordsDeadLettersAndDuplicates() throws Exception {
    JsonNode run = braid.run("orders");
    SortedMap<Integer, Long> cut = TestingBraid.position(run.path("cut"));
    assertThat(Position.of(cut).isAtOrPast(fold.end())).isTrue();
    assertThat(run.path("events").asLong()).isEqualTo(fold.appended().size());

    JsonNode manifest =
        new ObjectMapper()
            .readTree(
                Files.readString(
                    store
                        .resolve("runs")
                        .resolve(run.path("id").asText())
                        .resolve("manifest.json")));
    long records = 0;
    long dead = 0;
    long duplicates = 0;
    for (JsonNode counts : manifest.path("counts")) {
      records += counts.path("records").asLong();
      dead += counts.path("dead_letters").asLong();
      duplicates += counts.path("duplicates").asLong();
    }
    assertThat(records).isEqualTo(fold.appended().size());
    assertThat(dead)
        .isEqualTo(fold.appended().stream().filter(a -> a.order().fields().isEmpty()).count());
    assertThat(duplicates).isEqualTo(fold.duplicates(Position.of(cut)));
  }

  @Test
  @Order(4)
  void restartOnTheSameStoreGoesOn() throws Exception {
    try (OrderProducer producer = new OrderProducer(platform.kafka(), orders, fold)) {
      producer.send(200); // behind the cut, in no batch view
    }
    TestingAnswer before = braid.awaitPosition(PER_MINUTE, fold.end().offsets());
    List<String> lists = lists();
    platform.close();

    platform = TestingPlatform.start(config, store);
    braid = platform.braid();

    // The first answer: ready means level with the log.
    TestingAnswer after = braid.ask(PER_MINUTE, "limit", "10000", "require", "complete");
    assertThat(after.isAtOrPast(before.position())).isTrue();
    assertThat(after.rows())
        .isEqualTo(before.rows())
        .isEqualTo(fold.perMinute(Position.of(after.position())));
    assertThat(after.run()).isEqualTo(before.run()).isNotEmpty();
    assertThat(after.cut()).isEqualTo(before.cut());
    assertThat(after.cut()).isNotEqualTo(after.position());
    assertThat(after.provenance().path("speed").path("duplicates"))
        .isEqualTo(before.provenance().path("speed").path("duplicates"));
    assertThat(braid.ask(TOTAL, "view", "batch").rows())
        .isEqualTo(fold.total(Position.of(after.cut())));
    assertThat(lists()).isEqualTo(lists);

    // A comparison of a replay made before the restart, and of a fresh one.
    try (OrderProducer producer = new OrderProducer(platform.kafka(), orders, fold)) {
      producer.send(100);
    }
    braid.awaitPosition(TOTAL, fold.end().offsets());
    List<String> replays = braid.ids("/replays");
    String oldest = replays.get(replays.size() - 1);
    for (Job job :
        List.of(
            braid.startComparison("orders", "replay:" + oldest), braid.startComparison("orders"))) {
      JsonNode comparison = braid.await(job);
      assertThat(comparison.path("equal").asBoolean()).as(comparison.toString()).isTrue();
    }
    assertDeadLetters();
  }

  private List<String> lists() throws Exception {
    List<String> lists = new ArrayList<>();
    for (String path : List.of("/batch/runs", "/replays", "/comparisons")) {
      braid.get(path).path("items").forEach(item -> lists.add(item.toString()));
    }
    return lists;
  }
}

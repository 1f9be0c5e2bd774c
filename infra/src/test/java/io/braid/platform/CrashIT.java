package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.broker.LocalPorts;
import io.braid.broker.TestingTopic;
import io.braid.client.Job;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.launcher.TestingProcess;
import io.braid.log.Position;
import io.braid.speed.sink.DivertedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
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
 * Invariant 3: killed at one moment after another, and every time the same command on the same
 * store and ports goes on. The tests are chapters of one story.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CrashIT {
  private static final String TOTAL = "orders_total";
  private static final String PER_MINUTE = "orders_per_minute";
  private static final int ENDED_BY_SIGTERM = 143;
  private static final Duration BOUND = Duration.ofSeconds(5);

  private final OrderFold fold = new OrderFold();
  private final Orders orders = new Orders(6);
  private final int httpPort = LocalPorts.free();
  private final int kafkaPort = LocalPorts.free();
  private Path directory;
  private Path store;
  private Path config;
  private TestingProcess process;
  private TestingBraid braid;

  @BeforeAll
  void startForTheFirstTime(@TempDir Path folder) throws Exception {
    directory = folder;
    store = folder.resolve("store");
    config = Orders.define(folder);
    up();
  }

  @AfterAll
  void stop() throws Exception {
    process.close();
  }

  /** The same command every time. */
  private void up() throws Exception {
    process =
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
            Integer.toString(kafkaPort));
    process.awaitReady();
    braid = process.braid();
    assertThat(process.kafka()).isEqualTo("127.0.0.1:" + kafkaPort);
    assertThat(process.httpPort()).isEqualTo(httpPort);
  }

  private void send(int ordersEach) throws Exception {
    try (OrderProducer producer = new OrderProducer(process.kafka(), orders, fold)) {
      producer.send(ordersEach);
    }
  }

  private TestingAnswer awaitAll() throws Exception {
    return braid.awaitPosition(PER_MINUTE, fold.end().offsets());
  }

  /** Right after a start: complete, level with the log, and what the rules say. */
  private TestingAnswer assertWhole() throws Exception {
    TestingAnswer answer = braid.ask(PER_MINUTE, "limit", "10000", "require", "complete");
    Position position = Position.of(answer.position());
    assertThat(position.isAtOrPast(fold.end())).isTrue();
    assertThat(answer.rows()).isEqualTo(fold.perMinute(position));
    assertThat(answer.provenance().path("speed").path("duplicates").asLong())
        .isEqualTo(fold.duplicates(position));
    TestingAnswer batch = braid.ask(TOTAL, "view", "batch");
    assertThat(batch.rows()).isEqualTo(fold.total(Position.of(batch.cut())));
    assertThat(batch.run()).isEqualTo(answer.run());
    return answer;
  }

  @Test
  @Order(1)
  void killOfTheJvmAloneWhileARunWritesTakesTheBrokerAlong() throws Exception {
    send(500);
    braid.run("orders");
    send(300);
    TestingAnswer before = awaitAll();
    Job run = braid.startRun("orders");
    await(() -> !leftovers(run.id()).isEmpty());
    ProcessHandle broker = process.broker();

    process.killAlone();
    assertGoneInTime(broker);
    up();

    TestingAnswer after = assertWhole();
    assertThat(after.isAtOrPast(before.position())).isTrue(); // past no order, but markers
    assertThat(after.rows()).isEqualTo(before.rows());
    // The run may have come as far as its publication, which then counts.
    String state = state(run);
    assertThat(state).isIn("failed", "published");
    if (state.equals("failed")) {
      assertThat(after.run()).isEqualTo(before.run()).isNotEmpty();
      assertThat(after.cut()).isEqualTo(before.cut());
      assertThat(leftovers(run.id())).isEmpty();
    } else {
      assertThat(after.run()).isEqualTo(run.id());
    }
  }

  @Test
  @Order(2)
  void killOfTheGroupDuringARunLeavesItFailed() throws Exception {
    send(300);
    TestingAnswer before = awaitAll();
    send(50); // nobody waits until these are folded
    Job run = braid.startRun("orders");
    await(() -> state(run).equals("running"));
    ProcessHandle broker = process.broker();

    process.killGroup();
    assertGoneInTime(broker);
    up();

    JsonNode document = braid.get("/batch/runs/" + run.id());
    assertThat(document.path("state").asText()).isEqualTo("failed");
    assertThat(document.path("error").asText()).startsWith("Interrupted");
    TestingAnswer after = assertWhole();
    assertThat(after.run()).isEqualTo(before.run()).isNotEmpty();
    assertThat(after.cut()).isEqualTo(before.cut());
    assertThat(after.isAtOrPast(before.position())).isTrue();
    assertThat(leftovers(run.id())).isEmpty();
    assertThat(braid.await(braid.startComparison("orders")).path("equal").asBoolean()).isTrue();
    String next = braid.run("orders").path("id").asText();
    assertThat(assertWhole().run()).isEqualTo(next);
  }

  @Test
  @Order(3)
  void noDeadLetterIsLostByCrashes() throws Exception {
    send(20);
    awaitAll();
    List<String> expected =
        fold.appended().stream()
            .filter(appended -> appended.order().fields().isEmpty())
            .map(appended -> appended.partition() + "/" + appended.offset())
            .sorted()
            .toList();
    TestingTopic topic = new TestingTopic(process.kafka(), DivertedRecords.DEAD_LETTERS, 1);
    await(() -> letters(topic).equals(expected));
  }

  /** Each once: after a crash some are sent again. */
  private static List<String> letters(TestingTopic topic) {
    return topic.records().stream()
        .map(
            record ->
                Stream.of("partition", "offset")
                    .map(name -> record.headers().lastHeader(name).value())
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .reduce((left, right) -> left + "/" + right)
                    .orElseThrow())
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  @Order(4)
  void sigtermEndsEverythingInTime() throws Exception {
    ProcessHandle broker = process.broker();
    long before = System.nanoTime();

    process.terminate();

    assertThat(process.awaitEnd(BOUND.plusSeconds(2))).isEqualTo(ENDED_BY_SIGTERM);
    assertGoneInTime(broker);
    System.out.printf("SIGTERM took %.1f s%n", (System.nanoTime() - before) / 1e9);
    assertThat(LocalPorts.isFree(httpPort)).isTrue();
    assertThat(LocalPorts.isFree(kafkaPort)).isTrue();
    assertThat(process.out()).hasSize(1);
  }

  private static void assertGoneInTime(ProcessHandle child) {
    CompletableFuture<ProcessHandle> gone =
        child.onExit().orTimeout(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(gone).as("end of the broker").succeedsWithin(BOUND.plusSeconds(1));
  }

  private String state(Job run) {
    try {
      return braid.get("/batch/runs/" + run.id()).path("state").asText();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what there is of a run's views in the store. */
  private List<Path> leftovers(String run) {
    try (Stream<Path> files = Files.walk(store.resolve("views"))) {
      return files.filter(file -> Arrays.asList(file.toString().split("/")).contains(run)).toList();
    } catch (java.io.IOException | java.io.UncheckedIOException e) {
      return List.of(); // written to while it was walked
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}

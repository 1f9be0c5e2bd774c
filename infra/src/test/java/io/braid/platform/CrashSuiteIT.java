package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.LocalPorts;
import io.braid.broker.TestingBroker;
import io.braid.broker.TestingTopic;
import io.braid.client.ApiException;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.job.RunDocument;
import io.braid.launcher.TestingProcess;
import io.braid.log.Position;
import io.braid.speed.sink.DivertedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 3 at random moments: one process after another is killed with {@code kill -9} while
 * orders of all kinds keep coming, runs are published and a server is asked. Checkpoints are
 * written several times a second, as chains of deltas, so that kills meet every stage of them.
 *
 * <p>{@code -Dbraid.crash.kills=60} has more kills, {@code -Dbraid.crash.seed=1} repeats the
 * choices of an earlier time, though not the moments that the machine makes of them.
 */
@Timeout(1_200)
final class CrashSuiteIT {

  private static final int KILLS = Integer.getInteger("braid.crash.kills", 8);
  private static final long SEED = Long.getLong("braid.crash.seed", System.nanoTime() % 1_000_000);
  private static final String SOURCE = "orders";
  private static final List<String> METRICS =
      List.of("orders_total", "orders_per_minute", "orders_sessions");
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final String SPEED =
      "speed: {checkpoint: {interval: 200ms, deltas_above: 0KB, keep: 3}}\n";

  @TempDir private Path directory;

  private final Random random = new Random(SEED);
  private final OrderFold fold = new OrderFold(true);
  private final List<Long> untilAnswerMs = new ArrayList<>();
  private final List<Long> untilLevelMs = new ArrayList<>();
  private int kills;

  private Path define(String more) throws Exception {
    return Files.writeString(
        directory.resolve("braid.yaml"), Orders.DROPPING_DEFINITIONS + SPEED + more);
  }

  private static void pauseUpTo(Random random, int ms) throws InterruptedException {
    Thread.sleep(random.nextInt(ms));
  }

  private static long msSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  /** Waits for a whole answer that holds all that the log has now. */
  private static void awaitLevel(TestingBraid braid, OrderTraffic orders) throws Exception {
    SortedMap<Integer, Long> ends = orders.ends();
    eventually(
        "level with " + ends,
        () -> {
          TestingAnswer answer = braid.ask(METRICS.get(0));
          return Inquirer.missing(answer).isEmpty()
              && Inquirer.position(answer).isAtOrPast(Position.of(ends));
        });
  }

  private static void eventually(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** Holds what the server has said since the last time to the fold of the log. */
  private List<TestingAnswer> check(Inquirer inquirer, OrderTraffic orders) {
    List<TestingAnswer> taken = inquirer.take();
    taken.forEach(answer -> orders.readBack(Inquirer.position(answer)));
    return inquirer.check(fold, taken);
  }

  /** When all is quiet: every metric whole, at the log end, and nothing lost on the way out. */
  private void assertEnd(TestingBraid braid, OrderTraffic orders, String kafka) throws Exception {
    orders.stop();
    SortedMap<Integer, Long> ends = orders.ends();
    orders.readBack(Position.of(ends));
    for (String metric : METRICS) {
      TestingAnswer answer = awaitWhole(braid, metric);
      // A transaction that a kill left in doubt may have been committed meanwhile.
      orders.readBack(Inquirer.position(answer));
      assertThat(answer.rows()).isNotEmpty().isEqualTo(Inquirer.expected(fold, answer));
      assertThat(answer.provenance().path("speed").path("duplicates").asLong())
          .isEqualTo(fold.duplicates(Inquirer.position(answer)))
          .isPositive();
      assertThat(answer.run()).isNotEmpty();
    }
    assertThat(fold.diverted()).isNotEmpty();
    assertEmitted(kafka, DivertedRecords.DEAD_LETTERS, fold.deadLetters());
    assertEmitted(kafka, DivertedRecords.LATE_EVENTS, fold.diverted());
  }

  /** A worker that has just come up is still being handed partitions: then answers lack them. */
  private TestingAnswer awaitWhole(TestingBraid braid, String metric) throws Exception {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (true) {
      TestingAnswer answer = braid.ask(metric, "limit", "10000");
      Position position = Inquirer.position(answer);
      if (Inquirer.missing(answer).isEmpty() && position.isAtOrPast(fold.end())) {
        return answer;
      }
      assertThat(System.nanoTime())
          .as("Answer at %s of %s: %s", position, fold.end(), answer.provenance())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static void assertEmitted(String kafka, String topic, Set<String> expected)
      throws Exception {
    TestingTopic emitted = new TestingTopic(kafka, topic, 1);
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!places(emitted).containsAll(expected) && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }
    assertThat(places(emitted)).as(topic).isEqualTo(expected);
  }

  private static Set<String> places(TestingTopic topic) {
    return topic.records().stream()
        .map(
            record ->
                new String(record.headers().lastHeader("partition").value(), StandardCharsets.UTF_8)
                    + "/"
                    + new String(
                        record.headers().lastHeader("offset").value(), StandardCharsets.UTF_8))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void tell(String what, OrderTraffic orders) {
    System.out.printf(
        "CrashSuiteIT seed %d, %s: %d kills, log end %s; kill to answer %s, to level %s%n",
        SEED, what, kills, orders.ends(), figures(untilAnswerMs), figures(untilLevelMs));
  }

  private static String figures(List<Long> allMs) {
    if (allMs.isEmpty()) {
      return "-";
    }
    List<Long> sorted = new ArrayList<>(allMs);
    Collections.sort(sorted);
    return "%d / %d / %d ms (least, median, most of %d)"
        .formatted(
            sorted.get(0),
            sorted.get(sorted.size() / 2),
            sorted.get(sorted.size() - 1),
            sorted.size());
  }

  /** Two workers and a broker die, alone and together; the server and the batch layer live on. */
  @Test
  void killsOfWorkersAndOfTheBrokerChangeNoAnswer() throws Exception {
    System.out.println("CrashSuiteIT: -Dbraid.crash.seed=" + SEED);
    try (TestingBroker broker = TestingBroker.start(directory.resolve("broker"))) {
      Path config = define("kafka: {bootstrap.servers: '" + broker.bootstrapServers() + "'}\n");
      PlatformOptions options =
          new PlatformOptions(
              config, OptionalInt.of(0), OptionalInt.empty(), Optional.empty(), false);
      List<TestingProcess> workers = new ArrayList<>(List.of(worker(config), worker(config)));
      try (TestingBatch batch = new TestingBatch(options);
          ServeProcess server = ServeProcess.start(options)) {
        TestingBraid braid = new TestingBraid(server.url());
        try (OrderTraffic orders =
                new OrderTraffic(broker.bootstrapServers(), new Orders(SEED), fold);
            Inquirer inquirer = new Inquirer(braid, METRICS, Duration.ofMillis(150))) {
          killWorkersAndBroker(broker, config, workers, batch, braid, orders, inquirer);
          assertEnd(braid, orders, broker.bootstrapServers());
          inquirer.stop();
          check(inquirer, orders);
          tell("workers and broker, " + inquirer.figures(), orders);
        }
      } finally {
        for (TestingProcess worker : workers) {
          worker.close();
        }
      }
    }
  }

  private void killWorkersAndBroker(
      TestingBroker broker,
      Path config,
      List<TestingProcess> workers,
      TestingBatch batch,
      TestingBraid braid,
      OrderTraffic orders,
      Inquirer inquirer)
      throws Exception {
    String run = batch.start(SOURCE, "full");
    int runs = 1;
    while (kills < KILLS || runs < 2) {
      pauseUpTo(random, 1_000);
      long killedNanos = System.nanoTime();
      int choice = random.nextInt(8);
      if (choice < 2) {
        killBroker(broker, config, workers, choice == 0);
      } else {
        int first = random.nextInt(2);
        killWorkers(config, workers, choice == 7 ? List.of(0, 1) : List.of(first));
      }
      if (random.nextBoolean()) {
        awaitLevel(braid, orders);
        untilLevelMs.add(msSince(killedNanos));
      }
      List<TestingAnswer> told = check(inquirer, orders);
      if (isServed(run, told) || batch.state(run) == RunDocument.State.failed) {
        run = batch.start(SOURCE, runs % 3 == 0 ? "full" : "incremental");
        runs++;
      }
    }
    System.out.println("CrashSuiteIT: " + runs + " runs");
  }

  private static boolean isServed(String run, List<TestingAnswer> told) {
    return !told.isEmpty() && told.get(told.size() - 1).run().equals(run);
  }

  private TestingProcess worker(Path config) throws Exception {
    return TestingProcess.start(directory, "speed", "--config", config.toString());
  }

  /** A worker comes up without a broker not at all: those that are on their way get there first. */
  private void killBroker(
      TestingBroker broker, Path config, List<TestingProcess> workers, boolean workerToo)
      throws Exception {
    for (TestingProcess worker : workers) {
      worker.awaitReady();
    }
    broker.kill();
    kills++;
    if (workerToo) {
      workers.get(0).close();
      kills++;
    }
    broker.start();
    if (workerToo) {
      workers.set(0, worker(config));
    }
  }

  /** Some are killed again before they have come up. */
  private void killWorkers(Path config, List<TestingProcess> workers, List<Integer> which)
      throws Exception {
    boolean up = random.nextBoolean();
    for (int index : which) {
      workers.get(index).close();
      kills++;
    }
    pauseUpTo(random, 300);
    for (int index : which) {
      workers.set(index, worker(config));
    }
    if (up) {
      for (int index : which) {
        workers.get(index).awaitReady();
      }
    }
  }

  /** All layers and the broker die at once. */
  @Test
  void killsOfTheWholeGroupChangeNoAnswer() throws Exception {
    System.out.println("CrashSuiteIT: -Dbraid.crash.seed=" + SEED);
    String httpPort = Integer.toString(LocalPorts.free());
    String kafkaPort = Integer.toString(LocalPorts.free());
    String kafka = "127.0.0.1:" + kafkaPort;
    Callable<TestingProcess> start =
        () ->
            TestingProcess.start(
                directory,
                "up",
                "--config",
                define("").toString(),
                "--http-port",
                httpPort,
                "--kafka-port",
                kafkaPort);
    TestingProcess process = start.call();
    process.awaitReady();
    TestingBraid braid = process.braid();
    try (OrderTraffic orders = new OrderTraffic(kafka, new Orders(SEED), fold)) {
      for (int round = 0; round < Math.max(2, KILLS / 6); round++) {
        try (Inquirer inquirer = new Inquirer(braid, METRICS, Duration.ofMillis(100))) {
          braid.startRun(SOURCE);
          pauseUpTo(random, 6_000);
          inquirer.stop();
          check(inquirer, orders);
        }
        long killedNanos = System.nanoTime();
        process.killGroup();
        process.awaitEnd(BOUND);
        kills++;
        process = start.call();
        if (random.nextInt(3) == 0) {
          pauseUpTo(random, 5_000);
          process.killGroup();
          process.awaitEnd(BOUND);
          kills++;
          killedNanos = System.nanoTime();
          process = start.call();
        }
        untilAnswerMs.add(awaitAnswer(braid, killedNanos));
        process.awaitReady();
        assertThat(Inquirer.missing(braid.ask(METRICS.get(0)))).isEmpty();
        awaitLevel(braid, orders);
        untilLevelMs.add(msSince(killedNanos));
      }
      braid.run(SOURCE);
      assertEnd(braid, orders, kafka);
      tell("whole groups", orders);
    } finally {
      process.close();
    }
  }

  private static long awaitAnswer(TestingBraid braid, long killedNanos) throws Exception {
    eventually(
        "an answer",
        () -> {
          try {
            braid.ask(METRICS.get(0));
            return true;
          } catch (ApiException e) {
            return false;
          }
        });
    return msSince(killedNanos);
  }
}

package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.client.ApiException;
import io.braid.client.Job;
import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.log.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 4: two clients ask all the time while orders keep coming and three runs are published.
 * What they were told is held to the fold of exactly the position that they were told.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsistencyIT {
  private static final String TOTAL = "orders_total";
  private static final String PER_MINUTE = "orders_per_minute";

  private final OrderFold fold = new OrderFold();
  private final List<TestingAnswer> answers = new ArrayList<>();
  private final List<List<TestingAnswer>> byClient = new ArrayList<>();
  private final List<JsonNode> runs = new ArrayList<>();
  private TestingAnswer last;

  /** Runs the scene once; the tests look at different sides of what was recorded. */
  @BeforeAll
  void recordAnswersWhileRunsArePublished(@TempDir Path directory) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    AtomicBoolean stop = new AtomicBoolean();
    try (TestingPlatform platform =
        TestingPlatform.start(Orders.define(directory), directory.resolve("store"))) {
      TestingBraid braid = platform.braid();
      Future<Void> traffic = threads.submit(produce(platform.kafka(), stop));
      List<Future<List<TestingAnswer>>> clients =
          List.of(
              threads.submit(client(braid, stop, ConsistencyIT::oneOfEach)),
              threads.submit(client(braid, stop, ConsistencyIT::pages)));
      try {
        Thread.sleep(1_500);
        runs.add(braid.run("orders"));
        Thread.sleep(500);
        Job second = braid.startRun("orders");
        Job third = braid.startRun("orders");
        runs.add(braid.await(second));
        runs.add(braid.await(third));
        Thread.sleep(500);
      } finally {
        stop.set(true);
      }
      traffic.get();
      for (Future<List<TestingAnswer>> client : clients) {
        byClient.add(client.get());
        answers.addAll(client.get());
      }
      last = braid.awaitPosition(PER_MINUTE, fold.end().offsets());
      answers.add(last);
    } finally {
      threads.shutdownNow();
    }
  }

  @AfterAll
  void tell() {
    System.out.printf(
        "ConsistencyIT: %d answers over %d records, %d runs, end %s%n",
        answers.size(), fold.appended().size(), runs.size(), fold.end());
  }

  private Callable<Void> produce(String kafka, AtomicBoolean stop) {
    return () -> {
      try (OrderProducer producer = new OrderProducer(kafka, new Orders(4), fold)) {
        while (!stop.get()) {
          producer.send(15);
          Thread.sleep(30);
        }
      }
      return null;
    };
  }

  /** Something that a client does over and over. */
  private interface Round {
    void ask(TestingBraid braid, List<TestingAnswer> told) throws Exception;
  }

  private static Callable<List<TestingAnswer>> client(
      TestingBraid braid, AtomicBoolean stop, Round round) {
    return () -> {
      List<TestingAnswer> told = new ArrayList<>();
      while (!stop.get()) {
        round.ask(braid, told);
        Thread.sleep(15); // leaves the machine to the runs
      }
      return told;
    };
  }

  private static void oneOfEach(TestingBraid braid, List<TestingAnswer> told) throws Exception {
    told.add(braid.ask(TOTAL));
    told.add(braid.ask(PER_MINUTE, "limit", "10000"));
    try {
      told.add(braid.ask(TOTAL, "view", "batch"));
    } catch (ApiException e) {
      assertThat(e).hasMessageContaining("No run of source orders is published");
    }
  }

  private static void pages(TestingBraid braid, List<TestingAnswer> told) throws Exception {
    told.add(braid.askByPages(PER_MINUTE, 13));
    told.add(braid.ask(TOTAL));
  }

  @Test
  void everyAnswerIsTheFoldOfThePositionItStates() {
    assertThat(answers).hasSizeGreaterThan(100);
    for (TestingAnswer answer : answers) {
      Position position = Position.of(answer.position());
      List<List<String>> expected =
          answer.columns().contains("window_start")
              ? fold.perMinute(position)
              : fold.total(position);
      assertThat(answer.rows())
          .as("%s view at %s, run %s", answer.view(), position, answer.run())
          .isEqualTo(expected);
    }
  }

  @Test
  void trafficHeldEverythingThatCanGoWrong() {
    Position end = Position.of(last.position());
    assertThat(fold.duplicates(end)).isPositive();
    assertThat(fold.late(end)).isPositive();
    assertThat(fold.appended()).anyMatch(appended -> appended.order().fields().isEmpty());
    assertThat(end.offset(2)).isGreaterThan(end.offset(1)); // aborted orders and markers
  }

  @Test
  void everyAnswerIsCompleteAndCountsDuplicatesAndLateEventsUpToItsPosition() {
    for (TestingAnswer answer : answers) {
      JsonNode provenance = answer.provenance();
      assertThat(provenance.path("coverage").asText()).isEqualTo("complete");
      assertThat(provenance.path("missing").isArray()).isTrue();
      assertThat(provenance.path("missing")).isEmpty();
      assertThat(provenance.path("fingerprint").asText()).hasSize(16);
      assertThat(provenance.path("freshness_ms").asLong(-1)).isNotNegative();
      if (answer.view().equals("batch")) {
        assertThat(provenance.path("speed").isNull()).isTrue();
        continue;
      }
      Position position = Position.of(answer.position());
      JsonNode speed = provenance.path("speed");
      assertThat(speed.path("duplicates").asLong(-1)).isEqualTo(fold.duplicates(position));
      assertThat(speed.path("late").asLong(-1))
          .isEqualTo(answer.columns().contains("window_start") ? fold.late(position) : 0);
      assertThat(speed.path("watermark").asText()).isEqualTo(fold.watermark(position));
    }
  }

  @Test
  void positionsNeverFallFromOneAnswerToTheNextOfAnyClient() {
    for (List<TestingAnswer> told : byClient) {
      assertThat(told.size()).isGreaterThan(20);
    }
    // Whoever asks after an answer has arrived, anywhere, is told no less.
    List<TestingAnswer> merged = answers.stream().filter(a -> a.view().equals("merged")).toList();
    List<TestingAnswer> bySent =
        merged.stream().sorted(Comparator.comparingLong(TestingAnswer::sentNanos)).toList();
    List<TestingAnswer> byReceived =
        merged.stream().sorted(Comparator.comparingLong(TestingAnswer::receivedNanos)).toList();
    SortedMap<Integer, Long> floor = new TreeMap<>();
    int received = 0;
    for (TestingAnswer answer : bySent) {
      while (byReceived.get(received).receivedNanos() < answer.sentNanos()) {
        byReceived
            .get(received)
            .position()
            .forEach((partition, offset) -> floor.merge(partition, offset, Math::max));
        received++;
      }
      assertThat(answer.isAtOrPast(floor))
          .as("position %s after answers up to %s", answer.position(), floor)
          .isTrue();
    }
  }

  @Test
  void batchPartsAreThePublishedRunsInTheirOrder() {
    Map<String, Integer> order = new HashMap<>();
    order.put("", -1);
    Map<String, SortedMap<Integer, Long>> cuts = new HashMap<>();
    for (JsonNode run : runs) {
      assertThat(run.path("state").asText()).isEqualTo("published");
      order.put(run.path("id").asText(), cuts.size());
      cuts.put(run.path("id").asText(), TestingBraid.position(run.path("cut")));
    }
    for (List<TestingAnswer> told : byClient) {
      int latest = -1;
      for (TestingAnswer answer : told) {
        assertThat(order).containsKey(answer.run());
        int now = order.get(answer.run());
        assertThat(now).isGreaterThanOrEqualTo(latest);
        latest = now;
        if (now >= 0) {
          assertThat(answer.cut()).isEqualTo(cuts.get(answer.run()));
          assertThat(answer.isAtOrPast(answer.cut())).isTrue();
        }
      }
      assertThat(told.get(0).run()).isEmpty();
      assertThat(latest).isEqualTo(runs.size() - 1);
    }
    assertThat(cuts.values().stream().map(Object::toString).distinct()).hasSize(runs.size());
  }
}

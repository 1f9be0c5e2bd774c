package io.braid.serving.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.PeerSource;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.SpeedView;
import io.braid.serving.worker.TestingWorker.Manner;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SourceWorkersTest {

  private static final PeerSource SOURCE = new PeerSource("playback", "topic-id", Playback.METRICS);
  private static final List<Integer> ALL_METRICS = List.of(0, 1, 2, 3, 4);
  private static final String RUN = "run-1";

  /** Of tests in which a worker is silent. */
  private static final WorkerClient.Timeouts HASTY =
      new WorkerClient.Timeouts(
          Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(20));

  private final TestingLog log = new TestingLog(2);
  private final TestingWorker one = new TestingWorker();
  private final TestingWorker other = new TestingWorker();
  private final WorkerClient client =
      new WorkerClient(
          "secret",
          new WorkerClient.Timeouts(
              Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20)));
  private final WorkerClient hasty = new WorkerClient("secret", HASTY);
  private final Set<String> addresses = ConcurrentHashMap.newKeySet();
  private final List<SourceWorkers> opened = new ArrayList<>();

  SourceWorkersTest() {
    for (int i = 0; i < 40; i++) {
      log.append(
          i % 2,
          Playback.SIX + i * 1_000L,
          Playback.event("e" + i, "search", i % 3 == 0 ? null : "de", i, i, Playback.SIX + i));
    }
    addresses.add(one.address());
    addresses.add(other.address());
  }

  @AfterEach
  void close() {
    opened.forEach(SourceWorkers::close);
    client.close();
    hasty.close();
    one.close();
    other.close();
  }

  private SourceWorkers workers(Optional<SourceWorkers.Local> local) {
    return workers(local, client);
  }

  private SourceWorkers workers(Optional<SourceWorkers.Local> local, WorkerClient with) {
    SourceWorkers workers =
        new SourceWorkers(SOURCE, local, () -> addresses, with, Duration.ofMillis(50));
    opened.add(workers);
    return workers;
  }

  /** Reads one worker in this process and the other with little patience. */
  private SourceWorkers impatient() {
    return workers(Optional.of(new SourceWorkers.Local(one.address(), one)), hasty);
  }

  private SpeedView view() {
    return workers(Optional.empty()).generation(RUN);
  }

  /** Returns folds of one partition up to an offset. */
  private TestingWorker.Folds folds(int partition, long to) {
    return new TestingSpeed(log, Position.of(Map.of(partition, 0L)))
            .advance(Position.of(Map.of(partition, to)))
        ::read;
  }

  private static SortedMap<Integer, Long> positions(List<PartitionSnapshot> snapshots) {
    SortedMap<Integer, Long> positions = new TreeMap<>();
    snapshots.forEach(s -> assertThat(positions.put(s.partition(), s.position())).isNull());
    return positions;
  }

  private static long ms(Runnable what) {
    long before = System.nanoTime();
    what.run();
    return Duration.ofNanos(System.nanoTime() - before).toMillis();
  }

  @Test
  void partitionsOfAllWorkersAreReadAndAreWhatOneFoldHas() {
    one.folds(RUN, folds(0, 20));
    other.folds(RUN, folds(1, 15));

    List<PartitionSnapshot> read = view().read(ALL_METRICS, PaneRange.ALL);

    assertThat(positions(read)).isEqualTo(Map.of(0, 20L, 1, 15L));
    List<PartitionSnapshot> expected =
        new ArrayList<>(folds(0, 20).read(ALL_METRICS, PaneRange.ALL));
    expected.addAll(folds(1, 15).read(ALL_METRICS, PaneRange.ALL));
    for (int i = 0; i < 2; i++) {
      assertThat(read.get(i).counts()).isEqualTo(expected.get(i).counts());
      for (int metric : ALL_METRICS) {
        assertThat(rows(read.get(i).views().get(metric)))
            .isEqualTo(rows(expected.get(i).views().get(metric)))
            .isNotEmpty();
      }
    }
  }

  private static List<List<Object>> rows(View view) {
    var finished = view.sortedByPane().finish();
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < finished.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < finished.width(); i++) {
        values.add(finished.column(i).value(row));
      }
      rows.add(values);
    }
    return rows;
  }

  @Test
  void ofTwoHoldersOfAPartitionTheHighestPositionIsTaken() {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(0, 12));
    SpeedView view = view();

    List<PartitionSnapshot> read = view.read(List.of(1), PaneRange.ALL);
    assertThat(positions(read)).isEqualTo(Map.of(0, 12L));
    assertThat(read.get(0).counts().records()).isEqualTo(12);

    one.folds(RUN, folds(0, 13));
    read = view.read(List.of(1), PaneRange.ALL);
    assertThat(positions(read)).isEqualTo(Map.of(0, 13L));
    assertThat(read.get(0).counts().records()).isEqualTo(13);
  }

  @Test
  void generationsAreNeverMixed() {
    one.folds(RUN, folds(0, 7)).folds("run-2", folds(0, 9));
    other.folds("run-2", folds(1, 20));
    SourceWorkers workers = workers(Optional.empty());

    assertThat(positions(workers.generation(RUN).read(List.of(), PaneRange.NONE)))
        .isEqualTo(Map.of(0, 7L));
    assertThat(positions(workers.generation("run-2").read(List.of(), PaneRange.NONE)))
        .isEqualTo(Map.of(0, 9L, 1, 20L));
    assertThat(workers.generation("run-3").read(List.of(), PaneRange.NONE)).isEmpty();
    assertThat(workers.failures()).as("not to fold a generation is no failure").isEmpty();
  }

  @Test
  void theWorkerOfThisProcessIsReadOnTheAskingThreadWithoutHttp() {
    Thread[] reader = new Thread[1];
    one.folds(
        RUN,
        (metrics, range) -> {
          reader[0] = Thread.currentThread();
          return folds(0, 7).read(metrics, range);
        });
    other.folds(RUN, folds(1, 9));
    SpeedView view =
        workers(Optional.of(new SourceWorkers.Local(one.address(), one))).generation(RUN);

    assertThat(positions(view.read(List.of(), PaneRange.NONE))).isEqualTo(Map.of(0, 7L, 1, 9L));
    assertThat(reader[0]).isSameAs(Thread.currentThread());
    assertThat(one.asked).hasValue(0);
  }

  @Test
  void aWorkerThatFailsIsLeftOutAndComesBack() throws Exception {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    for (Manner bad : List.of(Manner.REFUSES, Manner.SENDS_NOTHING, Manner.STOPS_IN_THE_MIDDLE)) {
      SourceWorkers workers = impatient();
      SpeedView view = workers.generation(RUN);
      other.manner = bad;

      assertThat(positions(view.read(List.of(0), PaneRange.ALL)))
          .as("%s", bad)
          .isEqualTo(Map.of(0, 7L));
      while (workers.failures().isEmpty()) {
        Thread.sleep(5);
      }
      assertThat(workers.failures()).containsOnlyKeys(other.address());

      other.manner = Manner.ANSWERS;
      while (!workers.failures().isEmpty()) {
        Thread.sleep(10);
      }
      assertThat(positions(view.read(List.of(0), PaneRange.ALL))).isEqualTo(Map.of(0, 7L, 1, 9L));
    }
  }

  @Test
  void anAnswerThatFailsIsTheMatterOfItsQueryAlone() throws Exception {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    for (Manner bad : List.of(Manner.FAILS, Manner.CUTS_OFF, Manner.SENDS_RUBBISH)) {
      SourceWorkers workers = impatient();
      SpeedView view = workers.generation(RUN);
      int before = other.asked.get();
      other.manner = bad;
      assertThat(positions(view.read(List.of(0), PaneRange.ALL)))
          .as("%s", bad)
          .isEqualTo(Map.of(0, 7L));
      other.manner = Manner.ANSWERS;
      while (other.asked.get() < before + 2) {
        Thread.sleep(5); // it is asked whether it lives
      }
      assertThat(workers.failures()).isEmpty();
      assertThat(positions(view.read(List.of(0), PaneRange.ALL))).isEqualTo(Map.of(0, 7L, 1, 9L));
    }
  }

  @Test
  void smallQueriesAreCompleteWhileALargeOneTakesTooLong() throws Exception {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    other.slowness = Duration.ofMillis(1_500);
    SourceWorkers workers = impatient();
    SpeedView view = workers.generation(RUN);
    CompletableFuture<List<PartitionSnapshot>> large =
        CompletableFuture.supplyAsync(() -> view.read(List.of(0), PaneRange.ALL));
    int small = 0;
    long until = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
    while (!large.isDone() || System.nanoTime() - until < 0) {
      assertThat(positions(view.read(List.of(), PaneRange.NONE))).isEqualTo(Map.of(0, 7L, 1, 9L));
      small++;
    }
    assertThat(small).isGreaterThan(3);
    assertThat(positions(large.get())).isEqualTo(Map.of(0, 7L));
    assertThat(workers.failures()).isEmpty();
  }

  @Test
  void anAnswerThatIsArrivingIsWaitedFor() {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    other.manner = Manner.DAWDLES;
    SpeedView view = impatient().generation(RUN);
    long[] took = new long[1];
    took[0] =
        ms(
            () ->
                assertThat(positions(view.read(List.of(0), PaneRange.ALL)))
                    .isEqualTo(Map.of(0, 7L, 1, 9L)));
    assertThat(took[0]).as("longer than until an answer must begin").isGreaterThan(700L);
  }

  @Test
  void aWorkerThatIsSilentIsWaitedForOnceAndNotAgain() {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    other.manner = Manner.SENDS_NOTHING;
    SpeedView view = impatient().generation(RUN);

    long first = ms(() -> view.read(List.of(0), PaneRange.ALL));
    long more =
        ms(
            () -> {
              for (int i = 0; i < 20; i++) {
                assertThat(positions(view.read(List.of(0), PaneRange.ALL)))
                    .isEqualTo(Map.of(0, 7L));
              }
            });

    assertThat(first).isGreaterThan(450L);
    assertThat(more).as("20 queries, of which each would wait 500 ms").isLessThan(5_000L);
  }

  @Test
  void aWorkerThatIsGoneDoesNotSpoilTheAnswer() {
    one.folds(RUN, folds(0, 7));
    other.close();
    SpeedView view = view();

    assertThat(positions(view.read(List.of(0), PaneRange.ALL))).isEqualTo(Map.of(0, 7L));
  }

  @Test
  void aWorkerThatLeftTheGroupIsNotAskedAnyMore() {
    one.folds(RUN, folds(0, 7));
    other.folds(RUN, folds(1, 9));
    SpeedView view = view();
    assertThat(positions(view.read(List.of(), PaneRange.ALL))).hasSize(2);

    addresses.remove(other.address());

    assertThat(positions(view.read(List.of(), PaneRange.ALL))).isEqualTo(Map.of(0, 7L));
    assertThat(other.asked).hasValue(1);
  }

  @Test
  void failuresSayWhatHappened() {
    one.folds(RUN, folds(0, 7));
    assertThat(failure(Manner.REFUSES)).contains("refuses (409): Other definitions");
    assertThat(failure(Manner.CUTS_OFF)).contains("cut off");
    assertThat(failure(Manner.SENDS_RUBBISH)).contains("its end mark stands too early");
    assertThat(failure(Manner.SENDS_NOTHING)).contains("did not answer within 500 ms");
    assertThat(failure(Manner.STOPS_IN_THE_MIDDLE)).contains("paused for 500 ms");
    assertThat(failure(Manner.FAILS)).contains("refuses (500): It failed");
    one.close();
    assertThat(failure(Manner.ANSWERS)).contains("nothing takes connections there");
  }

  private String failure(Manner manner) {
    one.manner = manner;
    CompletableFuture<Optional<List<PartitionSnapshot>>> answer =
        hasty.read(one.address(), SOURCE, RUN, List.of(0), PaneRange.ALL);
    String[] message = new String[1];
    assertThatThrownBy(answer::get)
        .cause()
        .isInstanceOf(WorkerException.class)
        .satisfies(e -> message[0] = e.getMessage());
    assertThat(message[0]).contains(one.address());
    return message[0];
  }
}

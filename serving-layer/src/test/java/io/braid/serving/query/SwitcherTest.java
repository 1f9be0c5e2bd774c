package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.PeerProtocol;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingSpeed;
import io.braid.store.Publication;
import io.braid.store.PublishedRun;
import io.braid.store.Store;
import io.braid.time.PaneRange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SwitcherTest {

  private static final Duration INTERVAL = Duration.ofMillis(5);

  /** Some dozen looks. */
  private static final Duration A_WHILE = Duration.ofMillis(100);

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final TestingLog log = new TestingLog(2);
  private final Map<String, TestingSpeed> generations = new ConcurrentHashMap<>();
  private final AtomicReference<Optional<PublishedRun>> newest =
      new AtomicReference<>(Optional.empty());
  private final List<Switcher> switchers = new ArrayList<>();
  private Store store;
  private volatile boolean failing;

  @AfterEach
  void close() {
    switchers.forEach(Switcher::close);
  }

  private static Position at(long first, long second) {
    return Position.of(Map.of(0, first, 1, second));
  }

  /** Starts a server whose folds of the whole log stand at a position. */
  private ServedSource served(Position position) {
    if (store == null) {
      store = Store.open(folder.toUri());
      for (int i = 0; i < 60; i++) {
        log.append(
            i % 2,
            Playback.SIX + i,
            Playback.event("e" + i, "search", "de", i, i, Playback.SIX + i));
      }
    }
    ServedPair pair =
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(position));
    return new ServedSource(
        Playback.SOURCE, Playback.METRICS, log::numbers, pair, EndsAtStart.NONE);
  }

  private Switcher switcher(ServedSource served) {
    Switcher switcher =
        new Switcher(
            served,
            newest::get,
            run ->
                (metrics, range) -> {
                  if (failing) {
                    throw new StackOverflowError();
                  }
                  TestingSpeed generation = generations.get(run);
                  return generation == null ? List.of() : generation.read(metrics, range);
                },
            INTERVAL);
    switchers.add(switcher);
    return switcher;
  }

  private Publication publish(String run, Position cut) {
    PublishedRun published = log.publish(store, run, cut);
    newest.set(Optional.of(published));
    return published.publication();
  }

  private static String run(ServedSource served) {
    return served.pair().batch().map(batch -> batch.manifest().run()).orElse("none");
  }

  @Test
  void errorsEndNoSwitcher() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    failing = true;
    Publication first = publish("run-1", at(10, 10));
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 20)));
    assertThat(switcher.awaitServed(first, A_WHILE)).isFalse();

    failing = false;
    assertThat(switcher.awaitServed(first, LONG)).isTrue();
  }

  @Test
  void aRunServesOnceEveryPartitionIsLevel() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    Publication first = publish("run-1", at(10, 10));

    assertThat(switcher.awaitServed(first, A_WHILE)).as("nobody folds it yet").isFalse();
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 19)));
    assertThat(switcher.awaitServed(first, A_WHILE)).as("a partition is behind").isFalse();
    assertThat(run(served)).isEqualTo("none");

    generations.get("run-1").advance(at(20, 20));
    assertThat(switcher.awaitServed(first, LONG)).isTrue();
    assertThat(run(served)).isEqualTo("run-1");
  }

  @Test
  void whatWasAnsweredCountsEvenWhenItsFoldsAreGone() throws Exception {
    ServedSource served = served(at(20, 20));
    served.read(served.pair(), List.of(), PaneRange.NONE);
    ((TestingSpeed) served.pair().speed()).drop(1);
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 15)));
    Switcher switcher = switcher(served);
    Publication first = publish("run-1", at(10, 10));

    assertThat(switcher.awaitServed(first, A_WHILE)).isFalse();
    generations.get("run-1").advance(at(20, 20));
    assertThat(switcher.awaitServed(first, LONG)).isTrue();
  }

  @Test
  void aRollbackIsAPublicationLikeAnyOther() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 20)));
    generations.put("run-2", new TestingSpeed(log, at(15, 15)).advance(at(20, 20)));
    PublishedRun first = log.publish(store, "run-1", at(10, 10));
    newest.set(Optional.of(first));
    assertThat(switcher.awaitServed(first.publication(), LONG)).isTrue();
    assertThat(switcher.awaitServed(publish("run-2", at(15, 15)), LONG)).isTrue();
    assertThat(run(served)).isEqualTo("run-2");

    Publication back = Publication.publish(store, first.manifest(), Instant.EPOCH);
    newest.set(Optional.of(new PublishedRun(back, first.manifest())));

    assertThat(back.number()).isEqualTo(3);
    assertThat(switcher.awaitServed(back, LONG)).isTrue();
    assertThat(run(served)).isEqualTo("run-1");
  }

  /** Another process publishes what it defines otherwise: workers of ours go back to the log. */
  @Test
  void aRunThatCannotBeServedMovesTheSourceToTheLogAndTheNextOneBack() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 20)));
    assertThat(switcher.awaitServed(publish("run-1", at(10, 10)), LONG)).isTrue();

    TestingSpeed ofLog = TestingSpeed.fromStart(log).advance(at(20, 19));
    generations.put(PeerProtocol.LOG, ofLog);
    newest.set(Optional.empty());
    Thread.sleep(A_WHILE.toMillis());
    assertThat(run(served)).as("the log is not folded as far").isEqualTo("run-1");
    ofLog.advance(at(20, 20));
    while (!run(served).equals("none")) {
      Thread.sleep(5);
    }
    generations.remove("run-1"); // nobody reads it any more
    SpeedReading reading = served.read(served.pair(), List.of(1), PaneRange.ALL);
    assertThat(reading.missing()).isEmpty();
    assertThat(reading.position()).isEqualTo(at(20, 20));

    generations.put("run-3", new TestingSpeed(log, at(15, 15)).advance(at(20, 20)));
    assertThat(switcher.awaitServed(publish("run-3", at(15, 15)), LONG)).isTrue();
    assertThat(run(served)).isEqualTo("run-3");
  }

  @Test
  void whoWaitsForARunIsContentWithALaterOne() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    Publication first = publish("run-1", at(10, 10));
    generations.put("run-2", new TestingSpeed(log, at(15, 15)).advance(at(20, 20)));
    publish("run-2", at(15, 15));

    assertThat(switcher.awaitServed(first, LONG)).isTrue();
    assertThat(run(served)).isEqualTo("run-2");
  }

  @Test
  void noQuerySeesAMixOrGoesBackWhileSeveralServersMove() throws Exception {
    List<ServedSource> servers = List.of(served(at(20, 20)), served(at(20, 20)));
    List<Thread> readers = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    AtomicReference<Boolean> over = new AtomicReference<>(false);
    for (ServedSource server : servers) {
      switcher(server);
      Thread reader = new Thread(() -> readUntil(server, over, wrong), "reader");
      readers.add(reader);
      reader.start();
    }
    for (int n = 1; n <= 8; n++) {
      long cut = 20L + (n % 3);
      Position position = at(cut, cut);
      generations.put("run-" + n, new TestingSpeed(log, position).advance(at(20 + n, 20 + n)));
      Publication publication = publish("run-" + n, position);
      for (Switcher switcher : switchers) {
        assertThat(switcher.awaitServed(publication, LONG)).isTrue();
      }
    }
    over.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(wrong).isEmpty();
  }

  /** What a query does: takes a pair, and reads the folds behind its cut. */
  private static void readUntil(
      ServedSource server, AtomicReference<Boolean> over, List<String> wrong) {
    Position before = Position.NONE;
    while (!over.get()) {
      ServedPair pair = server.pair();
      SpeedReading reading = server.read(pair, List.of(1), PaneRange.ALL);
      long records = pair.batch().map(SwitcherTest::records).orElse(0L);
      long end = 0;
      for (PartitionSnapshot snapshot : reading.snapshots()) {
        records += snapshot.counts().records();
        end += snapshot.position();
      }
      synchronized (wrong) {
        if (records != end) {
          wrong.add("%d records up to %s".formatted(records, reading.position()));
        }
        if (!reading.position().isAtOrPast(before)) {
          wrong.add("%s after %s".formatted(reading.position(), before));
        }
      }
      before = reading.position();
    }
  }

  private static long records(PublishedRun run) {
    return run.manifest().counts().values().stream().mapToLong(counts -> counts.records()).sum();
  }

  @Test
  void troubleWithTheStoreIsSurvived() throws Exception {
    ServedSource served = served(at(20, 20));
    AtomicReference<RuntimeException> trouble =
        new AtomicReference<>(new IllegalStateException("The store is away"));
    generations.put("run-1", new TestingSpeed(log, at(10, 10)).advance(at(20, 20)));
    PublishedRun first = log.publish(store, "run-1", at(10, 10));
    Switcher switcher =
        new Switcher(
            served,
            () -> {
              if (trouble.get() != null) {
                throw trouble.get();
              }
              return Optional.of(first);
            },
            generations::get,
            INTERVAL);
    switchers.add(switcher);

    assertThat(switcher.awaitServed(first.publication(), A_WHILE)).isFalse();
    trouble.set(null);
    assertThat(switcher.awaitServed(first.publication(), LONG)).isTrue();
  }

  @Test
  void closingEndsTheWait() throws Exception {
    ServedSource served = served(at(20, 20));
    Switcher switcher = switcher(served);
    Publication first = publish("run-1", at(10, 10));
    Thread closer = new Thread(switcher::close);

    closer.start();

    assertThat(switcher.awaitServed(first, LONG)).isFalse();
    closer.join();
  }

  @Test
  void aPartitionWithoutAWorkerHoldsOneQueryUpAndNotEach() {
    ServedSource served = served(at(20, 20));
    served.read(served.pair(), List.of(), PaneRange.NONE);
    ((TestingSpeed) served.pair().speed()).drop(1);

    long before = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      SpeedReading reading = served.read(served.pair(), List.of(), PaneRange.NONE);
      assertThat(reading.missing())
          .singleElement()
          .satisfies(
              missing -> {
                assertThat(missing.partition()).isEqualTo(1);
                assertThat(missing.to()).isEqualTo(20);
              });
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .as("five queries, of which each would wait 2 s")
        .isLessThan(Duration.ofSeconds(6));
  }
}

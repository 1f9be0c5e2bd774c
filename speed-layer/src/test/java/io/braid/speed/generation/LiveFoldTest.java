package io.braid.speed.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.speed.checkpoint.FragileSum;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A chain of pieces is read as the one fold that it is, whoever seals and settles meanwhile. */
class LiveFoldTest {

  private static final List<MetricPlan> PLANS =
      TestingFolds.METRICS.stream().map(metric -> metric.plan()).toList();
  private static final List<Integer> ALL = IntStream.range(0, PLANS.size()).boxed().toList();
  private static final int SESSIONS = 2;
  private static final long START = 20;

  private record Step(long to, boolean lost) {}

  private record Seen(List<Integer> metrics, PaneRange range, PartitionSnapshot snapshot) {}

  private static LiveFold start() {
    LiveFold fold =
        new LiveFold(
            TestingFolds.PARTITION, TestingFolds.SOURCE.rules(), PLANS, START, Carry.EMPTY);
    fold.rememberChanges();
    return fold;
  }

  private static List<Step> steps(Random random) {
    List<Step> steps = new ArrayList<>();
    long at = START;
    for (int i = 0; i < 60; i++) {
      at += 1 + random.nextInt(25);
      steps.add(new Step(at, random.nextInt(12) == 0));
    }
    return steps;
  }

  private static void take(LiveFold fold, Step step) {
    if (step.lost()) {
      fold.skipLost(step.to());
    } else {
      fold.fold(TestingFolds.batch(fold.position(), step.to()), step.to());
    }
  }

  /** What one fold without pieces says at a position, which is that of a step. */
  private static void requireTrue(Seen seen, List<Step> steps) {
    PartitionSnapshot snapshot = seen.snapshot();
    PartitionFold reference = TestingFolds.start(START, Carry.EMPTY);
    List<OffsetRange> lost = new ArrayList<>();
    for (Step step : steps) {
      if (step.to() > snapshot.position()) {
        break;
      }
      if (step.lost()) {
        lost.add(new OffsetRange(TestingFolds.PARTITION, reference.position(), step.to()));
        reference.advance(step.to());
      } else {
        TestingFolds.fold(reference, step.to());
      }
    }
    List<View> views = new ArrayList<>();
    seen.metrics().forEach(metric -> views.add(reference.view(metric).slice(seen.range())));
    assertThat(snapshot.folded())
        .isEqualTo(new OffsetRange(TestingFolds.PARTITION, START, reference.position()));
    assertThat(snapshot.lost()).isEqualTo(lost);
    assertThat(snapshot.counts()).isEqualTo(reference.counts());
    assertThat(snapshot.time()).isEqualTo(reference.time());
    assertThat(rows(seen, snapshot.views())).isEqualTo(rows(seen, views));
  }

  /** Of sessions those that start a gap behind the range's start: no other is whole in parts. */
  private static List<Set<List<Object>>> rows(Seen seen, List<View> views) {
    List<Set<List<Object>>> rows = TestingFolds.rows(views);
    int sessions = seen.metrics().indexOf(SESSIONS);
    if (sessions >= 0 && !seen.range().equals(PaneRange.ALL)) {
      long startMs = seen.range().fromMs() + 3_000;
      rows.get(sessions).removeIf(row -> (Long) row.get(1) < startMs);
    }
    return rows;
  }

  private static Seen look(LiveFold fold, Random random) {
    List<Integer> metrics = ALL.stream().filter(metric -> random.nextBoolean()).toList();
    long fromMs = 1_000_000 + 1_000L * random.nextInt(200);
    PaneRange range =
        switch (random.nextInt(3)) {
          case 0 -> PaneRange.ALL;
          case 1 -> PaneRange.NONE;
          // As queries do: sessions are read from a start on to the end.
          default ->
              new PaneRange(
                  fromMs,
                  metrics.contains(SESSIONS)
                      ? Long.MAX_VALUE
                      : fromMs + 1_000L * random.nextInt(100));
        };
    return new Seen(metrics, range, fold.snapshot(metrics, range, 0).orElseThrow());
  }

  @Property(tries = 15)
  void everySnapshotIsTheFoldOfExactlyItsPositionWhileOthersFoldSealAndSettle(@ForAll long seed)
      throws Exception {
    List<Step> steps = steps(new Random(seed));
    LiveFold fold = start();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Seen> all = new ArrayList<>();
    try {
      Future<?> keeper =
          threads.submit(
              () -> {
                Random random = new Random(seed + 1);
                while (!over.get()) {
                  if (random.nextBoolean()) {
                    fold.seal();
                  } else {
                    fold.sealWhole();
                  }
                  if (random.nextInt(3) == 0) {
                    fold.settle();
                  }
                  assertThat(fold.memoryBytes()).isPositive();
                }
              });
      List<Future<List<Seen>>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random random = new Random(seed + 2 + i);
        readers.add(
            threads.submit(
                () -> {
                  List<Seen> seen = new ArrayList<>();
                  while (!over.get()) {
                    Seen one = look(fold, random);
                    if (seen.size() < 40) {
                      seen.add(one);
                    }
                  }
                  return seen;
                }));
      }
      for (Step step : steps) {
        take(fold, step);
        LockSupport.parkNanos(100_000); // so that there is something to be read between
      }
      over.set(true);
      keeper.get();
      for (Future<List<Seen>> reader : readers) {
        all.addAll(reader.get());
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    fold.sealWhole();
    PartitionSnapshot whole = fold.settle().orElseThrow();
    assertThat(whole.position()).isEqualTo(steps.get(steps.size() - 1).to());
    all.add(new Seen(ALL, PaneRange.ALL, whole));
    all.add(new Seen(ALL, PaneRange.ALL, fold.snapshot(ALL, PaneRange.ALL, 0).orElseThrow()));
    all.forEach(seen -> requireTrue(seen, steps));
    assertThat(fold.records()).isEqualTo(whole.counts().records());
  }

  @Property(tries = 20)
  void aFoldThatGoesOnFromWhereItWasSettledIsTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    List<Step> steps = steps(random);
    LiveFold fold = start();
    for (Step step : steps) {
      take(fold, step);
      if (random.nextInt(5) == 0) {
        Supplier<Carry> carry = fold.sealWhole().orElseThrow();
        PartitionSnapshot stood = fold.settle().orElseThrow();
        fold = new LiveFold(TestingFolds.SOURCE.rules(), PLANS, stood, carry.get());
        fold.rememberChanges();
      }
      requireTrue(look(fold, random), steps);
    }
  }

  @Test
  void nothingIsSealedTwiceButTheWholeIsThereAgain() {
    LiveFold fold = start();
    assertThat(fold.seal()).isEmpty();
    assertThat(fold.sealWhole()).isEmpty();
    assertThat(fold.settle()).isEmpty();

    take(fold, new Step(50, false));
    assertThat(fold.seal()).isPresent();
    assertThat(fold.seal()).isEmpty();
    byte[] carry = fold.sealWhole().orElseThrow().get().encode();
    assertThat(carry).isEqualTo(TestingFolds.whole(START, 50).carry().encode());
    assertThat(fold.settle().orElseThrow().position()).isEqualTo(50);
    assertThat(fold.sealWhole()).isPresent();
  }

  @Test
  void whatCannotBeRightIsNeitherShownNorSealed() {
    LiveFold fold = start();
    take(fold, new Step(50, false));
    fold.giveUp();
    assertThat(fold.seal()).isEmpty();
    assertThat(fold.sealWhole()).isEmpty();
    assertThat(fold.snapshot(ALL, PaneRange.ALL, 0)).isEmpty();
  }

  /** A metric that merged before another failed must not be counted twice from then on. */
  @Test
  void nothingIsShownOfAFoldWhoseMergeFailedHalfWay() {
    List<MetricPlan> plans =
        TestingFolds.FRAGILE_METRICS.stream().map(metric -> metric.plan()).toList();
    LiveFold fold =
        new LiveFold(
            TestingFolds.PARTITION, TestingFolds.SOURCE.rules(), plans, START, Carry.EMPTY);
    take(fold, new Step(50, false));
    fold.sealWhole();
    fold.settle();
    take(fold, new Step(80, false));
    fold.seal();
    FragileSum.failNext(1);
    assertThatIllegalStateException().isThrownBy(fold::settle).withMessage("fragile");

    assertThat(fold.snapshot(List.of(0), PaneRange.ALL, 0)).isEmpty();
    assertThat(fold.snapshot(List.of(), PaneRange.ALL, 0)).isEmpty();
    assertThat(fold.isBroken()).isTrue();
    take(fold, new Step(90, false));
    assertThat(fold.seal()).isEmpty();
    assertThat(fold.sealWhole()).isEmpty();
    assertThat(fold.settle()).as("it holds half of a piece").isEmpty();
  }
}

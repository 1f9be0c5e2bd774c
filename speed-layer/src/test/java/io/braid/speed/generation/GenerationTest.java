package io.braid.speed.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.log.Position;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.time.PaneRange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Folds come to a generation and go, in whatever order threads bring that about. */
class GenerationTest {

  private static final List<MetricPlan> PLANS =
      TestingFolds.METRICS.stream().map(metric -> metric.plan()).toList();

  private final Generation generation = new Generation(GenerationStart.ofLog(Position.NONE));

  private static LiveFold fold() {
    return new LiveFold(TestingFolds.PARTITION, TestingFolds.SOURCE.rules(), PLANS, 0, Carry.EMPTY);
  }

  private static PartitionFeed feed() {
    return new PartitionFeed(TestingFolds.PARTITION, 0, PLANS.size());
  }

  private static LiveFold joined(PartitionFeed feed) {
    LiveFold fold = fold();
    assertThat(feed.join(fold)).isTrue();
    return fold;
  }

  @Test
  void aFoldThatComesAfterTheGenerationIsOverIsFedNoMore() {
    PartitionFeed feed = feed();
    generation.retire();

    LiveFold late = joined(feed);
    generation.add(feed, late);

    assertThat(generation.fold(TestingFolds.PARTITION)).isEmpty();
    LiveFold other = joined(feed);
    feed.fold(TestingFolds.batch(0, 30), 30);
    assertThat(other.position()).isEqualTo(30);
    assertThat(late.position()).isZero();
  }

  @Test
  void aFoldThatComesInPlaceOfAnotherSendsThatAway() {
    PartitionFeed before = feed();
    LiveFold first = joined(before);
    generation.add(before, first);
    PartitionFeed after = feed();
    LiveFold second = joined(after);
    generation.add(after, second);

    before.fold(TestingFolds.batch(0, 30), 30);
    assertThat(first.position()).isZero();
    generation.remove(before);
    assertThat(generation.fold(TestingFolds.PARTITION)).contains(second);
    generation.remove(after);
    assertThat(generation.fold(TestingFolds.PARTITION)).isEmpty();
  }

  @Test
  void readingItCountsAndAskingForItsPositionDoesNot() throws Exception {
    PartitionFeed feed = feed();
    generation.add(feed, joined(feed));
    feed.fold(TestingFolds.batch(0, 30), 30);
    long before = generation.readNanos();
    Thread.sleep(1);

    assertThat(generation.position().offset(TestingFolds.PARTITION)).isEqualTo(30);
    assertThat(generation.readNanos()).isEqualTo(before);
    assertThat(generation.read(List.of(), PaneRange.NONE)).hasSize(1);
    assertThat(generation.readNanos()).isGreaterThan(before);
  }
}

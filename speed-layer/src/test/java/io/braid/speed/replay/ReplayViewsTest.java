package io.braid.speed.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.replay.ReplayViews.Folded;
import io.braid.speed.worker.SourceReader;
import io.braid.time.PaneRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayViewsTest {

  private static final String TOPIC_ID = TestingFolds.TOPIC_ID;

  private static Folded folded() {
    LiveFold fold =
        new SourceReader(TestingFolds.SOURCE, TestingFolds.METRICS)
            .fold(TestingFolds.PARTITION, 0, Carry.EMPTY);
    fold.fold(TestingFolds.batch(0, 60), 60);
    PartitionSnapshot snapshot = fold.snapshot(List.of(0, 1, 2), PaneRange.ALL, 0).orElseThrow();
    return new Folded(snapshot, fold.carry());
  }

  @Test
  void whatWasFoldedIsReadBack() {
    byte[] bytes = ReplayViews.encode(List.of(folded()), TestingFolds.METRICS, TOPIC_ID);
    List<Folded> read = ReplayViews.decode(bytes, TestingFolds.METRICS, TOPIC_ID);
    PartitionFold whole = TestingFolds.whole(0, 60);
    assertThat(read).hasSize(1);
    assertThat(read.get(0).snapshot().counts()).isEqualTo(whole.counts());
    assertThat(TestingFolds.rows(read.get(0).snapshot().views()))
        .isEqualTo(TestingFolds.rows(TestingFolds.views(whole)));
    assertThat(read.get(0).carry().encode()).isEqualTo(whole.carry().encode());
  }

  @Test
  void anotherTopicOfTheSameNameIsNotGoneOnWith() {
    for (List<Folded> folded : List.of(List.of(folded()), List.<Folded>of())) {
      byte[] bytes = ReplayViews.encode(folded, TestingFolds.METRICS, TOPIC_ID);
      ReplayViews.check(bytes, TestingFolds.METRICS, TOPIC_ID);
      assertThatIllegalStateException()
          .isThrownBy(() -> ReplayViews.check(bytes, TestingFolds.METRICS, "another"))
          .withMessageContaining("deleted and created again");
      assertThatIllegalStateException()
          .isThrownBy(() -> ReplayViews.decode(bytes, TestingFolds.METRICS, "another"))
          .withMessageContaining("deleted and created again");
    }
  }

  @Test
  void otherMetricsAreRefused() {
    byte[] bytes = ReplayViews.encode(List.of(folded()), TestingFolds.METRICS, TOPIC_ID);
    assertThatIllegalStateException()
        .isThrownBy(() -> ReplayViews.decode(bytes, TestingFolds.METRICS.subList(0, 2), TOPIC_ID))
        .withMessageContaining("defined otherwise");
  }

  @Test
  void anyByteThatChangedIsNoticed() {
    byte[] bytes = ReplayViews.encode(List.of(folded()), TestingFolds.METRICS, TOPIC_ID);
    for (int i = 0; i < bytes.length; i += 7) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x04;
      assertThatIllegalStateException()
          .isThrownBy(() -> ReplayViews.decode(changed, TestingFolds.METRICS, TOPIC_ID))
          .withMessageContaining("damaged");
    }
  }
}

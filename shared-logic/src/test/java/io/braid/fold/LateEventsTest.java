package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Windows of 60 s, a watermark delay of 5 s, an allowed lateness of 10 s. */
class LateEventsTest {

  @Test
  void eventIsLateOnceTheWatermarkHasReachedTheEndOfItsWindowPlusAllowedLateness() {
    // Watermarks before the events: none, 69.999 s, 70 s (in ms, the window of 59 s ends at 60 s).
    assertThat(fold(74_999, 59_000).counts().late()).containsExactly(0L);
    assertThat(fold(75_000, 59_000).counts().late()).containsExactly(1L);
  }

  @Test
  void lateEventIsFoldedAllTheSame() {
    View view = fold(75_000, 59_000).view(0);
    assertThat(view.size()).isEqualTo(2);
    assertThat(view.paneStarts().get(1)).isZero();
  }

  @Test
  void countsAgreeWithTheRuleAppliedEventByEvent() {
    SplittableRandom random = new SplittableRandom(20261122);
    for (int attempt = 0; attempt < 200; attempt++) {
      long[] eventTimes =
          random
              .longs(random.nextInt(1, 300), -200_000, 400_000)
              .map(t -> t / 1000 * 1000)
              .toArray();
      long late = 0;
      long watermark = Long.MIN_VALUE / 2;
      for (long eventTime : eventTimes) {
        long end = Math.floorDiv(eventTime, 60_000) * 60_000 + 60_000;
        late += end + 10_000 <= watermark ? 1 : 0;
        watermark = Math.max(watermark, eventTime - 5_000);
      }
      assertThat(fold(eventTimes).counts().late()).containsExactly(late);
    }
  }

  private static PartitionFold fold(long... eventTimes) {
    SourceRules rules =
        new SourceRules(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Optional.empty(),
            LateRule.INCLUDE,
            Duration.ofSeconds(10));
    Aggregate count = Aggregate.of(StandardAggregate.COUNT);
    MetricPlan plan =
        new MetricPlan(
            Optional.empty(),
            List.of(),
            List.of(new MetricPlan.AggregateCall(count, List.of(), Optional.empty())),
            new ViewSchema(List.of(), new Window.Tumbling(60_000), List.of(count)),
            List.of());
    PartitionFold fold = new PartitionFold(0, rules, List.of(plan), 0, Carry.EMPTY);
    int size = eventTimes.length;
    LongColumn times = LongColumn.of(ColumnType.TIMESTAMP, eventTimes, size);
    long[] offsets = new long[size];
    for (int i = 0; i < size; i++) {
      offsets[i] = i;
    }
    fold.fold(
        new EventBatch(
            Batch.of(size, List.of(times)),
            times,
            offsets,
            eventTimes,
            new String[size],
            EventIds.none(size)));
    return fold;
  }
}

package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

  @Test
  void eventOfHoppingWindowsIsLateOnceTheLastOfThemIsOver() {
    // 59 s is in [0, 60), [20, 80) and [40, 100): late from watermark 110 s on, for all or none.
    Window hopping = new Window.Hopping(20_000, 60_000);
    assertThat(late(hopping, 114_999, 59_000)).isZero();
    assertThat(late(hopping, 115_000, 59_000)).isEqualTo(1);
  }

  @Test
  void eventOfASessionIsJudgedAlone() {
    // 59 s and a gap of 30 s end at 89 s: late from watermark 99 s on, although the session of the
    // event at 104 s, which began at 80 s, is open.
    Window session = new Window.Session(30_000);
    assertThat(late(session, 80_000, 103_999, 59_000)).isZero();
    assertThat(late(session, 80_000, 104_000, 59_000)).isEqualTo(1);
  }

  @Test
  void withoutWindowNothingIsLate() {
    assertThat(late(new Window.None(), 900_000_000, 0)).isZero();
  }

  private static long late(Window window, long... eventTimes) {
    long counted = fold(LateRule.INCLUDE, window, eventTimes).counts().late().get(0);
    assertThat(fold(LateRule.DROP, window, eventTimes).counts().late()).containsExactly(counted);
    return counted;
  }

  @Test
  void droppedEventIsToldOnceForEveryMetricThatDropsItAndFoldedByTheOthers() {
    List<String> drops = new ArrayList<>();
    PartitionFold fold =
        start(
            LateRule.DROP, Carry.EMPTY, 0, new Window.Tumbling(60_000), new Window.Session(90_000));
    // Watermark 70 s: late for the minute that ended at 60 s, in time for a session until 149 s.
    // Watermark 200 s: late for both.
    fold.fold(
        batch(0, 75_000, 59_000, 205_000, 58_000),
        (offset, watermarkMs, metric) -> drops.add(offset + " " + watermarkMs + " " + metric));

    assertThat(drops).containsExactly("1 70000 0", "3 200000 0", "3 200000 1");
    assertThat(fold.counts().late()).containsExactly(2L, 1L);
    assertThat(fold.counts().diverted()).isEqualTo(2);
    assertThat(events(fold, 0)).isEqualTo(2);
    assertThat(events(fold, 1)).isEqualTo(3);
  }

  @Test
  void judgingPlanDropsWhatItsPlanDropsAndSplitsChangeNothing() {
    SplittableRandom random = new SplittableRandom(7);
    Window[] windows = {
      new Window.Tumbling(20_000), new Window.Hopping(10_000, 30_000), new Window.Session(15_000)
    };
    for (int attempt = 0; attempt < 100; attempt++) {
      long[] eventTimes = random.longs(1 + random.nextInt(200), 0, 300_000).sorted().toArray();
      for (int i = 0; i < eventTimes.length; i++) {
        eventTimes[i] -= random.nextInt(3) == 0 ? random.nextLong(100_000) : 0;
      }
      List<String> whole = new ArrayList<>();
      PartitionFold fold = start(LateRule.DROP, Carry.EMPTY, 0, windows);
      fold.fold(batch(0, eventTimes), tell(whole));
      int split = random.nextInt(eventTimes.length + 1);
      List<String> pieces = new ArrayList<>();
      PartitionFold lower = start(LateRule.DROP, Carry.EMPTY, 0, windows);
      lower.fold(batch(0, Arrays.copyOf(eventTimes, split)), tell(pieces));
      List<MetricPlan> judging = plans(windows).stream().map(MetricPlan::judging).toList();
      PartitionFold judge =
          new PartitionFold(0, rules(LateRule.DROP), judging, split, lower.carry());
      judge.fold(
          batch(split, Arrays.copyOfRange(eventTimes, split, eventTimes.length)), tell(pieces));

      assertThat(pieces).containsExactlyInAnyOrderElementsOf(whole);
      assertThat(lower.counts().plus(judge.counts())).isEqualTo(fold.counts());
      for (int metric = 0; metric < windows.length; metric++) {
        assertThat(events(fold, metric))
            .isEqualTo(eventTimes.length - fold.counts().late().get(metric));
      }
    }
  }

  private static LateDrops tell(List<String> drops) {
    return (offset, watermarkMs, metric) -> drops.add(offset + " " + watermarkMs + " " + metric);
  }

  /** Returns how many events a view holds: the sum of its hidden counts. */
  private static long events(PartitionFold fold, int metric) {
    View view = fold.view(metric);
    Column counts = view.stored().get(view.schema().storedRowsIndex());
    long events = 0;
    for (int row = 0; row < counts.size(); row++) {
      events += (Long) counts.value(row);
    }
    return events;
  }

  private static PartitionFold fold(long... eventTimes) {
    return fold(LateRule.INCLUDE, new Window.Tumbling(60_000), eventTimes);
  }

  private static PartitionFold fold(LateRule late, Window window, long... eventTimes) {
    PartitionFold fold = start(late, Carry.EMPTY, 0, window);
    fold.fold(batch(0, eventTimes));
    return fold;
  }

  private static PartitionFold start(LateRule late, Carry carry, long from, Window... windows) {
    return new PartitionFold(0, rules(late), plans(windows), from, carry);
  }

  private static SourceRules rules(LateRule late) {
    return new SourceRules(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Optional.empty(),
        late,
        Duration.ofSeconds(10));
  }

  private static List<MetricPlan> plans(Window... windows) {
    Aggregate count = Aggregate.of(StandardAggregate.COUNT);
    List<MetricPlan> plans = new ArrayList<>();
    for (Window window : windows) {
      plans.add(
          new MetricPlan(
              Optional.empty(),
              List.of(),
              List.of(new MetricPlan.AggregateCall(count, List.of(), Optional.empty())),
              new ViewSchema(List.of(), window, List.of(count)),
              List.of()));
    }
    return plans;
  }

  private static EventBatch batch(long from, long... eventTimes) {
    int size = eventTimes.length;
    LongColumn times = LongColumn.of(ColumnType.TIMESTAMP, eventTimes, size);
    long[] offsets = new long[size];
    for (int i = 0; i < size; i++) {
      offsets[i] = from + i;
    }
    return new EventBatch(
        Batch.of(size, List.of(times)),
        times,
        offsets,
        eventTimes,
        new String[size],
        EventIds.none(size));
  }
}

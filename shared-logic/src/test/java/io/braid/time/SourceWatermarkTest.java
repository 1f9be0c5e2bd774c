package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SourceWatermarkTest {

  private static final Duration DELAY = Duration.ofMillis(5);
  private static final Duration IDLE_AFTER = Duration.ofMillis(30);

  @Test
  void isThatOfTheSlowestPartition() {
    assertThat(SourceWatermark.of(List.of(time(100, 100), time(90, 95)), DELAY, IDLE_AFTER))
        .hasValue(85);
  }

  @Test
  void partitionIsIdleOnceItsLastRecordIsOlderThanIdleAfter() {
    PartitionTime busy = time(200, 200);
    assertThat(SourceWatermark.of(List.of(busy, time(50, 170)), DELAY, IDLE_AFTER)).hasValue(45);
    assertThat(SourceWatermark.of(List.of(busy, time(50, 169)), DELAY, IDLE_AFTER)).hasValue(195);
  }

  @Test
  void idlenessIsJudgedOnRecordTimestampsAndNotOnEventTimes() {
    assertThat(SourceWatermark.of(List.of(time(500, 100), time(1, 100)), DELAY, IDLE_AFTER))
        .hasValue(-4);
  }

  @Test
  void partitionWithoutRecordsHoldsNothingBack() {
    assertThat(SourceWatermark.of(List.of(PartitionTime.START, time(100, 100)), DELAY, IDLE_AFTER))
        .hasValue(95);
  }

  @Test
  void sourceWithoutRecordsHasNone() {
    assertThat(SourceWatermark.of(List.of(PartitionTime.START), DELAY, IDLE_AFTER)).isEmpty();
    assertThat(SourceWatermark.of(List.of(), DELAY, IDLE_AFTER)).isEmpty();
  }

  @Test
  void partitionOfTheNewestRecordIsNeverIdleSoThatOneIsAlwaysLeft() {
    // Nothing for an hour from all of them: idleness is what others have had since.
    assertThat(SourceWatermark.of(List.of(time(100, 100)), DELAY, Duration.ofMillis(1)))
        .hasValue(95);
    assertThat(
            SourceWatermark.of(
                List.of(time(100, 100), time(300, 200), PartitionTime.START),
                DELAY,
                Duration.ofMillis(1)))
        .hasValue(295);
  }

  @Property(tries = 200)
  void agreesWithTheRuleAppliedPartitionByPartition(
      @ForAll @Size(max = 5) List<@IntRange(min = 0, max = 99) Integer> lastTimestamps,
      @ForAll @IntRange(min = 0, max = 50) int idleAfterMs,
      @ForAll Random random) {
    List<PartitionTime> partitions = new ArrayList<>();
    lastTimestamps.forEach(last -> partitions.add(time(random.nextInt(100), last)));
    OptionalLong least = OptionalLong.empty();
    for (int i = 0; i < partitions.size(); i++) {
      boolean idle = false;
      for (int other = 0; other < partitions.size(); other++) {
        long since = partitions.get(other).lastTimestampMs() - partitions.get(i).lastTimestampMs();
        idle |= since > idleAfterMs;
      }
      long watermark = partitions.get(i).highestMs() - 5;
      if (!idle && (least.isEmpty() || watermark < least.getAsLong())) {
        least = OptionalLong.of(watermark);
      }
    }
    assertThat(SourceWatermark.of(partitions, DELAY, Duration.ofMillis(idleAfterMs)))
        .isEqualTo(least);
  }

  private static PartitionTime time(long highestMs, long lastTimestampMs) {
    return new PartitionTime(highestMs, lastTimestampMs);
  }
}

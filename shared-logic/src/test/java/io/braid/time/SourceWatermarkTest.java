package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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

  private static PartitionTime time(long highestMs, long lastTimestampMs) {
    return new PartitionTime(highestMs, lastTimestampMs);
  }
}

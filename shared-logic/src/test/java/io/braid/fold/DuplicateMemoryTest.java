package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.time.PartitionTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DuplicateMemoryTest {

  private static final long WITHIN = Duration.ofMinutes(10).toMillis();
  private static final long NOON = 1_795_348_800_000L;

  private final DuplicateMemory memory = new DuplicateMemory(WITHIN);

  @Test
  void idIsADuplicateUntilTheWatermarkHasAdvancedMoreThanWithin() {
    assertThat(remember(1, NOON)).isFalse();
    assertThat(remember(1, NOON + WITHIN)).isTrue();
  }

  @Test
  void idIsForgottenOneMillisecondLater() {
    assertThat(remember(1, NOON)).isFalse();
    assertThat(remember(1, NOON + WITHIN + 1)).isFalse();
  }

  @Test
  void duplicateRenewsTheMemory() {
    assertThat(remember(1, NOON)).isFalse();
    assertThat(remember(1, NOON + WITHIN)).isTrue();
    assertThat(remember(1, NOON + 2 * WITHIN)).isTrue();
    assertThat(remember(1, NOON + 3 * WITHIN + 1)).isFalse();
  }

  @Test
  void memoryCountsFromTheWatermarkThatTheRecordItselfReached() {
    assertThat(memory.remember(7, 1, NOON, NOON + 5)).isFalse();
    assertThat(remember(1, NOON + 5 + WITHIN)).isTrue();
  }

  @Test
  void jumpOfTheWatermarkForgetsOnlyFromTheNextRecordOn() {
    assertThat(remember(1, NOON)).isFalse();
    // The record that makes the watermark jump is judged by the watermark before it.
    assertThat(memory.remember(7, 1, NOON, NOON + 100 * WITHIN)).isTrue();
    assertThat(remember(2, NOON + 100 * WITHIN)).isFalse();
    assertThat(remember(1, NOON + 101 * WITHIN)).isTrue();
  }

  @Test
  void idsThatDifferInOneHalfOfTheirHashAreDifferent() {
    assertThat(memory.remember(1, 2, NOON, NOON)).isFalse();
    assertThat(memory.remember(2, 2, NOON, NOON)).isFalse();
    assertThat(memory.remember(1, 1, NOON, NOON)).isFalse();
    assertThat(memory.remember(0, 0, NOON, NOON)).isFalse();
    assertThat(memory.remember(0, 0, NOON, NOON)).isTrue();
  }

  @Test
  void beforeTheFirstRecordNothingIsRemembered() {
    long none = PartitionTime.NONE - 5_000;
    assertThat(memory.remember(7, 1, none, none)).isFalse();
    assertThat(memory.remember(7, 1, none, NOON)).isTrue();
    assertThat(memory.remember(7, 1, NOON, NOON)).isTrue();
  }

  @Test
  void hundredThousandIdsAreRememberedAsByAMap() throws IOException {
    agreesWithAMap(new Random(42), 300_000, 100_000, 3);
  }

  @Property(tries = 30)
  void memoryAgreesWithAMap(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    agreesWithAMap(random, 4_000, 1 + random.nextInt(3_000), 1 + random.nextInt(5_000));
  }

  /** Compares with a map that never tidies, and carries the memory over now and then. */
  private void agreesWithAMap(Random random, int records, int ids, int step) throws IOException {
    DuplicateMemory tidying = new DuplicateMemory(WITHIN);
    Map<Long, Long> stood = new HashMap<>();
    long watermark = NOON;
    for (int i = 0; i < records; i++) {
      long id = scattered(random.nextInt(ids));
      long advanced = watermark + (random.nextInt(3) == 0 ? random.nextInt(2 * step) : 0);
      Long last = stood.put(id, advanced);
      assertThat(tidying.remember(id, ~id, watermark, advanced))
          .isEqualTo(last != null && watermark <= last + WITHIN);
      watermark = advanced;
      if (random.nextInt(records / 4) == 0) {
        tidying = travel(tidying, watermark);
      }
    }
    long now = watermark;
    assertThat((long) tidying.remembered(now))
        .isEqualTo(stood.values().stream().filter(last -> now <= last + WITHIN).count());
  }

  @Test
  void forgottenIdsGiveTheirPlaceToNewOnes() {
    long watermark = NOON;
    for (int i = 0; i < 1_000_000; i++) {
      memory.remember(scattered(i), i, watermark, watermark + 1_000);
      watermark += 1_000;
    }
    assertThat(memory.bytes()).isLessThan(25L * 8192); // 600 ids are remembered at a time
    assertThat(memory.remembered(watermark)).isEqualTo(601);
  }

  @Test
  void memoryTravelsWithoutWhatIsForgotten() throws IOException {
    remember(1, NOON);
    remember(2, NOON + 1);
    DuplicateMemory read = travel(memory, NOON + WITHIN + 1);
    assertThat(read.remembered(NOON + WITHIN + 1)).isEqualTo(1);
    assertThat(read.remember(7, 2, NOON + WITHIN + 1, NOON + WITHIN + 1)).isTrue();
    assertThat(read.remember(7, 1, NOON + WITHIN + 1, NOON + WITHIN + 1)).isFalse();
  }

  private static DuplicateMemory travel(DuplicateMemory memory, long watermarkMs)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    memory.write(watermarkMs, new DataOutputStream(bytes));
    DuplicateMemory read = new DuplicateMemory(WITHIN);
    read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    return read;
  }

  private boolean remember(long id, long watermarkMs) {
    return memory.remember(7, id, watermarkMs, watermarkMs);
  }

  private static long scattered(long number) {
    return number * 0x9E3779B97F4A7C15L;
  }
}

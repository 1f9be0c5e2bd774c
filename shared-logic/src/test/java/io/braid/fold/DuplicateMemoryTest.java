package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.time.PartitionTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DuplicateMemoryTest {

  private static final long WITHIN = Duration.ofMinutes(10).toMillis();
  private static final long NOON = 1_795_348_800_000L;

  private static final long BUDGET = 16L << 20;

  private final DuplicateMemory memory = memory();

  private static DuplicateMemory memory() {
    return new DuplicateMemory(3, WITHIN, BUDGET);
  }

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
  void hundredThousandIdsAreRememberedAsByAMap() {
    agreesWithAMap(new Random(42), 300_000, 100_000, 3);
  }

  @Property(tries = 30)
  void memoryAgreesWithAMap(@ForAll long seed) {
    Random random = new Random(seed);
    agreesWithAMap(random, 4_000, 1 + random.nextInt(3_000), 1 + random.nextInt(5_000));
  }

  /** Compares with a map that never tidies, and carries the memory over now and then. */
  private void agreesWithAMap(Random random, int records, int ids, int step) {
    DuplicateMemory tidying = memory();
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
    assertThat(memory.bytes()).isLessThan(600 * 100); // 600 ids are remembered at a time
    assertThat(memory.remembered(watermark)).isEqualTo(601);
  }

  @Test
  void memoryTravelsWithoutWhatIsForgotten() {
    remember(1, NOON);
    remember(2, NOON + 1);
    DuplicateMemory read = travel(memory, NOON + WITHIN + 1);
    assertThat(read.remembered(NOON + WITHIN + 1)).isEqualTo(1);
    assertThat(read.remember(7, 2, NOON + WITHIN + 1, NOON + WITHIN + 1)).isTrue();
    assertThat(read.remember(7, 1, NOON + WITHIN + 1, NOON + WITHIN + 1)).isFalse();
  }

  @Property(tries = 30)
  void equalMemoriesHaveEqualBytesHoweverTheyCameAbout(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Long, Long> stood = new LinkedHashMap<>();
    for (int i = random.nextInt(3_000); i > 0; i--) {
      stood.put(random.nextLong(), NOON + random.nextInt(1_000));
    }
    List<Long> order = new ArrayList<>(stood.keySet());
    Collections.shuffle(order, random);
    DuplicateMemory inOrder = memory();
    stood.forEach((id, last) -> inOrder.remember(id, ~id, NOON, last));
    DuplicateMemory shuffled = memory();
    for (int i = random.nextInt(5_000); i > 0; i--) {
      shuffled.remember(random.nextLong(), 0, NOON - 2 * WITHIN, NOON - 2 * WITHIN);
    }
    order.forEach(id -> shuffled.remember(id, ~id, NOON, stood.get(id)));

    byte[] written = inOrder.write(NOON);

    assertThat(shuffled.write(NOON)).isEqualTo(written);
    assertThat(travel(shuffled, NOON).write(NOON)).isEqualTo(written);
  }

  @Test
  void idsAreWrittenAscendingWithoutSign() {
    for (long id : new long[] {-1, 5, Long.MIN_VALUE, 0, Long.MAX_VALUE, 4}) {
      memory.remember(id, -id, NOON, NOON);
      memory.remember(id, id, NOON, NOON);
    }
    ByteBuffer written = ByteBuffer.wrap(memory.write(NOON));
    List<String> ids = new ArrayList<>();
    for (int i = written.getInt(); i > 0; i--) {
      ids.add("%016x%016x".formatted(written.getLong(), written.getLong()));
      assertThat(written.getLong()).isEqualTo(NOON);
    }
    assertThat(ids).isSorted().hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void millionIdsTakeAtMostFortyEightMegabytes() {
    DuplicateMemory large = new DuplicateMemory(3, WITHIN, 1L << 30);
    for (int i = 1; i <= 1_000_000; i++) {
      large.remember(scattered(i), i, NOON, NOON);
      if (i % 99_991 == 0) {
        assertThat(large.bytes()).isBetween(i * 32L, i * 48L + 1_000);
      }
    }
    assertThat(large.held()).isEqualTo(new CarrySize(1_000_000, large.bytes()));
  }

  @Test
  void memoryWithinItsBudgetIsFilledAndThenRefusesWithTheReason() {
    DuplicateMemory small = new DuplicateMemory(3, WITHIN, 1 << 20);
    int[] ids = {0};
    assertThatThrownBy(
            () -> {
              while (true) {
                small.remember(scattered(++ids[0]), 0, NOON, NOON);
              }
            })
        .isInstanceOf(DuplicateBudgetException.class)
        .hasMessage(
            "Cannot fold partition 3: 32,767 event ids of the last 10m need more than the budget of"
                + " 1 MB; give 'deduplicate' a shorter 'within' or a larger 'budget',"
                + " or the topic more partitions");
    assertThat(small.bytes()).isLessThanOrEqualTo(1 << 20);
    assertThat(ids[0]).isGreaterThan((1 << 20) / 24 * 7 / 10);
  }

  @Test
  void fullMemoryGoesOnWhileIdsAreForgotten() {
    DuplicateMemory small = new DuplicateMemory(3, 30_000, 1 << 20);
    for (int i = 0; i < 300_000; i++) {
      assertThat(small.remember(scattered(i), 0, NOON + i, NOON + i + 1)).isFalse();
    }
    assertThat(small.remembered(NOON + 300_000)).isEqualTo(30_001);
    DuplicateMemory read = new DuplicateMemory(3, 30_000, 1 << 20);
    read.read(small.write(NOON + 300_000));
    assertThat(read.remembered(NOON + 300_000)).isEqualTo(30_001);
  }

  @Test
  void carryThatNeedsMoreThanTheBudgetIsRefused() {
    for (int i = 0; i < 100_000; i++) {
      memory.remember(scattered(i), 0, NOON, NOON);
    }
    DuplicateMemory small = new DuplicateMemory(3, WITHIN, 1 << 20);
    byte[] written = memory.write(NOON);
    assertThatThrownBy(() -> small.read(written))
        .isInstanceOf(DuplicateBudgetException.class)
        .hasMessageContaining("100,000 event ids of the last 10m");
  }

  private static DuplicateMemory travel(DuplicateMemory memory, long watermarkMs) {
    DuplicateMemory read = memory();
    read.read(memory.write(watermarkMs));
    return read;
  }

  private boolean remember(long id, long watermarkMs) {
    return memory.remember(7, id, watermarkMs, watermarkMs);
  }

  private static long scattered(long number) {
    return number * 0x9E3779B97F4A7C15L;
  }
}

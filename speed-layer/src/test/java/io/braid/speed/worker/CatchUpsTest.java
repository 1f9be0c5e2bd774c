package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.SpeedSettings;
import io.braid.fold.Carry;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.Store;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CatchUpsTest {

  private static final int PARTITION = TestingFolds.PARTITION;

  @TempDir private Path folder;

  private static void await(AtomicInteger left) throws Exception {
    while (left.get() > 0) {
      Thread.sleep(5);
    }
  }

  @Test
  void whatFailsIsLetGoOfAndCanBeStartedAgain() throws Exception {
    SpeedSetup setup =
        TestingSetup.of(
            Store.open(folder.toUri()),
            SpeedSettings.Checkpoint.DEFAULTS,
            new MemoryBudget(Long.MAX_VALUE, unused -> {}),
            SpeedSetup.GRACE);
    AtomicInteger failures = new AtomicInteger(1);
    Generation generation = new Generation(TestingSetup.OF_LOG);
    PartitionFeed feed = new PartitionFeed(PARTITION, 0, TestingFolds.METRICS.size());
    LiveFold fold = setup.reader().fold(PARTITION, 0, Carry.EMPTY);
    CatchUps catchUps =
        new CatchUps(
            setup,
            unused -> {
              if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("a bug");
              }
              return true;
            },
            unused -> true,
            LostOffsets.SKIPPED);
    try {
      catchUps.start(generation, Map.of(feed, fold));
      await(failures);
      while (catchUps.have(generation, feed)) {
        Thread.sleep(5);
      }
      assertThat(generation.fold(PARTITION)).isEmpty();
      assertThat(catchUps.trouble().orElseThrow()).contains("partition 3", "a bug");

      LiveFold fresh = setup.reader().fold(PARTITION, 0, Carry.EMPTY);
      catchUps.start(generation, Map.of(feed, fresh));
      while (generation.fold(PARTITION).isEmpty()) {
        Thread.sleep(5);
      }
      assertThat(generation.fold(PARTITION)).containsSame(fresh);
      while (catchUps.have(generation, feed)) {
        Thread.sleep(5);
      }
      assertThat(catchUps.trouble()).isEmpty();
    } finally {
      catchUps.close();
      setup.topics().close();
    }
  }
}

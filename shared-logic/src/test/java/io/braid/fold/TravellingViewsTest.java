package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.log.OffsetRange;
import io.braid.peer.PartialViewCodec;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a worker sends is what a server reads, or is refused. */
class TravellingViewsTest {

  private static final TestingSource SOURCE =
      TestingSource.with(
          "SELECT " + TestingSource.EVERY_AGGREGATE + " FROM testing",
          "SELECT txt, "
              + TestingSource.EVERY_AGGREGATE
              + " FROM testing GROUP BY txt, TUMBLE(event_time, INTERVAL '10' SECOND)",
          "SELECT flag, "
              + TestingSource.EVERY_AGGREGATE
              + " FROM testing GROUP BY flag, SESSION(event_time, INTERVAL '3' SECOND)");

  private static final List<ViewSchema> SCHEMAS =
      SOURCE.plans().stream().map(MetricPlan::schema).toList();

  /** Of several blocks. */
  private static final byte[] SENT = written(snapshots(new Random(7), 150));

  private static List<PartitionSnapshot> snapshots(Random random, int records) {
    List<PartitionSnapshot> snapshots = new ArrayList<>();
    for (int partition = 0; partition < 3; partition++) {
      List<RandomLog.Event> log = RandomLog.of(random, records);
      long end = RandomLog.end(log);
      PartitionFold fold = SOURCE.fold(partition, log, 0, end, Carry.EMPTY, random);
      List<View> views = new ArrayList<>();
      for (int metric = 0; metric < SCHEMAS.size(); metric++) {
        views.add(fold.view(metric));
      }
      snapshots.add(
          new PartitionSnapshot(
              new OffsetRange(partition, 0, fold.position()),
              List.of(new OffsetRange(partition, 0, 1)),
              fold.time(),
              fold.counts(),
              views,
              1_000 + partition,
              fold.carrySize()));
    }
    return snapshots;
  }

  private static byte[] written(List<PartitionSnapshot> snapshots) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PartialViewCodec.write("run-1", snapshots, out);
    } catch (IOException e) {
      throw new AssertionError("Memory takes everything", e);
    }
    return out.toByteArray();
  }

  private static List<PartitionSnapshot> read(byte[] bytes) throws IOException {
    return PartialViewCodec.read(new ByteArrayInputStream(bytes), "run-1", SCHEMAS);
  }

  @Property(tries = 12)
  void statesOfAllAggregatesSurviveTheWay(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<PartitionSnapshot> sent = snapshots(random, random.nextInt(100));

    List<PartitionSnapshot> received = read(written(sent));

    assertThat(received).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      PartitionSnapshot before = sent.get(i);
      PartitionSnapshot after = received.get(i);
      assertThat(after.folded()).isEqualTo(before.folded());
      assertThat(after.lost()).isEqualTo(before.lost());
      assertThat(after.time()).isEqualTo(before.time());
      assertThat(after.counts()).isEqualTo(before.counts());
      assertThat(after.completeAsOfMs()).isEqualTo(before.completeAsOfMs());
      assertThat(after.carrySize()).isEqualTo(before.carrySize());
      for (int metric = 0; metric < SCHEMAS.size(); metric++) {
        assertThat(TestingSource.rows(after.views().get(metric)))
            .as("partition %d, metric %d", before.partition(), metric)
            .isEqualTo(TestingSource.rows(before.views().get(metric)));
      }
    }
  }

  @Property(tries = 100)
  void anAnswerThatIsCutOffAnywhereIsRefused(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] cutOff = Arrays.copyOf(SENT, random.nextInt(SENT.length));

    assertThatThrownBy(() -> read(cutOff))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut off");
  }

  @Property(tries = 100)
  void anAnswerWithOneBitTurnedOverIsRefused(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = SENT.clone();

    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("The answer is ");
  }

  @Test
  void theAnswerThatIsDamagedHereHasSeveralBlocks() {
    assertThat(SENT.length).isGreaterThan(3 << 16);
  }

  @Test
  void whatStandsBehindTheEndIsRefused() {
    byte[] longer = Arrays.copyOf(SENT, SENT.length + 1);

    assertThatThrownBy(() -> read(longer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("goes on behind its end");
  }

  @Test
  void anotherGenerationOrOtherViewsAreRefused() {
    assertThatThrownBy(
            () -> PartialViewCodec.read(new ByteArrayInputStream(SENT), "run-2", SCHEMAS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use a partial view of generation run-1, asked for run-2");
    assertThatThrownBy(
            () ->
                PartialViewCodec.read(
                    new ByteArrayInputStream(SENT), "run-1", SCHEMAS.subList(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it has 3 views, expected 1");
  }
}

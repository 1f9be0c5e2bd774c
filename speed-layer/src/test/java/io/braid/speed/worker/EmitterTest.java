package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.speed.sink.Origin;
import io.braid.speed.sink.Output;
import io.braid.speed.sink.ScriptedSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is handed over comes out once and in order, however often the sink fails. */
@Timeout(30)
class EmitterTest {

  private record Asked(int partition, OptionalLong offset, long turn) {}

  private final ScriptedSink sink = new ScriptedSink();
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final Emitter emitter =
      new Emitter(
          "plays",
          sink,
          (partition, offset, turn) -> asked.add(new Asked(partition, offset, turn)));

  @AfterEach
  void close() {
    sink.open();
    emitter.close();
    assertThat(sink.isClosed()).isTrue();
  }

  private static Output output(int partition, long offset, byte[] value) {
    Origin origin = new Origin("plays", "id", partition, offset);
    return new Output(origin, "late", null, value, List.of(), Map.of());
  }

  private static List<Output> outputs(int partition, long from, long to) {
    return LongStream.range(from, to).mapToObj(offset -> output(partition, offset, null)).toList();
  }

  private Asked nextAsked() throws InterruptedException {
    Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  @Test
  void aPartitionIsBegunWhereItsOutputsStand() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    assertThat(first.offset()).isEmpty();
    assertThat(emitter.committed(1)).isEmpty();
    assertThat(emitter.offer(1, first.turn(), outputs(1, 0, 5), 10)).isTrue();
    emitter.disown(Set.of(1)).get();
    assertThat(sink.positions()).isEqualTo(Map.of(1, 10L));

    emitter.own(1);
    assertThat(nextAsked().offset()).hasValue(10);
  }

  @Test
  void whatComesOfAnEarlierTurnOrOfAPartitionThatIsNotOwnedIsDropped() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.failNext(1);
    emitter.offer(1, first.turn(), outputs(1, 0, 5), 5);
    Asked second = nextAsked();
    assertThat(second.turn()).isNotEqualTo(first.turn());
    assertThat(second.offset()).hasValue(5);
    emitter.offer(1, first.turn(), outputs(1, 5, 8), 8);
    emitter.offer(2, second.turn(), outputs(2, 0, 3), 3);
    emitter.offer(1, second.turn(), outputs(1, 5, 7), 7);
    emitter.disown(Set.of(1)).get();
    emitter.offer(1, second.turn(), outputs(1, 7, 9), 9);
    emitter.disown(Set.of(1)).get();

    assertThat(sink.delivered()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(sink.positions()).isEqualTo(Map.of(1, 7L));
  }

  @Test
  void aSinkThatIsDownForLongIsSaidAndAskedAgain() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.failNext(4);
    emitter.offer(1, first.turn(), outputs(1, 0, 1), 1);
    await(() -> emitter.trouble().isPresent());
    Asked again = nextAsked();
    assertThat(sink.resumed()).isEqualTo(1);
    assertThat(again.offset()).hasValue(1);
    assertThat(emitter.trouble()).isEmpty();
    emitter.offer(1, again.turn(), outputs(1, 1, 2), 2);
    await(() -> emitter.committed(1).orElse(0) == 2);
    assertThat(sink.delivered()).containsExactly(0L, 1L);
  }

  @Test
  void theReaderComesAgainOnlyWhenWhatFailedStands() throws Exception {
    emitter.start();
    emitter.own(1);
    emitter.own(2);
    Asked one = nextAsked();
    Asked two = nextAsked();
    sink.refuse(true);
    emitter.offer(one.partition(), one.turn(), outputs(one.partition(), 0, 3), 3);
    await(() -> sink.resumed() >= 5);
    assertThat(asked).as("nobody reads again for a sink that takes nothing").isEmpty();
    assertThat(emitter.trouble()).isPresent();

    sink.refuse(false);
    Map<Integer, OptionalLong> from = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      Asked again = nextAsked();
      from.put(again.partition(), again.offset());
    }
    assertThat(from)
        .isEqualTo(
            Map.of(one.partition(), OptionalLong.of(3), two.partition(), OptionalLong.empty()));
    assertThat(sink.delivered()).containsExactly(0L, 1L, 2L);
    assertThat(emitter.trouble()).isEmpty();
  }

  @Test
  void aReaderWhoIsTooFastComesAgainForWhatThereWasNoRoomFor() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.block();
    long next = 1;
    emitter.offer(1, first.turn(), outputs(1, 0, next), next);
    await(sink::isBlocked);
    while (emitter.offer(1, first.turn(), outputs(1, next, next + 1_000), next + 1_000)) {
      next += 1_000;
      assertThat(next).isLessThan(100_000);
    }
    assertThat(next).isGreaterThanOrEqualTo(20_000);
    sink.open();
    Asked second = nextAsked();
    assertThat(second.offset()).hasValue(next);
    assertThat(emitter.offer(1, second.turn(), outputs(1, next, next + 1), next + 1)).isTrue();
    emitter.disown(Set.of(1)).get();
    assertThat(sink.delivered()).isEqualTo(LongStream.rangeClosed(0, next).boxed().toList());
  }

  @Test
  void largeOutputsWaitByTheirBytes() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.block();
    emitter.offer(1, first.turn(), outputs(1, 0, 1), 1);
    await(sink::isBlocked);
    byte[] value = new byte[1 << 20];
    long next = 1;
    while (emitter.offer(1, first.turn(), List.of(output(1, next, value)), next + 1)) {
      next++;
      assertThat(next).isLessThan(40);
    }
    assertThat(next).isGreaterThan(30);
    sink.open();
    assertThat(nextAsked().offset()).hasValue(next);
  }

  @Test
  void nothingIsTakenOnceTheSinkHasBroken() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.breakDown();
    emitter.offer(1, first.turn(), outputs(1, 0, 5), 5);
    await(sink::isClosed);
    assertThat(emitter.trouble().orElseThrow()).contains("broken");
    assertThat(emitter.offer(1, first.turn(), outputs(1, 5, 10), 10)).isFalse();
    assertThat(emitter.status().waiting()).isZero();
    assertThat(emitter.disown(Set.of(1)).isDone()).isTrue();
  }

  @Test
  void throughAllFailuresEveryOutputComesOnceAndInOrder() throws Exception {
    Random random = new Random(11);
    emitter.start();
    emitter.own(1);
    Asked turn = nextAsked();
    long next = 0;
    while (emitter.committed(1).orElse(0) < 300) {
      if (random.nextInt(150) == 0) {
        sink.failNext(1 + random.nextInt(3));
      }
      Asked another = asked.poll(random.nextInt(3), TimeUnit.MILLISECONDS);
      if (another != null) {
        turn = another;
        next = another.offset().orElse(0);
      }
      if (next < 300 && random.nextInt(5) == 0) {
        long to = Math.min(300, next + 1 + random.nextInt(5));
        emitter.offer(1, turn.turn(), outputs(1, next, to), to);
        next = to;
      }
    }
    assertThat(sink.resumed()).isPositive();
    assertThat(sink.delivered()).isEqualTo(LongStream.range(0, 300).boxed().toList());
  }

  @Test
  void closingWaitsForNoSinkThatHangs() throws Exception {
    emitter.start();
    emitter.own(1);
    Asked first = nextAsked();
    sink.block();
    emitter.offer(1, first.turn(), outputs(1, 0, 1), 1);
    await(sink::isBlocked);
    long before = System.nanoTime();
    emitter.close();
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(2));
    sink.open();
    await(sink::isClosed);
  }
}

package io.braid.speed.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.log.Delivery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the levels have in common, with lists for a broker. */
final class KafkaSinkTest {

  private final List<Long> given = new ArrayList<>();
  private final List<Map<Integer, Long>> commits = new ArrayList<>();
  private final Map<Integer, Long> stored = new TreeMap<>();
  private KafkaException failure;

  private final Sink sink =
      new KafkaSink(
          new SinkPositions() {
            @Override
            public String topic() {
              return "t";
            }

            @Override
            public void commit(Map<Integer, Long> offsets) {
              commits.add(Map.copyOf(offsets));
              stored.putAll(offsets);
            }

            @Override
            public Map<Integer, Long> committed(Collection<Integer> partitions) {
              Map<Integer, Long> found = new TreeMap<>(stored);
              found.keySet().retainAll(partitions);
              return found;
            }

            @Override
            public ConsumerGroupMetadata group(Collection<Integer> partitions) {
              throw new UnsupportedOperationException();
            }
          }) {
        @Override
        void give(Output output) {
          stumble();
          given.add(output.origin().offset());
        }

        @Override
        void deliver(Map<Integer, Long> offsets) {
          stumble();
          positions().commit(offsets);
        }

        private void stumble() {
          if (failure != null) {
            throw failure;
          }
        }

        @Override
        void takeBack() {
          given.clear();
        }

        @Override
        void settle() {}

        @Override
        public Delivery delivery() {
          return Delivery.AT_LEAST_ONCE;
        }

        @Override
        public boolean isFull() {
          return false;
        }

        @Override
        public void close() {}
      };

  private void emit(int partition, long offset) {
    sink.emit(
        new Output(new Origin("s", "id", partition, offset), "o", null, null, List.of(), Map.of()));
  }

  @Test
  void positionWithoutOutputsIsCommittedOnceASecondAndStillPassed() {
    sink.commit(Map.of(0, 10L));
    sink.commit(Map.of(0, 20L));
    sink.commit(Map.of(0, 30L, 1, 5L));

    assertThat(commits).containsExactly(Map.of(0, 10L));
    // What was passed over holds no output: nobody has to read it again.
    assertThat(sink.resume(List.of(0, 1))).isEqualTo(Map.of(0, 30L, 1, 5L));
    emit(0, 30);
    sink.commit(Map.of(0, 31L));
    assertThat(commits).containsExactly(Map.of(0, 10L), Map.of(0, 31L));
  }

  @Test
  void anotherOwnerInBetweenIsAskedOfTheGroup() {
    sink.commit(Map.of(0, 10L));
    sink.commit(Map.of(0, 20L));

    assertThat(sink.committed(List.of(0))).isEqualTo(Map.of(0, 10L));
    assertThat(sink.resume(List.of(0))).isEqualTo(Map.of(0, 10L));
  }

  @Test
  void commitThatLeavesAnOutputAboveIsRefused() {
    emit(0, 7);
    emit(1, 3);

    for (Map<Integer, Long> offsets : List.of(Map.of(0, 8L), Map.of(0, 7L, 1, 4L), Map.of(1, 4L))) {
      assertThatThrownBy(() -> sink.commit(offsets))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not below");
    }
    sink.commit(Map.of(0, 8L, 1, 4L));
    assertThat(commits).containsExactly(Map.of(0, 8L, 1, 4L));
  }

  @Test
  void afterAFailureNothingIsTakenUntilResumedAndThePauseGrows() throws Exception {
    emit(0, 0);
    sink.commit(Map.of(0, 1L));
    failure = new TimeoutException("no answer");
    assertThatThrownBy(() -> emit(0, 1))
        .isInstanceOf(UndeliveredException.class)
        .hasMessage("Cannot send to o: no answer");
    failure = null;

    assertThatThrownBy(() -> emit(0, 2)).isInstanceOf(UndeliveredException.class);
    assertThatThrownBy(() -> sink.commit(Map.of(0, 3L))).isInstanceOf(UndeliveredException.class);
    assertThatThrownBy(() -> sink.committed(List.of(0))).isInstanceOf(UndeliveredException.class);
    assertThatThrownBy(() -> sink.resume(List.of(0))).isInstanceOf(UndeliveredException.class);
    Thread.sleep(260);
    assertThat(sink.resume(List.of(0))).isEqualTo(Map.of(0, 1L));
    emit(0, 1);
    failure = new TimeoutException("no answer");
    assertThatThrownBy(() -> sink.commit(Map.of(0, 2L))).isInstanceOf(UndeliveredException.class);
    Thread.sleep(260); // half of the second pause
    assertThatThrownBy(() -> sink.resume(List.of(0))).isInstanceOf(UndeliveredException.class);

    assertThat(given).isEmpty();
    assertThat(sink.figures().failures()).isEqualTo(2);
    assertThat(sink.figures().emittedAgain()).isEqualTo(1);
    assertThat(commits).hasSize(1);
  }

  @Test
  void resumingGivesUpWhatWasEmittedAndNamesAnotherOwner() {
    emit(0, 5);
    sink.resume(List.of(0));
    assertThat(given).isEmpty();
    assertThatCode(() -> sink.commit(Map.of(0, 3L))).doesNotThrowAnyException();

    emit(0, 5);
    failure = new CommitFailedException("generation 4 is over");
    assertThatThrownBy(() -> sink.commit(Map.of(0, 6L)))
        .hasMessage("Outputs do not stand: another owner has taken over (generation 4 is over)")
        .satisfies(e -> assertThat(((UndeliveredException) e).anotherOwner()).isTrue());
  }
}

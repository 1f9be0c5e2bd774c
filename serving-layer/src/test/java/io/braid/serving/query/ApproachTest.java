package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.log.Position;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingSpeed;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApproachTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestingLog log = new TestingLog(2);
  private final AtomicLong nanos = new AtomicLong();
  private TestingSpeed next;
  private Approach approach;

  private static Position at(long first, long second) {
    return Position.of(Map.of(0, first, 1, second));
  }

  @BeforeEach
  void serve() {
    for (int i = 0; i < 60; i++) {
      log.append(
          i % 2, Playback.SIX + i, Playback.event("e" + i, "search", "de", i, i, Playback.SIX + i));
    }
    ServedPair pair =
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(at(20, 20)));
    ServedSource served =
        new ServedSource(Playback.SOURCE, Playback.METRICS, log::numbers, pair, EndsAtStart.NONE);
    next = new TestingSpeed(log, at(5, 5));
    approach = new Approach(served, next, PATIENCE, nanos::get);
  }

  private Optional<String> after(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    return approach.stalled();
  }

  @Test
  void whatComesNearerIsWaitedForHoweverLongItTakes() {
    for (int position = 6; position <= 20; position++) {
      next.advance(at(position, position));
      assertThat(after(50)).isEmpty();
    }
  }

  @Test
  void onePartitionThatStandsStillIsNamedThoughTheOtherMoves() {
    next.advance(at(8, 7));
    assertThat(after(1)).isEmpty();
    for (int position = 9; position <= 14; position++) {
      next.advance(at(position, 7));
      assertThat(after(10)).isEmpty();
    }
    next.advance(at(15, 7));
    assertThat(after(1))
        .hasValue("partition 1 has stood at offset 7 for 60 s, and is served up to 20");
  }

  @Test
  void aPartitionThatNobodyFoldsIsNamed() {
    next.drop(0);
    assertThat(after(1)).isEmpty();
    assertThat(after(61).orElseThrow()).startsWith("partition 0 is folded nowhere");
  }

  @Test
  void whatIsLevelIsNotWaitedForForEverEither() {
    next.advance(at(20, 20));
    assertThat(after(60)).isEmpty();
    assertThat(after(1).orElseThrow()).contains("has not been what is to be served");
  }
}

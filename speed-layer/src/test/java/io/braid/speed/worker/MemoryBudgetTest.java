package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private final List<String> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final MemoryBudget memory =
      new MemoryBudget(1_000, asked::add, nanos::get, Runnable::run);

  @Test
  void nearTheBudgetTheLargestSourceIsRecomputedOnceWhateverComesAndGoes() {
    memory.report("a", 300);
    memory.report("b", 400);
    assertThat(memory.trouble()).isEmpty();
    assertThat(asked).isEmpty();

    memory.report("b", 501);
    assertThat(memory.trouble().orElseThrow()).contains("801 of 1000 bytes", "recompute");
    memory.report("a", 290);
    memory.report("a", 310);
    assertThat(asked).containsExactly("b");

    memory.report("b", 100);
    assertThat(memory.trouble()).isEmpty();
    memory.report("a", 750);
    assertThat(asked).containsExactly("b", "a");
  }

  @Test
  void askedAgainAfterAWhileWhenThatDidNotHelp() {
    memory.report("a", 900);
    nanos.addAndGet(Duration.ofMinutes(9).toNanos());
    memory.report("a", 900);
    assertThat(asked).hasSize(1);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    memory.report("a", 900);
    assertThat(asked).hasSize(2);
  }

  @Test
  void whoCannotRecomputeNowIsAskedAtTheNextLook() {
    List<String> taken = new ArrayList<>();
    boolean[] ready = new boolean[1];
    MemoryBudget early =
        new MemoryBudget(
            1_000,
            source -> {
              if (!ready[0]) {
                throw new IllegalStateException("still starting");
              }
              taken.add(source);
            },
            nanos::get,
            Runnable::run);
    early.report("a", 900);
    assertThat(taken).isEmpty();
    ready[0] = true;
    early.report("a", 900);
    early.report("a", 900);
    assertThat(taken).containsExactly("a");
  }

  @Test
  void whatIsFullStaysFullUntilThereIsRoomForAPoll() {
    memory.report("a", 999);
    assertThat(memory.isFull()).isFalse();
    memory.report("a", 1_000);
    assertThat(memory.isFull()).isTrue();
    assertThat(memory.trouble().orElseThrow()).contains("nothing is fetched");
    memory.report("a", 951);
    assertThat(memory.isFull()).isTrue();
    memory.report("a", 950);
    assertThat(memory.isFull()).isFalse();
  }

  @Test
  void nobodyWaitsForTheRequest() {
    List<Runnable> requests = new ArrayList<>();
    MemoryBudget slow = new MemoryBudget(1_000, asked::add, nanos::get, requests::add);
    slow.report("a", 900);
    slow.report("a", 1_000);
    assertThat(slow.isFull()).isTrue();
    assertThat(requests).as("one at a time").hasSize(1);
    assertThat(asked).isEmpty();
    requests.get(0).run();
    slow.report("a", 1_000);
    assertThat(requests).hasSize(1);
    assertThat(asked).containsExactly("a");
  }
}

package io.braid.speed.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.log.TopicRefusedException;
import io.braid.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No failure ends a thread, and none that lasts goes unheard. */
class AttemptsTest {

  private boolean stopping;
  private final Attempts attempts = new Attempts("plays", () -> stopping);
  private final List<String> done = new ArrayList<>();

  @Test
  void whatFailsIsSaidUntilItWorksAndKeepsNothingElseFromBeingDone() {
    attempts.attempt(
        "the topic is not looked at",
        () -> {
          throw new TopicRefusedException("Cannot use topic plays: it is compacted");
        });
    attempts.attempt(
        "the dead are not looked for",
        () -> {
          throw new StackOverflowError();
        });
    attempts.attempt("runs are not looked for", () -> done.add("runs"));
    assertThat(done).containsExactly("runs");
    assertThat(attempts.troubles())
        .containsExactlyInAnyOrder(
            "source plays: the topic is not looked at: Cannot use topic plays: it is compacted",
            "source plays: the dead are not looked for: java.lang.StackOverflowError");

    attempts.attempt("the topic is not looked at", () -> done.add("topic"));
    attempts.attempt("the dead are not looked for", () -> done.add("dead"));
    assertThat(done).containsExactly("runs", "topic", "dead");
    assertThat(attempts.troubles()).isEmpty();
  }

  @Test
  void neitherAStoreThatIsDownNorTheEndIsSaid() {
    attempts.attempt(
        "runs are not looked for",
        () -> {
          throw new StoreException("Cannot list the store", null);
        });
    stopping = true;
    attempts.attempt(
        "the topic is not looked at",
        () -> {
          throw new IllegalStateException("Interrupted");
        });
    assertThat(attempts.troubles()).isEmpty();
  }
}

package io.braid.platform;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until a process is ready. */
final class Readiness {

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private static final Duration CHECK = Duration.ofMillis(50);
  private static final Duration WORD_WHILE_WAITING = Duration.ofSeconds(10);

  private Readiness() {}

  /** Returns when there are no reasons left, and says from time to time which there are. */
  static void await(Supplier<List<String>> reasonsNotReady) throws InterruptedException {
    long nextWord = System.nanoTime() + WORD_WHILE_WAITING.toNanos();
    List<String> reasons = reasonsNotReady.get();
    while (!reasons.isEmpty()) {
      if (System.nanoTime() > nextWord) {
        LOG.info("Not ready yet: {}", String.join("; ", reasons));
        nextWord += WORD_WHILE_WAITING.toNanos();
      }
      Thread.sleep(CHECK.toMillis());
      reasons = reasonsNotReady.get();
    }
  }
}

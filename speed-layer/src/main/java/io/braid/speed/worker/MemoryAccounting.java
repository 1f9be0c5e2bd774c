package io.braid.speed.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what the folds of a source take to the budget of the process, in a thread that waits for
 * nothing outside: it is what stops reading in time.
 */
final class MemoryAccounting implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryAccounting.class);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final String source;
  private final MemoryBudget budget;
  private final LongSupplier bytes;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * Makes an accounting that is not started yet.
   *
   * @param bytes that the folds take now
   */
  MemoryAccounting(String source, MemoryBudget budget, LongSupplier bytes) {
    this.source = source;
    this.budget = budget;
    this.bytes = bytes;
    this.thread = Daemons.named("braid-memory-" + source).newThread(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    boolean told = false;
    try {
      while (!stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          budget.report(source, bytes.getAsLong());
          told = false;
        } catch (RuntimeException | Error e) {
          if (!told) {
            LOG.error("The memory of source {} is unknown; asking again", source, e);
          }
          told = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping.countDown();
  }
}

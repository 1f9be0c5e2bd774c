package io.braid.batch.recompute;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.spark.util.LongAccumulator;

/** Tells a listener regularly how far Spark's tasks have come. */
final class ProgressReport implements AutoCloseable {

  private final LongAccumulator events;
  private final LongConsumer listener;
  private final int intervalMs;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "braid-run-progress");
            thread.setDaemon(true);
            return thread;
          });

  ProgressReport(LongAccumulator events, LongConsumer listener, int intervalMs) {
    this.events = events;
    this.listener = listener;
    this.intervalMs = intervalMs;
  }

  void start() {
    var unused =
        timer.scheduleAtFixedRate(this::report, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  private void report() {
    listener.accept(events.value());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    report();
  }
}

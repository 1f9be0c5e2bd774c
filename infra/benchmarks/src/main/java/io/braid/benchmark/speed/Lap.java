package io.braid.benchmark.speed;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * A measured stretch of a run: from the first look at which the warm-up was over to the last. One
 * thread.
 */
final class Lap {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long warmUp;
  private boolean started;
  private long startEvents;
  private long startNs;
  private long startProcessorNs;

  /**
   * Makes a lap that begins after so many events.
   *
   * @param warmUp events that are not measured
   */
  Lap(long warmUp) {
    this.warmUp = warmUp;
  }

  /** Notes that so many events are done, the warm-up included. */
  void reached(long events) {
    if (!started && events >= warmUp) {
      started = true;
      startEvents = events;
      startProcessorNs = SYSTEM.getProcessCpuTime();
      startNs = System.nanoTime();
    }
  }

  /** Ends the lap and returns its figures as {@code name=value}, with blanks between. */
  String end(long events) {
    long nanos = System.nanoTime() - startNs;
    return String.format(
        Locale.ROOT,
        "RESULT events=%d measured=%d nanos=%d processor=%d",
        events,
        events - startEvents,
        nanos,
        SYSTEM.getProcessCpuTime() - startProcessorNs);
  }
}

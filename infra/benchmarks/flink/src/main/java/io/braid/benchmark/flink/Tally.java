package io.braid.benchmark.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What the rows of a run add up to, and how fast they came. Static, because Flink ships functions
 * to its workers as copies; there is one run in a process.
 *
 * <p>Rows come in bursts, as watermarks close windows. Time runs from the first burst at which
 * windows with as many events as the warm-up were complete to the last row, and so do the events.
 */
final class Tally {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Rows that are further apart than this belong to different watermarks. */
  private static final long BURST_NS = 20_000_000;

  private static long warmUp;
  private static long rows;
  private static long plays;
  private static long errors;
  private static long viewers;
  private static double totalMs;
  private static double maxMs;
  private static long lastNs;
  private static long startNs;
  private static long startProcessorNs;
  private static long startPlays;
  private static long endProcessorNs;

  private Tally() {}

  static synchronized void start(long warmUpEvents) {
    warmUp = warmUpEvents;
  }

  static synchronized void add(
      long groupPlays, long groupErrors, Double groupTotal, Double groupMax, long groupViewers) {
    long now = System.nanoTime();
    if (startNs == 0 && plays >= warmUp && now - lastNs > BURST_NS) {
      startNs = now;
      startPlays = plays;
      startProcessorNs = SYSTEM.getProcessCpuTime();
    }
    rows++;
    plays += groupPlays;
    errors += groupErrors;
    totalMs += groupTotal == null ? 0 : groupTotal;
    maxMs = Math.max(maxMs, groupMax == null ? 0 : groupMax);
    viewers += groupViewers;
    lastNs = now;
    if ((rows & 63) == 0) {
      endProcessorNs = SYSTEM.getProcessCpuTime();
    }
  }

  static synchronized String line() {
    return String.format(
        Locale.ROOT,
        "RESULT events=%d measured=%d nanos=%d processor=%d rows=%d plays=%d errors=%d"
            + " total_ms=%s max_ms=%s viewers=%d",
        plays,
        plays - startPlays,
        lastNs - startNs,
        endProcessorNs - startProcessorNs,
        rows,
        plays,
        errors,
        totalMs,
        maxMs,
        viewers);
  }
}

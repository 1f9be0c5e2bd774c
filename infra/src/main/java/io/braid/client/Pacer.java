package io.braid.client;

import java.util.concurrent.TimeUnit;

/** Spreads events evenly over time. One thread. */
public final class Pacer {
  /** Sleeping less than this costs more than it smooths. */
  private static final long SHORTEST_SLEEP_NANOS = 2_000_000;

  private final long intervalNanos;
  private long nextNanos = System.nanoTime();

  /**
   * @param perSecond events a second, above 0
   */
  public Pacer(double perSecond) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("Invalid rate: " + perSecond + ", must be > 0");
    }
    this.intervalNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  /** Waits for the next event's turn. Time lost to a stall is not made up for by a burst. */
  public void await() throws InterruptedException {
    long now = System.nanoTime();
    if (nextNanos - now > SHORTEST_SLEEP_NANOS) {
      TimeUnit.NANOSECONDS.sleep(nextNanos - now);
    }
    long earliest = now - TimeUnit.MILLISECONDS.toNanos(100);
    nextNanos = Math.max(nextNanos, earliest) + intervalNanos;
  }
}

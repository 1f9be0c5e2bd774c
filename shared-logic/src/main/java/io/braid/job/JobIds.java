package io.braid.job;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicReference;

/** Gives out ids that sort by time: {@code run-20261122t060000123}. Safe to share. */
public final class JobIds {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmssSSS").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);

  public JobIds(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns a new id; later ids are greater, also when the clock stands still or goes back. */
  public String next(String prefix) {
    Instant given =
        last.updateAndGet(
            previous -> {
              Instant now = Instant.ofEpochMilli(clock.millis());
              return now.isAfter(previous) ? now : previous.plusMillis(1);
            });
    return prefix + "-" + FORMAT.format(given);
  }
}

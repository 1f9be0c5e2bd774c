package io.braid.benchmark.speed;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The metric by plain loops and maps over events as they are made: what every contestant must come
 * to. One thread.
 */
final class Reference {

  private static final long MINUTE_MS = 60_000;

  /** Events are at most 4 s old, so a minute that is over for as long gets no more. */
  private static final long CLOSED_AFTER_MS = 2 * MINUTE_MS;

  private final Map<Long, Map<String, BitSet>> viewersOf = new HashMap<>();
  private long rows;
  private long plays;
  private long errors;
  private long viewers;
  private double totalMs;
  private double maxMs;

  /** Counts an event. */
  void add(Playback.Event event) {
    plays++;
    if ("error".equals(event.status())) {
      errors++;
    }
    if (!Double.isNaN(event.latencyMs())) {
      totalMs += event.latencyMs();
      maxMs = Math.max(maxMs, event.latencyMs());
    }
    long minute = Math.floorDiv(event.eventTimeMs(), MINUTE_MS) * MINUTE_MS;
    Map<String, BitSet> groups = viewersOf.get(minute);
    if (groups == null) {
      closeBefore(minute - CLOSED_AFTER_MS);
      groups = new HashMap<>();
      viewersOf.put(minute, groups);
    }
    groups
        .computeIfAbsent(event.service() + "/" + event.country(), unused -> new BitSet())
        .set(Integer.parseInt(event.user().substring("user-".length())));
  }

  private void closeBefore(long ms) {
    Iterator<Map.Entry<Long, Map<String, BitSet>>> minutes = viewersOf.entrySet().iterator();
    while (minutes.hasNext()) {
      Map.Entry<Long, Map<String, BitSet>> minute = minutes.next();
      if (minute.getKey() < ms) {
        close(minute.getValue());
        minutes.remove();
      }
    }
  }

  private void close(Map<String, BitSet> groups) {
    rows += groups.size();
    groups.values().forEach(users -> viewers += users.cardinality());
  }

  /** Returns the totals of all events counted; no more may be counted then. */
  Totals totals() {
    closeBefore(Long.MAX_VALUE);
    return new Totals(rows, plays, errors, totalMs, maxMs, viewers);
  }
}

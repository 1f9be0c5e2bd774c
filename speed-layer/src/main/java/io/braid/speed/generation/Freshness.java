package io.braid.speed.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * As of when a position was the whole log: the latest moment at which the log was asked for its end
 * and answered one that has been folded since. Asked at 12:00:00.000, the log ended at 100; once
 * the position is 100, nothing appended before 12:00:00.000 is missing. Safe to share.
 */
final class Freshness {

  /** Answers that are not reached yet; beyond this many, new ones are left out until some are. */
  private static final int MAX_WAITING = 4096;

  private record LogEnd(long askedMs, long end) {}

  private final Deque<LogEnd> waiting = new ArrayDeque<>();
  private long completeAsOfMs;
  private OptionalLong lastEnd = OptionalLong.empty();
  private long position;

  synchronized void logEnd(long askedMs, long end) {
    lastEnd = OptionalLong.of(end);
    if (waiting.size() < MAX_WAITING) {
      waiting.addLast(new LogEnd(askedMs, end));
    }
    settle();
  }

  /** Notes that everything below {@code next} is folded. */
  synchronized void reached(long next) {
    position = Math.max(position, next);
    settle();
  }

  /** Returns where the log ended when it was last asked. */
  synchronized OptionalLong lastEnd() {
    return lastEnd;
  }

  private void settle() {
    while (!waiting.isEmpty() && waiting.peekFirst().end() <= position) {
      completeAsOfMs = waiting.removeFirst().askedMs();
    }
  }

  /** Returns epoch milliseconds; 0 while no answer has been reached. */
  synchronized long completeAsOfMs() {
    return completeAsOfMs;
  }
}

package io.braid.benchmark.speed;

import java.util.Arrays;

/**
 * How long records took from their acknowledgement to the first answer that contains them, in
 * nanoseconds. A record that was in an answer before its acknowledgement arrived took none. Safe to
 * share between a producer and a client.
 */
final class AnswerDelays {

  private final long[][] acknowledgedNs;
  private final long[] answered;
  private long[] delays = new long[1 << 16];
  private int size;
  private boolean measuring;

  /** Watches so many partitions, from their first record on. */
  AnswerDelays(int partitions) {
    this.acknowledgedNs = new long[partitions][1 << 12];
    this.answered = new long[partitions];
  }

  /** Notes that a record is acknowledged. */
  synchronized void acknowledged(int partition, long offset, long atNs) {
    long[] times = acknowledgedNs[partition];
    if (offset >= times.length) {
      times = Arrays.copyOf(times, Math.max(2 * times.length, (int) offset + 1));
      acknowledgedNs[partition] = times;
    }
    times[(int) offset] = atNs;
  }

  /** Keeps the delays of what is answered from now on. */
  synchronized void startMeasuring() {
    measuring = true;
  }

  /** Notes that an answer arrived which contains the records below {@code position}. */
  synchronized void answered(int partition, long position, long atNs) {
    long[] times = acknowledgedNs[partition];
    for (long offset = answered[partition]; offset < position; offset++) {
      long time = offset < times.length ? times[(int) offset] : 0;
      if (measuring) {
        add(time == 0 ? 0 : Math.max(0, atNs - time));
      }
    }
    answered[partition] = Math.max(answered[partition], position);
  }

  private void add(long delayNs) {
    if (size == delays.length) {
      delays = Arrays.copyOf(delays, 2 * size);
    }
    delays[size++] = delayNs;
  }

  /** Returns the delays that were kept. */
  synchronized long[] delays() {
    return Arrays.copyOf(delays, size);
  }
}

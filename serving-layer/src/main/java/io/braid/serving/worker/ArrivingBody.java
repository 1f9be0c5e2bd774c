package io.braid.serving.worker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, which is closed under its reader when nothing more of it arrives for some
 * time, or at a deadline: the HTTP client's own timeout ends with the headers. One reader.
 */
final class ArrivingBody extends FilterInputStream {

  private final long patienceNanos;
  private final long deadline;
  private volatile long arrivedNanos = System.nanoTime();
  private volatile boolean late;
  private volatile boolean over;

  /**
   * Starts to watch.
   *
   * @param patience with which more is awaited
   * @param deadline by {@link System#nanoTime}
   */
  ArrivingBody(InputStream body, Duration patience, long deadline) {
    super(body);
    this.patienceNanos = patience.toNanos();
    this.deadline = deadline;
    watch();
  }

  /** Returns whether it was closed because it did not arrive in time. */
  boolean isLate() {
    return late;
  }

  private void watch() {
    if (over) {
      return;
    }
    long now = System.nanoTime();
    long left = Math.min(arrivedNanos + patienceNanos - now, deadline - now);
    if (left > 0) {
      CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(this::watch);
      return;
    }
    late = true;
    try {
      in.close();
    } catch (IOException e) {
      over = true; // the reader finds out
    }
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    arrivedNanos = System.nanoTime();
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    arrivedNanos = System.nanoTime();
    return read;
  }

  @Override
  public void close() throws IOException {
    over = true;
    super.close();
  }
}

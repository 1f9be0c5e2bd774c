package io.braid.launcher;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a serving command has opened, closed in reverse order at its end: by the command itself, or
 * by SIGTERM and Ctrl-C. Safe for use by several threads.
 */
final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

  /** After this the process ends, whatever is still closing. */
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final CountDownLatch signalled = new CountDownLatch(1);
  private boolean closed;

  private Lifetime() {}

  /** Begins a lifetime that a signal to this process ends. */
  static Lifetime untilSignal() {
    Lifetime lifetime = new Lifetime();
    Runtime.getRuntime().addShutdownHook(new Thread(lifetime::onSignal, "braid-shutdown"));
    return lifetime;
  }

  /** Takes a resource over; it is closed at once when the end has already come. */
  synchronized <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    if (closed) {
      closeAll();
    }
    return resource;
  }

  /** Returns whether a signal is ending the process: failures are its consequence then. */
  boolean isSignalled() {
    return signalled.getCount() == 0;
  }

  /** Waits for a signal. */
  void awaitSignal() throws InterruptedException {
    signalled.await();
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeAll();
  }

  private void onSignal() {
    signalled.countDown();
    Thread closing = new Thread(this::close, "braid-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    while (!owned.isEmpty()) {
      AutoCloseable resource = owned.pop();
      try {
        resource.close();
      } catch (Exception e) {
        log.warn("Cannot close {}", resource, e);
      }
    }
  }
}

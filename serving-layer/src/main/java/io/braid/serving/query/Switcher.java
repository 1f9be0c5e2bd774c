package io.braid.serving.query;

import io.braid.peer.PeerProtocol;
import io.braid.store.Publication;
import io.braid.store.PublishedRun;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a source to every run that is published, in one step, as soon as the folds that start at
 * its cut have come as far in every partition as what is served. A rollback is a publication like
 * any other: the highest number serves, whichever run it names. When the highest cannot be served
 * under the definitions of this process, the source moves to the folds of the log alone, as the
 * workers of the same definitions do.
 *
 * <p>Every server has its own and asks nobody else: two servers may move at different moments, and
 * a query sees one pair of one server. A thread looks at an interval. Safe to share between
 * threads.
 */
public final class Switcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Switcher.class);

  /** A list of a folder and some positions: cheap enough, and unseen beside a catch-up. */
  public static final Duration INTERVAL = Duration.ofMillis(200);

  /** So many times as often while somebody waits for a move. */
  private static final int HURRY = 10;

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

  private final ServedSource served;
  private final Supplier<Optional<PublishedRun>> newest;
  private final Function<String, SpeedView> generations;
  private final Duration interval;
  private final Thread thread;
  private final Object moved = new Object();
  private String trouble = "";
  private int waiting;
  private volatile boolean closed;

  /**
   * Starts to look.
   *
   * @param newest the publication to be served under the definitions of this process; empty when
   *     there is none, or it cannot be
   * @param generations the folds that start at a run's cut, by the run, or {@link PeerProtocol#LOG}
   */
  public Switcher(
      ServedSource served,
      Supplier<Optional<PublishedRun>> newest,
      Function<String, SpeedView> generations,
      Duration interval) {
    this.served = served;
    this.newest = newest;
    this.generations = generations;
    this.interval = interval;
    this.thread = new Thread(this::follow, "braid-switcher-" + served.source().name());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until queries are served from a publication or a later one.
   *
   * @return whether they are, before the time was over
   */
  public boolean awaitServed(Publication publication, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (moved) {
      waiting++;
      moved.notifyAll();
      try {
        long left = timeout.toNanos();
        while (number() < publication.number() && left > 0 && !closed) {
          TimeUnit.NANOSECONDS.timedWait(moved, left);
          left = deadline - System.nanoTime();
        }
        return number() >= publication.number();
      } finally {
        waiting--;
      }
    }
  }

  /** Returns the number of the publication that is served; 0 when none is. */
  private int number() {
    return served.pair().batch().map(batch -> batch.publication().number()).orElse(0);
  }

  private void follow() {
    try {
      while (!closed) {
        look();
        synchronized (moved) {
          if (!closed) {
            long pause = interval.toMillis();
            moved.wait(Math.max(1, waiting > 0 ? pause / HURRY : pause));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void look() {
    try {
      Optional<PublishedRun> next = newest.get();
      boolean isOther = next.map(run -> run.publication().number() > number()).orElse(number() > 0);
      if (isOther) {
        String generation = next.map(run -> run.manifest().run()).orElse(PeerProtocol.LOG);
        if (served.switchWhenLevel(new ServedPair(next, generations.apply(generation)))) {
          LOG.info("Source {} is served from {}", served.source().name(), generation);
          synchronized (moved) {
            moved.notifyAll();
          }
        }
      }
      told("");
    } catch (RuntimeException | Error e) {
      told(String.valueOf(e.getMessage()));
    }
  }

  /** Says once what is wrong, and goes on: what is served stays served. */
  private void told(String wrong) {
    if (!wrong.isEmpty() && trouble.isEmpty()) {
      LOG.warn("Source {} cannot move to a new run: {}", served.source().name(), wrong);
    }
    trouble = wrong;
  }

  /** Moves no more; those that wait are told that it did not happen. */
  @Override
  public void close() {
    synchronized (moved) {
      closed = true;
      moved.notifyAll();
    }
    try {
      thread.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.braid.speed.worker;

import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.generation.PartitionFeed;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells feeds again and again where the log ends, in a thread of its own: that is freshness. */
final class LogEnds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LogEnds.class);

  /** Short enough that freshness is stated to a hundredth of a second. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Asking takes a fifth of the time at most: a slow broker is asked less often. */
  private static final int PAUSES_AN_ANSWER = 4;

  private static final Duration RETRY = Duration.ofMillis(500);

  /** Who waits for a partition without a leader learns the ends of all others late. */
  private static final Duration ASK_SILENT_AGAIN = Duration.ofSeconds(10);

  private final SpeedSetup setup;
  private final Supplier<Topics.Topic> topic;
  private final Supplier<Collection<PartitionFeed>> feeds;
  private final Thread thread;
  private volatile boolean stopping;

  // Of the thread alone.
  private final Set<Integer> silent = new HashSet<>();
  private long silentNanos;

  LogEnds(
      SpeedSetup setup, Supplier<Topics.Topic> topic, Supplier<Collection<PartitionFeed>> feeds) {
    this.setup = setup;
    this.topic = topic;
    this.feeds = feeds;
    this.thread =
        Daemons.named("braid-log-ends-" + setup.reader().source().name()).newThread(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    boolean told = false;
    try {
      while (!stopping) {
        try {
          long askedNanos = System.nanoTime();
          ask();
          told = false;
          long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
          long pauseMs = Math.min(RETRY.toMillis(), PAUSES_AN_ANSWER * tookMs);
          Thread.sleep(Math.max(PAUSE.toMillis(), pauseMs));
        } catch (RuntimeException e) {
          if (!stopping && !told) {
            told = true;
            LOG.warn(
                "The log ends of source {} are unknown: {}",
                setup.reader().source().name(),
                e.getMessage());
          }
          Thread.sleep(RETRY.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    if (System.nanoTime() - silentNanos > ASK_SILENT_AGAIN.toNanos()) {
      silent.clear();
    }
    Collection<PartitionFeed> held = feeds.get();
    Set<Integer> asked = new HashSet<>();
    held.forEach(feed -> asked.add(feed.partition()));
    asked.removeAll(silent);
    if (asked.isEmpty()) {
      return;
    }
    long askedMs = setup.clock().millis();
    Position ends = setup.topics().endsOfLed(topic.get(), asked);
    asked.removeAll(ends.partitions());
    if (silent.addAll(asked)) {
      silentNanos = System.nanoTime();
    }
    for (PartitionFeed feed : held) {
      if (ends.partitions().contains(feed.partition())) {
        feed.logEnd(askedMs, ends.offset(feed.partition()));
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
  }
}

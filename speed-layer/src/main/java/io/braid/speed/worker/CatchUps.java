package io.braid.speed.worker;

import io.braid.speed.generation.Generation;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what is behind its feed up to where the feed is, beside it, and lets it join. Each call has
 * a thread and a consumer of its own. What Kafka or the store cannot do now is tried again; what
 * fails otherwise is let go of after a while, to be started again with folds as they were opened.
 */
final class CatchUps implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUps.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** What failed for no reason outside will fail again, most likely, and costs a read each time. */
  private static final Duration START_OVER = Duration.ofSeconds(5);

  private record Task(Generation generation, PartitionFeed feed) {}

  private final SpeedSetup setup;
  private final Predicate<Generation> isWanted;
  private final Predicate<PartitionFeed> isHeld;
  private final LostOffsets lost;
  private final Set<Task> tasks = ConcurrentHashMap.newKeySet();
  private final Map<Task, String> failures = new ConcurrentHashMap<>();
  private final ExecutorService threads;
  private volatile boolean stopping;

  /**
   * Makes catch-ups, of which none runs yet.
   *
   * @param isWanted whether a generation is still to be folded
   * @param isHeld whether a feed is still the one of its partition
   */
  CatchUps(
      SpeedSetup setup,
      Predicate<Generation> isWanted,
      Predicate<PartitionFeed> isHeld,
      LostOffsets lost) {
    this.setup = setup;
    this.isWanted = isWanted;
    this.isHeld = isHeld;
    this.lost = lost;
    this.threads = Executors.newCachedThreadPool(Daemons.named("braid-catch-up-" + source()));
  }

  private String source() {
    return setup.reader().source().name();
  }

  /** Returns what does not get on, in words. */
  Optional<String> trouble() {
    failures.keySet().removeIf(task -> !isWanted(task));
    return failures.values().stream().findFirst();
  }

  /** Returns whether a fold is on its way. */
  boolean have(Generation generation, PartitionFeed feed) {
    return tasks.contains(new Task(generation, feed));
  }

  /**
   * Brings folds of a generation to their feeds. Those that failed before are read each on its own,
   * so that what is wrong with one holds up no other.
   */
  void start(Generation generation, Map<PartitionFeed, LiveFold> behind) {
    Map<Task, LiveFold> together = new HashMap<>();
    behind.forEach(
        (feed, fold) -> {
          Task task = new Task(generation, feed);
          tasks.add(task);
          if (failures.containsKey(task)) {
            Map<Task, LiveFold> alone = new HashMap<>(Map.of(task, fold));
            threads.execute(() -> run(alone));
          } else {
            together.put(task, fold);
          }
        });
    if (!together.isEmpty()) {
      threads.execute(() -> run(together));
    }
  }

  private void run(Map<Task, LiveFold> left) {
    while (!stopping && !left.isEmpty()) {
      try {
        read(left);
      } catch (KafkaException | StoreException e) {
        fail(left.keySet(), e, "trying again");
        pause(RETRY);
      } catch (RuntimeException | Error e) {
        // What half of a batch went into is of no use.
        fail(left.keySet(), e, "starting over");
        pause(START_OVER);
        tasks.removeAll(left.keySet());
        return;
      }
    }
  }

  /** Reads until all have joined, or are not wanted any more. */
  private void read(Map<Task, LiveFold> left) {
    try (LogReader log = new LogReader(setup.kafka(), setup.reader(), lost)) {
      left.values().forEach(fold -> log.add(fold, Long.MAX_VALUE));
      while (!stopping && !left.isEmpty()) {
        log.poll();
        for (Map.Entry<Task, LiveFold> entry : List.copyOf(left.entrySet())) {
          Task task = entry.getKey();
          if (!isWanted(task) || join(task, entry.getValue())) {
            log.remove(task.feed().partition());
            left.remove(task);
            tasks.remove(task);
            failures.remove(task);
          }
        }
      }
    }
  }

  private boolean isWanted(Task task) {
    return isWanted.test(task.generation()) && isHeld.test(task.feed());
  }

  private boolean join(Task task, LiveFold fold) {
    if (!task.feed().join(fold)) {
      return false;
    }
    task.generation().add(task.feed(), fold);
    if (!isHeld.test(task.feed())) {
      task.generation().remove(task.feed()); // it was dropped between the two
    }
    return true;
  }

  private void fail(Set<Task> left, Throwable e, String consequence) {
    if (stopping) {
      return;
    }
    for (Task task : left) {
      String said =
          "source %s: generation %s cannot catch up in partition %d: %s"
              .formatted(
                  source(),
                  task.generation().start().name(),
                  task.feed().partition(),
                  e.getMessage());
      if (failures.put(task, said) == null) {
        LOG.warn("{}; {}", said, consequence, e);
      }
    }
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}

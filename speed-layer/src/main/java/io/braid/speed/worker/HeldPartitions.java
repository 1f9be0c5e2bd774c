package io.braid.speed.worker;

import io.braid.log.Position;
import io.braid.speed.figures.PartitionStatus.Holding;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this process folds, and why: the group gave them to it, or gave them to a
 * member that does not answer. What is wanted and what is so are kept apart, and {@link #reconcile}
 * brings the second to the first; what fails then is tried again the next time.
 *
 * <p>A partition that goes is <em>parked</em>: read no longer, but what it stands at stays readable
 * for the grace time, since servers learn later than we who has it now. One thread changes all
 * this; feeds may be asked for by any.
 */
final class HeldPartitions {

  private static final Logger LOG = LoggerFactory.getLogger(HeldPartitions.class);

  private static final Duration LEAVE = Duration.ofSeconds(1);

  /** The group waits for a hand-over five seconds at most, see {@link Membership}. */
  private static final Duration LAST_OUTPUTS = Duration.ofMillis(2_500);

  /** Whoever is next goes on from the checkpoint before, when the store is slow. */
  private static final Duration LAST_CHECKPOINTS = Duration.ofMillis(1_500);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Asking those that do not answer takes two seconds in which nothing else is done. */
  private static final Duration RETRY_UNANSWERED = Duration.ofSeconds(10);

  private static final class Held {

    private final PartitionFeed feed;
    // Read by any thread, for figures.
    private volatile boolean reading;
    private volatile boolean emitting;
    private long parkedNanos;

    Held(PartitionFeed feed) {
      this.feed = feed;
    }
  }

  private final SpeedSetup setup;
  private final TopicWatch topic;
  private final Generations generations;
  private final CheckpointKeeper keeper;
  private final Worker worker;
  private final Emitter emitter;
  private final CatchUps catchUps;
  private final Map<Integer, Held> held = new ConcurrentSkipListMap<>();
  private volatile String trouble;

  // Of the one thread alone.
  private final Set<Integer> owned = new TreeSet<>();
  private final Set<Integer> adopted = new TreeSet<>();
  private final Set<Generation> unopened = new HashSet<>();
  private long retryNanos = System.nanoTime();
  private boolean over;

  HeldPartitions(
      SpeedSetup setup,
      TopicWatch topic,
      Generations generations,
      CheckpointKeeper keeper,
      Worker worker,
      Emitter emitter,
      LostOffsets lost) {
    this.setup = setup;
    this.topic = topic;
    this.generations = generations;
    this.keeper = keeper;
    this.worker = worker;
    this.emitter = emitter;
    this.catchUps = new CatchUps(setup, generations::have, this::isHeld, lost);
  }

  private boolean isHeld(PartitionFeed feed) {
    Held part = held.get(feed.partition());
    return part != null && part.feed == feed;
  }

  /** Returns the feed of a partition that is held, parked ones included. */
  Optional<PartitionFeed> feed(int partition) {
    return Optional.ofNullable(held.get(partition)).map(part -> part.feed);
  }

  /** Returns the feeds of all partitions that are held, parked ones included. */
  Collection<PartitionFeed> feeds() {
    return held.values().stream().map(part -> part.feed).toList();
  }

  /** Returns how a partition is held. */
  Holding holding(int partition) {
    Held part = held.get(partition);
    if (part == null || !part.reading) {
      return Holding.LEFT;
    }
    return part.emitting ? Holding.OWNED : Holding.ADOPTED;
  }

  /** Returns what keeps partitions from being folded, in words. */
  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    Optional.ofNullable(trouble).ifPresent(troubles::add);
    catchUps.trouble().ifPresent(troubles::add);
    return troubles;
  }

  /** The group has given partitions to this process. */
  void assigned(Set<Integer> partitions) {
    owned.addAll(partitions);
    retryNanos = System.nanoTime();
    reconcile();
  }

  /** The group takes partitions away; when this returns another may have them. */
  void revoked(Set<Integer> partitions) {
    owned.removeAll(partitions);
    adopted.removeAll(partitions);
    leave(partitions);
    Future<?> disowned = emitter.disown(partitions);
    Future<?> written = keeper.handOver(partitions);
    await(written, LAST_CHECKPOINTS, "the last checkpoints of partitions " + partitions);
    await(disowned, LAST_OUTPUTS, "the last outputs of partitions " + partitions);
  }

  /** The group has given partitions to others already. */
  void lost(Set<Integer> partitions) {
    owned.removeAll(partitions);
    leave(partitions);
    var unused = emitter.disown(partitions); // refused by the broker, most likely
  }

  /**
   * The group has given partitions to members of whom some answer and some do not. What belongs to
   * the latter is folded here too until somebody who answers has it: the group notices a death
   * late, and two folds of one partition do no harm.
   */
  void adopt(DeadMembers.Found found) {
    adopted.addAll(found.orphans());
    adopted.removeAll(found.alive());
    adopted.removeAll(owned);
  }

  /** Makes so what is wanted, as far as that can be done now. */
  void reconcile() {
    if (over) {
      return;
    }
    Set<Integer> wanted = new TreeSet<>(owned);
    wanted.addAll(adopted);
    Set<Integer> unwanted = new TreeSet<>();
    held.forEach(
        (partition, part) -> {
          if (part.reading && !wanted.contains(partition)) {
            unwanted.add(partition);
          }
        });
    leave(unwanted);
    dropParked();
    retireGenerations();
    if (System.nanoTime() - retryNanos < 0) {
      return;
    }
    try {
      Set<Integer> unanswered = open(wanted);
      if (unanswered.isEmpty()) {
        trouble = null;
      } else {
        retryNanos = System.nanoTime() + RETRY_UNANSWERED.toNanos();
        tell("no leader answers for %s".formatted(unanswered), null);
      }
    } catch (RuntimeException e) {
      retryNanos = System.nanoTime() + RETRY.toNanos();
      tell(e.getMessage(), e instanceof StoreException ? null : e);
    }
  }

  private void tell(String why, RuntimeException e) {
    boolean first = trouble == null;
    trouble =
        "source %s: partitions cannot be opened: %s".formatted(setup.reader().source().name(), why);
    if (first) {
      LOG.warn("{}; trying again", trouble, e);
    }
  }

  /** Opens what is wanted, and returns the partitions of which no leader says where they start. */
  private Set<Integer> open(Set<Integer> wanted) {
    List<RuntimeException> failures = new ArrayList<>();
    Set<Integer> unanswered = openInNewGenerations(failures);
    Set<Integer> fresh = new TreeSet<>(wanted);
    fresh.removeAll(held.keySet());
    Position starts = starts(fresh);
    unanswered.addAll(fresh);
    unanswered.removeAll(starts.partitions());
    fresh.retainAll(starts.partitions());
    if (!fresh.isEmpty()) {
      openFresh(fresh, starts, failures);
    }
    wanted.stream().filter(held::containsKey).forEach(this::read);
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    return unanswered;
  }

  /**
   * Opens partitions in one generation. That it cannot be done keeps no other generation from being
   * folded; of one that is not the newest it is told once, since servers will move on.
   *
   * @param failures of the newest generation are added here
   */
  private Map<Integer, CheckpointKeeper.Opened> open(
      Generation generation,
      Set<Integer> partitions,
      Position starts,
      List<RuntimeException> failures) {
    try {
      return keeper.open(generation, partitions, starts);
    } catch (RuntimeException e) {
      if (generation.equals(generations.newest())) {
        failures.add(e);
      } else {
        retryNanos = System.nanoTime() + RETRY.toNanos();
        if (unopened.add(generation)) {
          LOG.warn(
              "Source {}: the older generation {} cannot be opened in partitions {}: {}",
              setup.reader().source().name(),
              generation.start().name(),
              partitions,
              e.getMessage());
        }
      }
      return Map.of();
    }
  }

  /**
   * Has every generation fold what is held already. A fold that broke is opened again from its
   * checkpoint; until the new one has caught up, the old one still says which events are late.
   */
  private Set<Integer> openInNewGenerations(List<RuntimeException> failures) {
    Set<Integer> unanswered = new TreeSet<>();
    for (Generation generation : generations.all()) {
      Set<Integer> missing = new TreeSet<>();
      held.forEach(
          (partition, part) -> {
            if (isMissing(generation, part.feed) && !catchUps.have(generation, part.feed)) {
              missing.add(partition);
            }
          });
      Position starts = starts(missing);
      unanswered.addAll(missing);
      unanswered.removeAll(starts.partitions());
      missing.retainAll(starts.partitions());
      if (!missing.isEmpty()) {
        Map<PartitionFeed, LiveFold> folds = new HashMap<>();
        open(generation, missing, starts, failures)
            .forEach((partition, it) -> folds.put(held.get(partition).feed, it.fold()));
        join(generation, folds);
      }
    }
    return unanswered;
  }

  private static boolean isMissing(Generation generation, PartitionFeed feed) {
    Optional<LiveFold> fold = generation.fold(feed.partition());
    return fold.isEmpty() || (fold.get().isBroken() && !feed.isGivenUp());
  }

  /** Goes on with each partition where the generation that has come furthest in it stands. */
  private void openFresh(Set<Integer> fresh, Position starts, List<RuntimeException> failures) {
    Map<Generation, Map<Integer, CheckpointKeeper.Opened>> opened = new LinkedHashMap<>();
    for (Generation generation : generations.all()) {
      Map<Integer, CheckpointKeeper.Opened> folds = open(generation, fresh, starts, failures);
      if (!folds.isEmpty()) {
        opened.put(generation, folds);
      }
    }
    if (opened.isEmpty()) {
      return;
    }
    Map<Integer, PartitionFeed> feeds = new HashMap<>();
    for (int partition : fresh) {
      CheckpointKeeper.Opened furthest =
          opened.values().stream()
              .map(folds -> folds.get(partition))
              .max(Comparator.comparingLong(it -> it.fold().position()))
              .orElseThrow();
      PartitionFeed feed =
          new PartitionFeed(
              partition,
              furthest.fold().position(),
              furthest.leaderEpoch(),
              setup.reader().metrics().size());
      feeds.put(partition, feed);
      held.put(partition, new Held(feed)); // those who catch up ask for it
    }
    opened.forEach(
        (generation, folds) -> {
          Map<PartitionFeed, LiveFold> joining = new HashMap<>();
          folds.forEach((partition, it) -> joining.put(feeds.get(partition), it.fold()));
          join(generation, joining);
        });
  }

  private Position starts(Set<Integer> partitions) {
    return partitions.isEmpty()
        ? Position.NONE
        : setup.topics().startsOfLed(topic.topic(), partitions);
  }

  private void join(Generation generation, Map<PartitionFeed, LiveFold> folds) {
    Map<PartitionFeed, LiveFold> behind = new HashMap<>();
    folds.forEach(
        (feed, fold) -> {
          if (feed.join(fold)) {
            generation.add(feed, fold);
          } else {
            behind.put(feed, fold);
          }
        });
    catchUps.start(generation, behind);
  }

  private void read(int partition) {
    Held part = held.get(partition);
    if (!part.reading) {
      part.reading = true;
      worker.read(part.feed);
    }
    if (owned.contains(partition) && !part.emitting) {
      part.emitting = true;
      emitter.own(partition);
    }
  }

  /** Reads partitions no longer; what they stand at stays readable for a while. */
  private void leave(Set<Integer> partitions) {
    List<Future<?>> left = new ArrayList<>();
    for (int partition : partitions) {
      Held part = held.get(partition);
      if (part != null && part.reading) {
        part.reading = false;
        part.emitting = false;
        part.parkedNanos = System.nanoTime();
        left.add(worker.leave(partition));
      }
    }
    left.forEach(done -> await(done, LEAVE, "reading of partitions " + partitions));
  }

  private static void await(Future<?> done, Duration bound, String what) {
    try {
      done.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("Not waited for any longer: {} ({})", what, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dropParked() {
    long now = System.nanoTime();
    held.forEach(
        (partition, part) -> {
          if (!part.reading && now - part.parkedNanos > setup.grace().toNanos()) {
            held.remove(partition);
            keeper.release(partition);
            generations.all().forEach(generation -> generation.remove(partition));
          }
        });
  }

  /** Drops the generations that nobody can want any more. */
  private void retireGenerations() {
    Generation newest = generations.newest();
    boolean level =
        held.entrySet().stream()
            .filter(entry -> entry.getValue().reading)
            .allMatch(entry -> newest.fold(entry.getKey()).isPresent());
    for (Generation old : generations.retire(level)) {
      old.retire();
      unopened.remove(old);
      keeper.forget(old, held.keySet());
      LOG.info(
          "Source {}: generation {} is over", setup.reader().source().name(), old.start().name());
    }
  }

  /** The log is not the one that was folded: shows nothing of it, and opens nothing any more. */
  void giveUp() {
    over = true;
    held.values().forEach(part -> part.feed.giveUp());
    leave(Set.copyOf(held.keySet()));
    var unused = emitter.disown(Set.copyOf(held.keySet()));
  }

  /** Opens nothing any more; what is held can still be revoked. */
  void stop() {
    over = true;
    catchUps.close();
  }
}

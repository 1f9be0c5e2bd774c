package io.braid.speed.worker;

import io.braid.definition.Metric;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.GroupMember;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.figures.GenerationStatus;
import io.braid.speed.figures.PartitionStatus;
import io.braid.speed.figures.PartitionStatus.Holding;
import io.braid.speed.figures.SourceStatus;
import io.braid.speed.figures.SpeedTask;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.Sink;
import io.braid.time.PaneRange;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The speed layer of one source in this process: the partitions that the consumer group gives it,
 * their feeds, and the generations that they carry. Safe to share between threads.
 *
 * <p>A partition that comes is opened: each wanted generation goes on from its newest checkpoint,
 * or starts at its cut; the one that is furthest is read on at once, the others catch up beside it.
 * A partition that goes is sealed and written before the group gives it to another; what it stood
 * at can be read here for a while still.
 */
public final class SourceSpeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSpeed.class);

  /** Short enough that freshness is stated to a hundredth of a second. */
  private static final Duration LOG_END_PAUSE = Duration.ofMillis(10);

  /** Asking for log ends takes a fifth of the time at most: a slow broker is asked less often. */
  private static final int LOG_END_PAUSES_AN_ANSWER = 4;

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);

  /** The topic is looked at about once a second. */
  private static final int ROUNDS_A_TOPIC_CHECK = 5;

  /** For servers that are on the old generation still, and for partitions that moved. */
  static final Duration GRACE = Duration.ofSeconds(60);

  /** A partition that this process holds, or held a moment ago. */
  private static final class Held {

    private final PartitionFeed feed;
    private volatile boolean owned;
    private volatile boolean reading;
    private volatile long leftNanos;

    Held(PartitionFeed feed) {
      this.feed = feed;
    }
  }

  private final SpeedSetup setup;
  private final SourceReader reader;
  private final Topics topics;
  private final Map<Integer, Held> held = new ConcurrentSkipListMap<>();
  private final List<Generation> generations = new CopyOnWriteArrayList<>();
  private final ArchivedOffsets lost;
  private final CheckpointKeeper keeper;
  private final Membership membership;
  private final Worker worker;
  private final Emitter emitter;
  private final DeadMembers deadMembers;
  private final ExecutorService opener;
  private final ExecutorService catchUps;
  private final Thread logEnds;
  private final Thread watch;
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private volatile Topics.Topic topic;
  private volatile long levelSinceNanos;
  private volatile boolean stopping;

  /** Makes a speed layer that is not started yet. */
  public SourceSpeed(SpeedSetup setup) {
    this.setup = setup;
    this.reader = setup.reader();
    this.topics = setup.topics();
    this.topic = setup.topic();
    String source = reader.source().name();
    this.lost = new ArchivedOffsets(setup);
    this.keeper =
        new CheckpointKeeper(
            setup,
            partition -> Optional.ofNullable(held.get(partition)).map(part -> part.feed),
            this::emitted,
            lost);
    this.membership =
        new Membership(
            setup.kafka(),
            topics,
            topic.name(),
            setup.group(),
            GroupMember.clientId(setup.address()),
            new Assignment());
    this.worker =
        new Worker(
            reader,
            setup.kafka(),
            new LogCarries(setup),
            new DivertedRecords(source, topic.id()),
            () -> setup.memory().isFull(),
            new Troubles());
    this.emitter =
        new Emitter(
            source,
            Sink.open(
                setup.settings().delivery(),
                setup.kafka(),
                "%s@%s".formatted(setup.group(), setup.address()),
                new MemberPositions(membership, topic.name())),
            worker::emitFrom);
    this.deadMembers = new DeadMembers(topics, setup.group(), topic.name(), setup.address());
    this.opener = Executors.newSingleThreadExecutor(named("braid-partitions-" + source));
    this.catchUps = Executors.newCachedThreadPool(named("braid-catch-up-" + source));
    this.logEnds = named("braid-log-ends-" + source).newThread(this::followLogEnds);
    this.watch = named("braid-watch-" + source).newThread(this::watch);
  }

  private OptionalLong emitted(int partition) {
    return emitter.committed(partition);
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Joins the group and starts folding. */
  public void start() {
    GenerationStart newest = setup.starts().newest();
    setup
        .starts()
        .beforeNewest()
        .filter(before -> !before.name().equals(newest.name()) && keeper.hasCheckpoints(before))
        .ifPresent(before -> generations.add(new Generation(before)));
    generations.add(new Generation(newest));
    emitter.start();
    worker.start(emitter);
    keeper.start();
    membership.join();
    logEnds.start();
    watch.start();
  }

  /**
   * Reads the views of some metrics in one generation, of the partitions held here; each snapshot
   * belongs to the one position it states.
   *
   * @return empty when this process does not have the generation
   * @param generation its name
   * @param metrics indexes in the order of the source's definition
   * @param range which of their rows
   */
  public Optional<List<PartitionSnapshot>> read(
      String generation, List<Integer> metrics, PaneRange range) {
    return generation(generation).map(found -> found.read(metrics, range));
  }

  /** Returns how far each generation has come in the partitions held here, by name. */
  public Map<String, Position> positions() {
    return generations.stream()
        .collect(
            Collectors.toMap(
                generation -> generation.start().name(), Generation::position, (a, b) -> b));
  }

  private Optional<Generation> generation(String name) {
    return generations.stream().filter(g -> g.start().name().equals(name)).findFirst();
  }

  private Generation newest() {
    return generations.get(generations.size() - 1);
  }

  /** Returns the partitions that the topic is known to have. */
  public Set<Integer> partitions() {
    return IntStream.range(0, topic.partitions()).boxed().collect(Collectors.toSet());
  }

  /** Looks for a newly published run at once instead of within some hundred milliseconds. */
  public void lookForRuns() {
    submit(this::followPublications);
  }

  /** Returns the source and how it is read. */
  public SourceReader reader() {
    return reader;
  }

  /** Returns what keeps this process from folding or emitting, in words; empty when nothing. */
  public List<String> troubles() {
    return List.copyOf(troublesByTask().values());
  }

  /** Returns what is done here now. Takes each fold's lock for a moment and copies no view. */
  public SourceStatus status() {
    List<Generation> folded = List.copyOf(generations);
    Generation newest = folded.get(folded.size() - 1);
    return new SourceStatus(
        reader.source().name(),
        reader.metrics().stream().map(Metric::name).toList(),
        setup.clock().millis(),
        setup.memory().used(reader.source().name()),
        worker.isPaused(),
        troublesByTask(),
        emitter.status(),
        folded.stream()
            .map(
                generation ->
                    new GenerationStatus(
                        generation.start().name(),
                        generation.equals(newest),
                        keeper.status(generation)))
            .toList(),
        held.values().stream().map(this::status).toList());
  }

  private PartitionStatus status(Held part) {
    PartitionFeed feed = part.feed;
    long completeAsOfMs = feed.completeAsOfMs();
    return new PartitionStatus(
        feed.partition(),
        part.owned ? Holding.OWNED : part.reading ? Holding.ADOPTED : Holding.LEFT,
        feed.recordsRead(),
        feed.bytesRead(),
        feed.position(),
        feed.lastLogEnd(),
        completeAsOfMs == 0 ? OptionalLong.empty() : OptionalLong.of(completeAsOfMs),
        emitter.committed(feed.partition()));
  }

  private Map<SpeedTask, String> troublesByTask() {
    Map<SpeedTask, String> troubles = new EnumMap<>(SpeedTask.class);
    worker.trouble().ifPresent(why -> troubles.put(SpeedTask.READING, why));
    membership.trouble().ifPresent(why -> troubles.put(SpeedTask.MEMBERSHIP, why));
    emitter.trouble().ifPresent(why -> troubles.put(SpeedTask.OUTPUTS, why));
    keeper.trouble().ifPresent(why -> troubles.put(SpeedTask.CHECKPOINTS, why));
    Optional.ofNullable(trouble.get()).ifPresent(why -> troubles.put(SpeedTask.FOLDING, why));
    return troubles;
  }

  private void submit(Runnable task) {
    try {
      opener.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              if (!stopping) {
                LOG.error("Source {}: {}", reader.source().name(), e.toString(), e);
                trouble.set("source %s: %s".formatted(reader.source().name(), e.getMessage()));
              }
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("Stopping");
    }
  }

  /** Opens a partition, unless it is held here already, and reads it. */
  private void open(int partition, boolean owned) {
    if (stopping) {
      return;
    }
    Held opened = held.get(partition);
    if (opened == null) {
      opened = new Held(openFeed(partition));
      held.put(partition, opened);
    }
    opened.reading = true;
    worker.read(opened.feed);
    if (owned && !opened.owned) {
      opened.owned = true;
      emitter.own(partition);
    }
  }

  private PartitionFeed openFeed(int partition) {
    long start = topics.starts(current()).offset(partition);
    Map<Generation, LiveFold> folds = new HashMap<>();
    long furthest = start;
    OptionalInt epoch = OptionalInt.empty();
    for (Generation generation : generations) {
      CheckpointKeeper.Opened opened = keeper.open(generation, partition, start);
      folds.put(generation, opened.fold());
      if (opened.fold().position() >= furthest) {
        furthest = opened.fold().position();
        epoch = opened.leaderEpoch();
      }
    }
    PartitionFeed feed = new PartitionFeed(partition, furthest, epoch, reader.metrics().size());
    Map<Generation, LiveFold> behind = new HashMap<>();
    folds.forEach(
        (generation, fold) -> {
          if (feed.join(fold)) {
            generation.add(feed, fold);
          } else {
            behind.put(generation, fold);
          }
        });
    behind.forEach((generation, fold) -> catchUp(generation, Map.of(feed, fold)));
    return feed;
  }

  private Topics.Topic current() {
    Topics.Topic now = topics.find(topic.name()).orElse(topic);
    if (now.id().equals(topic.id())) {
      topic = now;
    }
    return topic;
  }

  /** Folds partitions up to where their feeds are, beside them, and lets them join. */
  private void catchUp(Generation generation, Map<PartitionFeed, LiveFold> behind) {
    catchUps.execute(
        () -> {
          Map<PartitionFeed, LiveFold> left = new HashMap<>(behind);
          try (LogReader log = new LogReader(setup.kafka(), reader, lost)) {
            left.values().forEach(fold -> log.add(fold, Long.MAX_VALUE));
            while (!left.isEmpty() && !stopping && generations.contains(generation)) {
              log.poll();
              for (Map.Entry<PartitionFeed, LiveFold> entry : List.copyOf(left.entrySet())) {
                if (entry.getKey().join(entry.getValue())) {
                  generation.add(entry.getKey(), entry.getValue());
                  log.remove(entry.getValue().partition());
                  left.remove(entry.getKey());
                }
              }
            }
          } catch (RuntimeException e) {
            if (!stopping) {
              LOG.error(
                  "Generation {} of source {} cannot catch up",
                  generation.start().name(),
                  reader.source().name(),
                  e);
              trouble.set(
                  "source %s: generation %s cannot catch up: %s"
                      .formatted(
                          reader.source().name(), generation.start().name(), e.getMessage()));
            }
          }
        });
  }

  /** Starts the generation of a newly published run in all partitions that are held. */
  private void followPublications() {
    GenerationStart wanted = setup.starts().newest();
    if (wanted.name().equals(newest().start().name())) {
      return;
    }
    Optional<Generation> known = generation(wanted.name());
    if (known.isPresent()) {
      // Rolled back to a run whose generation is still fed: it becomes the newest again.
      generations.remove(known.get());
      generations.add(known.get());
      levelSinceNanos = 0;
      return;
    }
    Generation generation = new Generation(wanted);
    generations.add(generation);
    levelSinceNanos = 0;
    LOG.info(
        "Source {}: folding generation {} from {}",
        reader.source().name(),
        wanted.name(),
        wanted.cut());
    Position starts = topics.starts(current());
    Map<PartitionFeed, LiveFold> behind = new HashMap<>();
    held.forEach(
        (partition, part) -> {
          LiveFold fold = keeper.open(generation, partition, starts.offset(partition)).fold();
          if (part.feed.join(fold)) {
            generation.add(part.feed, fold);
          } else {
            behind.put(part.feed, fold);
          }
        });
    if (!behind.isEmpty()) {
      catchUp(generation, behind);
    }
  }

  /** Drops what nobody can want any more. */
  private void retireOld() {
    Generation newest = newest();
    boolean level =
        held.keySet().stream().allMatch(partition -> newest.fold(partition).isPresent());
    if (!level || generations.size() == 1) {
      levelSinceNanos = 0;
    } else if (levelSinceNanos == 0) {
      levelSinceNanos = System.nanoTime();
    } else if (System.nanoTime() - levelSinceNanos > GRACE.toNanos()) {
      for (Generation old :
          generations.subList(0, generations.size() - 1).toArray(Generation[]::new)) {
        generations.remove(old);
        old.retire();
        keeper.forget(old, held.keySet());
        LOG.info("Source {}: generation {} is over", reader.source().name(), old.start().name());
      }
    }
    held.forEach(
        (partition, part) -> {
          if (!part.reading
              && part.leftNanos != 0
              && System.nanoTime() - part.leftNanos > GRACE.toNanos()) {
            held.remove(partition, part);
            keeper.release(partition);
            generations.forEach(generation -> generation.remove(partition));
          }
        });
  }

  /** Reads a partition no longer; what it stands at stays readable for a while. */
  private void park(int partition) {
    Held part = held.get(partition);
    if (part != null) {
      part.reading = false;
      part.owned = false;
      part.leftNanos = System.nanoTime();
    }
  }

  private Future<?> handOver(Set<Integer> partitions) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    submit(
        () -> {
          try {
            for (int partition : partitions) {
              worker.leave(partition).get(2, TimeUnit.SECONDS);
              park(partition);
            }
            var unused = emitter.disown(partitions).get(3, TimeUnit.SECONDS);
            keeper.write(partitions);
          } catch (Exception e) {
            LOG.warn("Partitions {} were not handed over cleanly: {}", partitions, e.toString());
          } finally {
            done.complete(null);
          }
        });
    return done;
  }

  /** What the group decides. */
  private final class Assignment implements Membership.Listener {

    @Override
    public void assigned(Set<Integer> partitions) {
      partitions.forEach(partition -> submit(() -> open(partition, true)));
    }

    @Override
    public Future<?> revoked(Set<Integer> partitions) {
      return handOver(partitions);
    }

    @Override
    public void lost(Set<Integer> partitions) {
      partitions.forEach(
          partition -> {
            var unused = worker.leave(partition);
            park(partition);
          });
      var ignored = emitter.disown(partitions);
    }
  }

  private final class Troubles implements Worker.Troubles {

    @Override
    public void expired(PartitionFeed feed, long start) {
      lost.pass(feed, start);
    }

    @Override
    public void truncated(PartitionFeed feed, String reason) {
      feed.giveUp();
      keeper.discard(feed.partition());
      trouble.set("source %s: %s".formatted(reader.source().name(), reason));
      LOG.error(
          "Partition {} of source {} is served no more: {}",
          feed.partition(),
          reader.source().name(),
          reason);
    }

    @Override
    public void stopped() {
      held.values().forEach(part -> part.feed.giveUp());
    }
  }

  private void watch() {
    int round = 0;
    try {
      while (!stopping) {
        try {
          followPublicationsSoon();
          retireOld();
          if (++round % ROUNDS_A_TOPIC_CHECK == 0) {
            if (isOtherTopic()) {
              return;
            }
            adopt();
          }
        } catch (RuntimeException e) {
          LOG.debug("Source {}: {}", reader.source().name(), e.toString());
        }
        Thread.sleep(WATCH_INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void followPublicationsSoon() {
    if (!setup.starts().newest().name().equals(newest().start().name())) {
      lookForRuns();
    }
  }

  /**
   * Folds what belongs to members that do not answer at their address, until the group has given it
   * to others: the group notices a death late, and two folds of one partition do no harm.
   */
  private void adopt() {
    DeadMembers.Found found = deadMembers.look();
    for (int partition : found.orphans()) {
      Held part = held.get(partition);
      if (part == null || !part.reading) {
        LOG.debug("Partition {} of {} is folded here: its owner is gone", partition, topic.name());
        submit(() -> open(partition, false));
      }
    }
    held.forEach(
        (partition, part) -> {
          if (part.reading && !part.owned && found.alive().contains(partition)) {
            var unused = worker.leave(partition);
            park(partition);
          }
        });
  }

  /** Another topic of the same name is another log: nothing of it may be mixed with this one. */
  private boolean isOtherTopic() {
    Optional<Topics.Topic> now = topics.find(topic.name());
    if (now.isPresent() && now.get().id().equals(topic.id())) {
      topic = now.get();
      return false;
    }
    stopServing();
    trouble.set(
        "source %s: topic %s was deleted%s; restart Braid to read it from its beginning"
            .formatted(
                reader.source().name(), topic.name(), now.isPresent() ? " and created again" : ""));
    LOG.error("Nothing is served any more of {}", trouble.get());
    return true;
  }

  private void stopServing() {
    held.forEach(
        (partition, part) -> {
          part.feed.giveUp();
          var unused = worker.leave(partition);
        });
    var ignored = emitter.disown(Set.copyOf(held.keySet()));
  }

  private void followLogEnds() {
    boolean told = false;
    while (!stopping) {
      try {
        long askedMs = setup.clock().millis();
        long askedNanos = System.nanoTime();
        Position ends = topics.ends(topic);
        held.forEach(
            (partition, part) -> {
              if (ends.partitions().contains(partition)) {
                part.feed.logEnd(askedMs, ends.offset(partition));
              }
            });
        told = false;
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
        Thread.sleep(Math.max(LOG_END_PAUSE.toMillis(), LOG_END_PAUSES_AN_ANSWER * tookMs));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!stopping && !told) {
          told = true;
          LOG.warn(
              "The log ends of source {} are unknown: {}", reader.source().name(), e.getMessage());
        }
      }
    }
  }

  /** Hands over what is owned, leaves the group, and stops. */
  @Override
  public void close() {
    stopping = true;
    watch.interrupt();
    logEnds.interrupt();
    membership.close();
    emitter.close();
    worker.close();
    keeper.close();
    opener.shutdownNow();
    catchUps.shutdownNow();
  }
}

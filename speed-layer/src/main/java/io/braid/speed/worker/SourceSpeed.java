package io.braid.speed.worker;

import io.braid.definition.Metric;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.GroupMember;
import io.braid.log.KafkaSettings;
import io.braid.log.Position;
import io.braid.speed.figures.GenerationStatus;
import io.braid.speed.figures.PartitionStatus;
import io.braid.speed.figures.SourceStatus;
import io.braid.speed.figures.SpeedTask;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.GenerationStart;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.Sink;
import io.braid.time.PaneRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
 *
 * <p>Here the parts are put together and their threads are started: one that reads, one that emits,
 * one that writes checkpoints, one that is a member of the group, one that asks for log ends, and
 * one that looks around. What these see and decide about partitions and generations is carried out
 * by one more, in order.
 */
public final class SourceSpeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSpeed.class);

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);

  /** The topic and the other members are looked at about once a second. */
  private static final int ROUNDS_A_LOOK = 5;

  private final SpeedSetup setup;
  private final SourceReader reader;
  private final Generations generations;
  private final TopicWatch topic;
  private final ArchivedOffsets lost;
  private final CheckpointKeeper keeper;
  private final Membership membership;
  private final Worker worker;
  private final Emitter emitter;
  private final DeadMembers deadMembers;
  private final HeldPartitions partitions;
  private final LogEnds logEnds;
  private final ExecutorService holder;
  private final Thread watch;
  private final Attempts watched;
  private final Attempts held;
  private final Map<Integer, String> truncated = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /** Makes a speed layer that is not started yet. */
  public SourceSpeed(SpeedSetup setup) {
    this.setup = setup;
    this.reader = setup.reader();
    String source = reader.source().name();
    this.watched = new Attempts(source, () -> stopping);
    this.held = new Attempts(source, () -> stopping);
    this.generations = new Generations(setup);
    this.topic = new TopicWatch(setup);
    this.lost = new ArchivedOffsets(setup);
    this.keeper = new CheckpointKeeper(setup, this::feed, this::emitted, lost);
    this.membership =
        new Membership(
            setup.kafka(),
            setup.topics(),
            topic.topic().name(),
            setup.group(),
            GroupMember.clientId(setup.address()),
            new Assignment());
    this.worker =
        new Worker(
            reader,
            new KafkaConsumer<>(KafkaSettings.consumer(setup.kafka())),
            new LogCarries(setup),
            new DivertedRecords(source, topic.topic().id()),
            () -> setup.memory().isFull(),
            new Troubles());
    this.emitter =
        new Emitter(
            source,
            Sink.open(
                setup.settings().delivery(),
                setup.kafka(),
                "%s@%s".formatted(setup.group(), setup.address()),
                new MemberPositions(
                    membership, setup.topics(), setup.group(), topic.topic().name())),
            worker::emitFrom);
    this.deadMembers =
        new DeadMembers(
            () -> setup.topics().members(setup.group()), topic.topic().name(), setup.address());
    this.partitions = new HeldPartitions(setup, topic, generations, keeper, worker, emitter, lost);
    this.logEnds = new LogEnds(setup, topic::topic, partitions::feeds);
    this.holder = Executors.newSingleThreadExecutor(Daemons.named("braid-partitions-" + source));
    this.watch = Daemons.named("braid-watch-" + source).newThread(this::watch);
  }

  private Optional<PartitionFeed> feed(int partition) {
    return partitions.feed(partition);
  }

  private OptionalLong emitted(int partition) {
    return emitter.committed(partition);
  }

  /** Joins the group and starts folding. */
  public void start() {
    GenerationStart newest = setup.starts().newest();
    setup
        .starts()
        .beforeNewest()
        .filter(before -> !before.name().equals(newest.name()) && keeper.hasCheckpoints(before))
        .ifPresent(generations::moveTo);
    generations.moveTo(newest);
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
    return generations.named(generation).map(found -> found.read(metrics, range));
  }

  /** Returns how far each generation has come in the partitions held here, by name. */
  public Map<String, Position> positions() {
    return generations.all().stream()
        .collect(Collectors.toMap(it -> it.start().name(), Generation::position));
  }

  /** Returns the partitions that the topic is known to have. */
  public Set<Integer> partitions() {
    return IntStream.range(0, topic.topic().partitions()).boxed().collect(Collectors.toSet());
  }

  /** Looks for a newly published run at once instead of within some hundred milliseconds. */
  public void lookForRuns() {
    var unused =
        submit(
            () -> {
              if (generations.moveTo(setup.starts().newest())) {
                partitions.reconcile();
              }
            });
  }

  /** Returns the source and how it is read. */
  public SourceReader reader() {
    return reader;
  }

  /** Returns what keeps this process from folding or emitting, in words; empty when nothing. */
  public List<String> troubles() {
    return troublesByTask().entrySet().stream().flatMap(e -> e.getValue().stream()).toList();
  }

  /** Returns what is done here now. Takes each fold's lock for a moment and copies no view. */
  public SourceStatus status() {
    Generation newest = generations.newest();
    Map<SpeedTask, String> troubles = new EnumMap<>(SpeedTask.class);
    troublesByTask().forEach((task, why) -> troubles.put(task, String.join("; ", why)));
    return new SourceStatus(
        reader.source().name(),
        reader.metrics().stream().map(Metric::name).toList(),
        setup.clock().millis(),
        setup.memory().used(reader.source().name()),
        worker.isPaused(),
        troubles,
        emitter.status(),
        generations.all().stream()
            .map(
                generation ->
                    new GenerationStatus(
                        generation.start().name(),
                        generation.equals(newest),
                        keeper.status(generation)))
            .toList(),
        partitions.feeds().stream().map(this::status).toList());
  }

  private PartitionStatus status(PartitionFeed feed) {
    long completeAsOfMs = feed.completeAsOfMs();
    return new PartitionStatus(
        feed.partition(),
        partitions.holding(feed.partition()),
        feed.recordsRead(),
        feed.bytesRead(),
        feed.position(),
        feed.lastLogEnd(),
        completeAsOfMs == 0 ? OptionalLong.empty() : OptionalLong.of(completeAsOfMs),
        emitter.committed(feed.partition()));
  }

  private Map<SpeedTask, List<String>> troublesByTask() {
    Map<SpeedTask, List<String>> troubles = new EnumMap<>(SpeedTask.class);
    worker.trouble().ifPresent(why -> troubles.put(SpeedTask.READING, List.of(why)));
    membership.trouble().ifPresent(why -> troubles.put(SpeedTask.MEMBERSHIP, List.of(why)));
    emitter.trouble().ifPresent(why -> troubles.put(SpeedTask.OUTPUTS, List.of(why)));
    keeper.trouble().ifPresent(why -> troubles.put(SpeedTask.CHECKPOINTS, List.of(why)));
    List<String> folding = new ArrayList<>(partitions.troubles());
    topic.gone().ifPresent(folding::add);
    folding.addAll(truncated.values());
    folding.addAll(watched.troubles());
    folding.addAll(held.troubles());
    if (!folding.isEmpty()) {
      troubles.put(SpeedTask.FOLDING, folding);
    }
    return troubles;
  }

  /** Has the holder's thread do something; what fails there fails nothing else. */
  private Future<?> submit(Runnable task) {
    FutureTask<Void> done =
        new FutureTask<>(() -> held.attempt("partitions are not as they should be", task), null);
    try {
      holder.execute(done);
    } catch (RejectedExecutionException e) {
      done.cancel(false); // stopping
    }
    return done;
  }

  /** What the group decides. */
  private final class Assignment implements Membership.Listener {

    @Override
    public void assigned(Set<Integer> assigned) {
      var unused = submit(() -> partitions.assigned(assigned));
    }

    @Override
    public Future<?> revoked(Set<Integer> revoked) {
      return submit(() -> partitions.revoked(revoked));
    }

    @Override
    public void lost(Set<Integer> gone) {
      var unused = submit(() -> partitions.lost(gone));
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
      truncated.put(feed.partition(), "source %s: %s".formatted(reader.source().name(), reason));
      LOG.error(
          "Partition {} of source {} is served no more: {}",
          feed.partition(),
          reader.source().name(),
          reason);
    }

    @Override
    public void stopped() {
      partitions.feeds().forEach(PartitionFeed::giveUp);
      var unused = submit(partitions::stop);
      membership.leave(); // so that others get what is not read here any more
    }
  }

  /** Looks for new runs, at the topic and at other members; asks Kafka where nobody waits. */
  private void watch() {
    int round = 0;
    try {
      while (!stopping) {
        look(++round % ROUNDS_A_LOOK == 0);
        if (topic.gone().isPresent()) {
          var unused = submit(partitions::giveUp);
          return;
        }
        Thread.sleep(WATCH_INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(boolean around) {
    // Each on its own: a store that is down keeps nobody from being adopted, nor the reverse.
    watched.attempt("runs are not looked for", this::lookForNewest);
    var unused = submit(partitions::reconcile);
    if (around) {
      watched.attempt("the topic is not looked at", topic::look);
      watched.attempt("members that are dead are not looked for", this::lookForTheDead);
    }
  }

  private void lookForNewest() {
    GenerationStart newest = setup.starts().newest();
    if (!newest.name().equals(generations.newest().start().name())) {
      lookForRuns();
    }
  }

  private void lookForTheDead() {
    DeadMembers.Found found = deadMembers.look();
    var unused = submit(() -> partitions.adopt(found));
  }

  /**
   * Hands over what is owned, leaves the group, and stops, within about five seconds: what is not
   * done by then is as after a crash.
   */
  @Override
  public void close() {
    stopping = true;
    watch.interrupt();
    logEnds.close();
    var unused = submit(partitions::stop);
    membership.close();
    emitter.close();
    worker.close();
    keeper.close();
    holder.shutdownNow();
  }
}

package io.braid.speed.worker;

import io.braid.fold.Carry;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.speed.generation.Generation;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The speed layer of one source: a worker, its feeds, and the generations that they carry. Safe to
 * share between threads.
 */
public final class SourceSpeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSpeed.class);

  /** Short enough that freshness is stated to some hundredths of a second. */
  private static final Duration LOG_END_INTERVAL = Duration.ofMillis(25);

  /** The topic is looked at about once a second. */
  private static final int ROUNDS_A_TOPIC_CHECK = 40;

  private final SourceReader reader;
  private final Topics topics;
  private final Topics.Topic topic;
  private final Map<String, String> kafka;
  private final InstantSource clock;
  private final Map<Integer, PartitionFeed> feeds = new TreeMap<>();
  private final Generation first;
  private final Position endsAtStart;
  private final Worker worker;
  private final Thread logEnds;
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private volatile boolean stopping;

  /**
   * Starts folding.
   *
   * @param cut where the first generation starts; a partition without an offset starts where its
   *     log does
   * @param carries at the cut; none for a partition that starts where its log does
   * @param group of the consumers, the same for all processes of one Braid
   * @param member of the group, the same whenever this process comes back
   * @param known carries below the cut, for what was not emitted there
   */
  public SourceSpeed(
      SourceReader reader,
      Topics topics,
      Topics.Topic topic,
      Map<String, String> kafka,
      Position cut,
      Map<Integer, Carry> carries,
      String group,
      String member,
      KnownCarries known,
      InstantSource clock) {
    this.reader = reader;
    this.topics = topics;
    this.topic = topic;
    this.kafka = kafka;
    this.clock = clock;
    this.endsAtStart = topics.ends(topic);
    Position starts = topics.starts(topic);
    Map<PartitionFeed, LiveFold> folds = new HashMap<>();
    for (int partition : starts.partitions()) {
      long from = cut.offset(partition, starts.offset(partition));
      PartitionFeed feed = new PartitionFeed(partition, from, reader.metrics().size());
      LiveFold fold = reader.fold(partition, from, carries.getOrDefault(partition, Carry.EMPTY));
      feed.join(fold);
      feed.skipLost(starts.offset(partition));
      feeds.put(partition, feed);
      folds.put(feed, fold);
    }
    this.first = new Generation(folds);
    this.worker =
        new Worker(
            reader,
            kafka,
            group,
            member,
            feeds,
            known,
            new DivertedRecords(reader.source().name(), topic.id()));
    this.logEnds = new Thread(this::followLogEnds, "braid-log-ends-" + reader.source().name());
    logEnds.setDaemon(true);
    logEnds.start();
    worker.start();
  }

  /** Returns the generation that folding started with. */
  public Generation first() {
    return first;
  }

  /**
   * Folds a new generation from a cut and returns it when every partition has come as far as the
   * folds that are fed; then it is fed too. Nothing it folds is emitted.
   *
   * @param carries at the cut
   * @throws IllegalStateException when the speed layer is closed meanwhile
   */
  public Generation startGeneration(Position cut, Map<Integer, Carry> carries) {
    Map<PartitionFeed, LiveFold> folds = new HashMap<>();
    Map<Integer, LiveFold> behind = new TreeMap<>();
    feeds.forEach(
        (partition, feed) -> {
          long from = cut.offset(partition, 0);
          Carry carry = carries.getOrDefault(partition, Carry.EMPTY);
          LiveFold fold = reader.fold(partition, from, carry);
          folds.put(feed, fold);
          if (!feed.join(fold)) {
            behind.put(partition, fold);
          }
        });
    Generation generation = new Generation(folds);
    boolean level = false;
    try {
      if (!behind.isEmpty()) {
        catchUp(behind);
      }
      level = true;
      return generation;
    } finally {
      if (!level) {
        generation.retire();
      }
    }
  }

  private void catchUp(Map<Integer, LiveFold> behind) {
    try (LogReader log = new LogReader(kafka, reader)) {
      behind.values().forEach(fold -> log.add(fold, Long.MAX_VALUE));
      while (!behind.isEmpty()) {
        if (stopping) {
          throw new IllegalStateException("Cannot start a generation: Braid is stopping");
        }
        log.poll();
        for (LiveFold fold : List.copyOf(behind.values())) {
          if (feeds.get(fold.partition()).join(fold)) {
            behind.remove(fold.partition());
            log.remove(fold.partition());
          }
        }
      }
    }
  }

  /**
   * Returns what keeps the source from being level with its log, in words; empty when nothing does.
   */
  public List<String> reasonsNotReady() {
    List<String> reasons = new ArrayList<>();
    worker.trouble().ifPresent(reasons::add);
    if (trouble.get() != null) {
      reasons.add(trouble.get());
    }
    for (PartitionFeed feed : feeds.values()) {
      long end = endsAtStart.offset(feed.partition());
      if (feed.position() < end) {
        reasons.add(
            "source %s: partition %d is folded up to %d of %d"
                .formatted(reader.source().name(), feed.partition(), feed.position(), end));
      }
    }
    return reasons;
  }

  /** Returns the partitions that the topic is known to have, those included that nobody folds. */
  public Set<Integer> partitions() {
    Set<Integer> partitions = new TreeSet<>(feeds.keySet());
    partitions.addAll(worker.unknownPartitions());
    return partitions;
  }

  /** Returns the log ends that were seen at the start: below them no answer is whole. */
  public Position endsAtStart() {
    return endsAtStart;
  }

  /** Another topic of the same name is another log: nothing of it may be mixed with this one. */
  private boolean isOtherTopic() {
    Optional<Topics.Topic> now = topics.find(topic.name());
    if (now.isPresent() && now.get().id().equals(topic.id())) {
      return false;
    }
    feeds.values().forEach(PartitionFeed::giveUp);
    trouble.set(
        "source %s: topic %s was deleted%s; restart Braid to read it from its beginning"
            .formatted(
                reader.source().name(), topic.name(), now.isPresent() ? " and created again" : ""));
    LOG.error("Nothing is served any more of {}", trouble.get());
    return true;
  }

  private void followLogEnds() {
    long round = 1;
    while (!stopping) {
      try {
        long askedMs = clock.millis();
        Position ends = topics.ends(topic);
        feeds.forEach((partition, feed) -> feed.logEnd(askedMs, ends.offset(partition)));
        if (round++ % ROUNDS_A_TOPIC_CHECK == 0 && isOtherTopic()) {
          return;
        }
        trouble.set(null);
        Thread.sleep(LOG_END_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!stopping && trouble.getAndSet(e.getMessage()) == null) {
          LOG.warn(
              "The log ends of source {} are unknown: {}", reader.source().name(), e.getMessage());
        }
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    logEnds.interrupt();
    worker.close();
  }
}

package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.fold.Carry;
import io.braid.fold.DuplicateBudgetException;
import io.braid.speed.generation.Diversion;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.Output;
import io.braid.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of a source that this process holds, in a thread of its own: polls, decodes,
 * feeds the folds, and hands over what leaves Braid.
 *
 * <p>What it reads does not depend on committed offsets; those say up to where outputs have been
 * emitted. Where they lag behind the folds, the log is read again from there: folds pass over what
 * they know.
 */
final class Worker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofMillis(500);

  /** Nothing is read while something is asked; who does not answer is asked again later. */
  private static final Duration ASK_BOUND = Duration.ofSeconds(1);

  /** A consumer without a broker takes a second to close. */
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  private static final long NOT_EMITTING = Long.MAX_VALUE;
  private static final long NO_TURN = -1;

  /** What became of a partition that cannot be read on. */
  interface Troubles {

    /** The log no longer has what lies below {@code start}: folds have to get there without it. */
    void expired(PartitionFeed feed, long start);

    /** The log is not the one that was folded. */
    void truncated(PartitionFeed feed, String reason);

    /** Nothing more is read. */
    void stopped();
  }

  /** A partition that is read. One thread. */
  private static final class Reading {

    private final PartitionFeed feed;
    private final Decoder decoder;

    /** The consumer has been told by a broker who leads it. */
    private boolean endIsKnown;

    /** And was polled since: its position is validated, or waits for it. */
    private boolean polled;

    /** Outputs from here on are to be handed over. */
    private long emitFrom = NOT_EMITTING;

    /** In which they are; turns count up. */
    private long turn = NO_TURN;

    Reading(PartitionFeed feed, Decoder decoder) {
      this.feed = feed;
      this.decoder = decoder;
    }
  }

  private final SourceReader reader;
  private final KnownCarries carries;
  private final DivertedRecords diverted;
  private final BooleanSupplier memoryIsFull;
  private final Troubles troubles;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Reading> readings = new HashMap<>();
  private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
  private final List<Runnable> postponed = new ArrayList<>();
  private long postponedNanos;
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private Emitter emitter;
  private volatile boolean stopping;
  private volatile boolean paused;
  private volatile boolean ended;
  private boolean toldOfDeadLetters;

  /**
   * Makes a worker that is not started yet.
   *
   * @param consumer of committed records, without a group; closed by the worker when it was started
   * @param carries from which it can be decided again which events were dropped as late
   * @param memoryIsFull asked before each poll: nothing is fetched while it is so
   */
  Worker(
      SourceReader reader,
      Consumer<byte[], byte[]> consumer,
      KnownCarries carries,
      DivertedRecords diverted,
      BooleanSupplier memoryIsFull,
      Troubles troubles) {
    this.reader = reader;
    this.carries = carries;
    this.diverted = diverted;
    this.memoryIsFull = memoryIsFull;
    this.troubles = troubles;
    this.consumer = consumer;
    this.thread = Daemons.named("braid-speed-" + reader.source().name()).newThread(this::run);
  }

  void start(Emitter outputs) {
    this.emitter = outputs;
    thread.start();
  }

  /** Returns what keeps the worker from folding, in words. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  /** Returns whether nothing is fetched because memory is full. */
  boolean isPaused() {
    return paused;
  }

  /** Reads a partition from where its feed stands; nothing happens when it is read already. */
  void read(PartitionFeed feed) {
    request(() -> begin(feed));
  }

  /** Reads a partition no longer; done when all that was read is folded and handed over. */
  Future<?> leave(int partition) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    request(
        () -> {
          if (readings.remove(topicPartition(partition)) != null) {
            consumer.assign(readings.keySet());
          }
          done.complete(null);
        });
    if (ended) {
      done.complete(null); // nobody answers requests any more
    }
    return done;
  }

  /** Hands over the outputs of a partition from an offset on; see {@link Emitter.Reader}. */
  void emitFrom(int partition, OptionalLong offset, long turn) {
    request(() -> tryToBeginEmitting(partition, offset, turn));
  }

  /** Folding does not wait until the broker or the store says what outputs have to start from. */
  private void tryToBeginEmitting(int partition, OptionalLong offset, long turn) {
    try {
      beginEmitting(partition, offset, turn);
    } catch (WakeupException | OffsetOutOfRangeException e) {
      throw e;
    } catch (KafkaException | StoreException e) {
      LOG.debug("Outputs of partition {} are begun later", partition, e);
      postponed.add(() -> tryToBeginEmitting(partition, offset, turn));
      postponedNanos = System.nanoTime() + RETRY.toNanos();
    }
  }

  private void request(Runnable request) {
    requests.add(request);
    consumer.wakeup();
  }

  private TopicPartition topicPartition(int partition) {
    return new TopicPartition(reader.source().topic(), partition);
  }

  private void run() {
    try {
      while (!stopping) {
        try {
          readOn();
          trouble.set(null);
        } catch (WakeupException e) {
          LOG.debug("Woken");
        } catch (KafkaException | StoreException e) {
          stumble(e);
        }
      }
    } catch (RuntimeException | Error e) {
      trouble.set(
          "The worker of source %s stopped: %s"
              .formatted(
                  reader.source().name(),
                  e instanceof DuplicateBudgetException ? e.getMessage() : e.toString()));
      LOG.error("The worker of source {} stopped", reader.source().name(), e);
      stopping = true;
      troubles.stopped();
    } finally {
      ended = true;
      answerLast();
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private void readOn() {
    try {
      answerRequests();
      poll();
    } catch (OffsetOutOfRangeException e) {
      outOfRange(e); // asks the broker, too; what cannot be answered now is found out again
    }
  }

  private void answerRequests() {
    for (Runnable request = requests.peek(); request != null; request = requests.peek()) {
      request.run(); // and again when it is interrupted by a wake-up meant for a poll
      requests.remove();
    }
    if (!postponed.isEmpty() && System.nanoTime() - postponedNanos > 0) {
      requests.addAll(postponed);
      postponed.clear();
    }
  }

  /** Whoever waits for a request must not wait for ever. */
  private void answerLast() {
    try {
      answerRequests();
    } catch (RuntimeException e) {
      LOG.debug("Left undone at the end", e);
    }
  }

  private void begin(PartitionFeed feed) {
    TopicPartition partition = topicPartition(feed.partition());
    if (readings.containsKey(partition)) {
      return;
    }
    readings.put(partition, new Reading(feed, reader.decoder()));
    consumer.assign(readings.keySet());
    seek(partition, feed.readFrom());
  }

  /**
   * Reads on at an offset, and lets the broker check that the log below is the one that was read.
   */
  private void seek(TopicPartition partition, long offset) {
    PartitionFeed feed = readings.get(partition).feed;
    OptionalInt epoch = feed.leaderEpoch();
    if (offset == feed.position() && epoch.isPresent()) {
      consumer.seek(partition, new OffsetAndMetadata(offset, Optional.of(epoch.getAsInt()), ""));
    } else {
      consumer.seek(partition, offset);
    }
  }

  private void beginEmitting(int partition, OptionalLong committed, long turn) {
    TopicPartition owned = topicPartition(partition);
    Reading reading = readings.get(owned);
    if (reading == null || turn <= reading.turn) {
      return; // what was put off may come after a later turn
    }
    PartitionFeed feed = reading.feed;
    // Reading again from below would not find out that the log is not the one that was folded: the
    // position is known to be right by its epoch when it is answered, and has to be in the log.
    requireLeader(owned);
    long end = consumer.endOffsets(Set.of(owned), ASK_BOUND).get(owned);
    if (!reading.polled) {
      // Before the consumer knows the leader it takes any position for right; it does by now, and
      // looks into it when it is polled.
      reading.endIsKnown = true;
      throw new TimeoutException("%s has not been polled yet".formatted(owned));
    }
    long position = consumer.position(owned, Duration.ZERO);
    if (end < feed.position()) {
      truncated(owned, reading, feed.position());
      return;
    }
    long start = consumer.beginningOffsets(Set.of(owned), ASK_BOUND).get(owned);
    long from = committed.orElse(start);
    if (!feed.emitted(from)) {
      // All folds started above what has been emitted, or another owner was meant to emit it.
      KnownCarries.At at =
          carries
              .highest(partition, start, Math.max(start, from))
              .orElse(new KnownCarries.At(start, Carry.EMPTY));
      feed.judge(reader.judge(partition, at.offset(), at.carry()), from);
    }
    // Nothing may fail between these and the seek: the reader would be taken to have read on.
    reading.emitFrom = from;
    reading.turn = turn;
    long readFrom = Math.min(feed.readFrom(), from);
    if (readFrom < position) {
      seek(owned, readFrom);
    }
  }

  /** A consumer that asks for a partition without a leader reads no other one meanwhile. */
  private void requireLeader(TopicPartition partition) {
    for (PartitionInfo info : consumer.partitionsFor(partition.topic(), ASK_BOUND)) {
      if (info.partition() == partition.partition()
          && (info.leader() == null || info.leader().isEmpty())) {
        throw new LeaderNotAvailableException("%s has no leader".formatted(partition));
      }
    }
  }

  private void poll() {
    if (readings.isEmpty()) {
      pause(POLL);
      return;
    }
    pauseWhileFull();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    records
        .nextOffsets()
        .forEach(
            (partition, next) -> fold(readings.get(partition), records.records(partition), next));
    for (Reading reading : readings.values()) {
      reading.polled |= reading.endIsKnown;
      emitter.committed(reading.feed.partition()).ifPresent(reading.feed::emitted);
    }
  }

  private void pauseWhileFull() {
    boolean full = memoryIsFull.getAsBoolean();
    if (full != paused) {
      paused = full;
      if (!full) {
        consumer.resume(consumer.paused());
      }
    }
    if (full) {
      consumer.pause(consumer.assignment());
    }
  }

  private void handOver(Reading reading, List<Output> outputs, long next) {
    boolean taken = emitter.offer(reading.feed.partition(), reading.turn, outputs, next);
    reading.emitFrom = taken ? next : NOT_EMITTING;
  }

  /**
   * Folds what was read, moves over offsets that hold no record, and hands over what leaves Braid.
   *
   * @param end behind all that was read, and the epoch of what is last below
   */
  private void fold(
      Reading reading, List<ConsumerRecord<byte[], byte[]>> records, OffsetAndMetadata end) {
    Decoder decoder = reading.decoder;
    long bytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      decoder.append(record.offset(), record.timestamp(), record.value());
      // What is null has the size -1.
      bytes += Math.max(0, record.serializedKeySize());
      bytes += Math.max(0, record.serializedValueSize());
    }
    EventBatch batch = decoder.take();
    long next = end.offset();
    SortedMap<Long, Diversion> late =
        reading.feed.fold(
            batch, next, end.leaderEpoch().map(OptionalInt::of).orElse(OptionalInt.empty()));
    reading.feed.read(records.size(), bytes);
    if (next > reading.emitFrom) {
      handOver(reading, outputs(reading, batch, records, late), next);
    }
  }

  private List<Output> outputs(
      Reading reading,
      EventBatch batch,
      List<ConsumerRecord<byte[], byte[]>> records,
      SortedMap<Long, Diversion> late) {
    List<Output> outputs = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      if (batch.offset(row) < reading.emitFrom) {
        continue;
      }
      if (batch.isDeadLetter(row)) {
        outputs.add(diverted.deadLetter(records.get(row), batch.reason(row)));
        tellOnce(reading, batch, row);
      } else if (late.containsKey(batch.offset(row))) {
        outputs.add(late(records.get(row), batch.eventTimeMs(row), late.get(batch.offset(row))));
      }
    }
    return outputs;
  }

  private Output late(
      ConsumerRecord<byte[], byte[]> record, long eventTimeMs, Diversion diversion) {
    List<String> metrics =
        diversion.metrics().stream().mapToObj(i -> reader.metrics().get(i).name()).toList();
    return diverted.lateEvent(record, eventTimeMs, diversion.watermarkMs(), metrics);
  }

  private void tellOnce(Reading reading, EventBatch batch, int row) {
    if (!toldOfDeadLetters) {
      toldOfDeadLetters = true;
      LOG.warn(
          "Source {}: {}-{} offset {} is a dead letter, part of no view: {}. It goes to {}; further ones are counted only",
          reader.source().name(),
          reader.source().topic(),
          reading.feed.partition(),
          batch.offset(row),
          batch.reason(row),
          DivertedRecords.DEAD_LETTERS);
    }
  }

  private void outOfRange(OffsetOutOfRangeException e) {
    Set<TopicPartition> partitions = e.offsetOutOfRangePartitions().keySet();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, ASK_BOUND);
    e.offsetOutOfRangePartitions()
        .forEach(
            (partition, position) -> {
              Reading reading = readings.get(partition);
              if (reading == null) {
                return;
              }
              long start = starts.get(partition);
              if (e instanceof LogTruncationException || start <= position) {
                truncated(partition, reading, position);
                return;
              }
              LOG.warn(
                  "Offsets [{}, {}) of {} expired before they were read",
                  position,
                  start,
                  partition);
              if (reading.feed.readFrom() < start) {
                troubles.expired(reading.feed, start);
              }
              if (reading.emitFrom < start) {
                handOver(reading, List.of(), start);
              }
              consumer.seek(partition, start);
            });
  }

  private void truncated(TopicPartition partition, Reading reading, long position) {
    readings.remove(partition);
    consumer.assign(readings.keySet());
    troubles.truncated(
        reading.feed,
        new TopicTruncatedException(partition.topic(), partition.partition(), position)
            .getMessage());
  }

  private void stumble(RuntimeException e) {
    if (trouble.getAndSet(e.getMessage()) == null) {
      LOG.warn(
          "Source {} cannot be read, trying again: {}", reader.source().name(), e.getMessage());
    }
    pause(RETRY);
    readings.forEach(
        (partition, reading) ->
            seek(partition, Math.min(reading.feed.readFrom(), reading.emitFrom)));
  }

  private void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (!stopping && requests.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(CLOSE_BOUND.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

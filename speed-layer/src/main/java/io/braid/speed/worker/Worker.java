package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.fold.Carry;
import io.braid.fold.DuplicateBudgetException;
import io.braid.log.Delivery;
import io.braid.log.KafkaSettings;
import io.braid.speed.generation.Diversion;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.ConsumerPositions;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.Sink;
import io.braid.speed.sink.UndeliveredException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of the group of a source, in a thread of its own: polls, decodes, feeds the folds
 * and emits what leaves Braid.
 *
 * <p>What it folds does not depend on committed offsets; those say up to where dead letters and
 * late events have been emitted. It is a static member of its group, so that a process that comes
 * back after a crash gets its partitions at once and need not wait for its former self to time out.
 */
final class Worker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

  private final SourceReader reader;
  private final Map<Integer, PartitionFeed> feeds;
  private final KnownCarries carries;
  private final DivertedRecords diverted;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Sink sink;
  private final Map<Integer, Decoder> decoders = new HashMap<>();
  private final Map<Integer, Long> emittedFrom = new HashMap<>();
  private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;
  private final AtomicReference<String> sinkTrouble = new AtomicReference<>();
  private long lastCommitNanos = System.nanoTime();
  private boolean emitAgain;
  private boolean toldOfDeadLetters;

  /**
   * Makes a worker that is not started yet.
   *
   * @param feeds one for each partition of the topic
   * @param carries from which it can be decided again which events were dropped as late
   */
  Worker(
      SourceReader reader,
      Map<String, String> kafka,
      String group,
      String member,
      Map<Integer, PartitionFeed> feeds,
      KnownCarries carries,
      DivertedRecords diverted) {
    this.reader = reader;
    this.feeds = feeds;
    this.carries = carries;
    this.diverted = diverted;
    Map<String, Object> settings = KafkaSettings.consumer(kafka);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000");
    this.consumer = new KafkaConsumer<>(settings);
    this.sink =
        Sink.open(
            Delivery.AT_LEAST_ONCE,
            kafka,
            group,
            new ConsumerPositions(consumer, reader.source().topic()));
    this.thread = new Thread(this::run, "braid-speed-" + reader.source().name());
  }

  void start() {
    thread.start();
  }

  /** Returns what keeps the worker from folding, in words. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get()).or(() -> Optional.ofNullable(sinkTrouble.get()));
  }

  private void run() {
    try {
      consumer.subscribe(List.of(reader.source().topic()), new Assignment());
      while (!stopping) {
        try {
          poll();
          trouble.set(null);
        } catch (WakeupException e) {
          LOG.debug("Woken to stop");
        } catch (OffsetOutOfRangeException e) {
          skipLost(e.offsetOutOfRangePartitions());
        } catch (KafkaException e) {
          stumble(e);
        }
      }
      commitLast();
    } catch (RuntimeException | Error e) {
      trouble.set(
          "The worker of source %s stopped: %s"
              .formatted(
                  reader.source().name(),
                  e instanceof DuplicateBudgetException ? e.getMessage() : e.toString()));
      feeds.values().forEach(PartitionFeed::giveUp);
      LOG.error("The worker of source {} stopped", reader.source().name(), e);
    } finally {
      sink.close();
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private void poll() {
    consumer.assignment().forEach(this::prepare);
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    for (TopicPartition partition : records.partitions()) {
      if (decoders.containsKey(partition.partition())) {
        fold(partition, records.records(partition));
      }
    }
    for (TopicPartition partition : owned()) {
      long position = consumer.position(partition);
      PartitionFeed feed = feeds.get(partition.partition());
      if (position > feed.position()) {
        feed.fold(decoders.get(partition.partition()).take(), position);
      }
    }
    if (emitAgain) {
      emitAgain();
    } else if (sink.isFull() || System.nanoTime() - lastCommitNanos > COMMIT_INTERVAL.toNanos()) {
      commitOrEmitAgain();
    }
  }

  /** Commits; when what is emitted cannot be stored, folding goes on. */
  private void commitOrEmitAgain() {
    try {
      commit();
      sinkTrouble.set(null);
    } catch (UndeliveredException e) {
      undelivered(e);
    }
  }

  private void undelivered(UndeliveredException e) {
    if (sinkTrouble.getAndSet(e.getMessage()) == null) {
      LOG.warn("Source {}: {}; trying again", reader.source().name(), e.getMessage());
    }
    emitAgain = true;
  }

  /** Reads the log again, from where outputs were stored last, for their sake alone. */
  private void emitAgain() {
    List<TopicPartition> owned = owned();
    try {
      Map<Integer, Long> from = sink.resume(owned.stream().map(TopicPartition::partition).toList());
      from.forEach(
          (number, offset) -> {
            emittedFrom.put(number, offset);
            feeds.get(number).emitted(offset);
          });
      owned.forEach(this::seek);
      emitAgain = false;
      lastCommitNanos = System.nanoTime();
    } catch (UndeliveredException e) {
      undelivered(e);
    }
  }

  /** Starts an assigned partition where its folds stand, if that has not been done yet. */
  private void prepare(TopicPartition partition) {
    int number = partition.partition();
    if (decoders.containsKey(number) || unknown.contains(number)) {
      return;
    }
    long start = consumer.beginningOffsets(Set.of(partition)).get(partition);
    if (!feeds.containsKey(number)) {
      LOG.warn("{} is new; restart Braid to read it", partition);
      consumer.seek(partition, start); // without a position no partition at all would be polled
      consumer.pause(Set.of(partition));
      unknown.add(number);
      return;
    }
    OffsetAndMetadata emitted = consumer.committed(Set.of(partition)).get(partition);
    long from = emitted == null ? start : emitted.offset();
    emittedFrom.put(number, from);
    if (!feeds.get(number).emitted(from)) {
      // All folds started above what has been emitted, or another owner was meant to emit it.
      KnownCarries.At at =
          carries
              .highest(number, start, Math.max(start, from))
              .orElse(new KnownCarries.At(start, Carry.EMPTY));
      feeds.get(number).judge(reader.judge(number, at.offset(), at.carry()), from);
    }
    decoders.put(number, reader.decoder());
    seek(partition);
  }

  /** Returns the partitions that the topic has got since the start; nobody folds them. */
  Set<Integer> unknownPartitions() {
    return Set.copyOf(unknown);
  }

  private List<TopicPartition> owned() {
    return consumer.assignment().stream()
        .filter(partition -> decoders.containsKey(partition.partition()))
        .toList();
  }

  private void fold(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    Decoder decoder = decoders.get(partition.partition());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      decoder.append(record.offset(), record.timestamp(), record.value());
    }
    EventBatch batch = decoder.take();
    long next = records.get(records.size() - 1).offset() + 1;
    SortedMap<Long, Diversion> late = feeds.get(partition.partition()).fold(batch, next);
    long from = emittedFrom.get(partition.partition());
    try {
      for (int row = 0; row < batch.size() && !emitAgain; row++) {
        if (batch.isDeadLetter(row) && batch.offset(row) >= from) {
          sink.emit(diverted.deadLetter(records.get(row), batch.reason(row)));
          tellOnce(partition, batch, row);
        } else if (!late.isEmpty() && late.containsKey(batch.offset(row))) {
          emitLate(records.get(row), batch.eventTimeMs(row), late.get(batch.offset(row)));
        }
      }
    } catch (UndeliveredException e) {
      undelivered(e);
    }
  }

  private void emitLate(
      ConsumerRecord<byte[], byte[]> record, long eventTimeMs, Diversion diversion) {
    List<String> metrics =
        diversion.metrics().stream().mapToObj(i -> reader.metrics().get(i).name()).toList();
    sink.emit(diverted.lateEvent(record, eventTimeMs, diversion.watermarkMs(), metrics));
  }

  private void tellOnce(TopicPartition partition, EventBatch batch, int row) {
    if (!toldOfDeadLetters) {
      toldOfDeadLetters = true;
      LOG.warn(
          "Source {}: {} offset {} is a dead letter, part of no view: {}. It goes to {}; further ones are counted only",
          reader.source().name(),
          partition,
          batch.offset(row),
          batch.reason(row),
          DivertedRecords.DEAD_LETTERS);
    }
  }

  /** Makes what was emitted count. */
  private void commit() {
    lastCommitNanos = System.nanoTime();
    Map<Integer, Long> offsets = new HashMap<>();
    for (TopicPartition partition : owned()) {
      long position = consumer.position(partition);
      if (position > emittedFrom.get(partition.partition())) {
        offsets.put(partition.partition(), position);
      }
    }
    if (!offsets.isEmpty()) {
      sink.commit(offsets);
      offsets.forEach(
          (number, offset) -> {
            emittedFrom.put(number, offset);
            feeds.get(number).emitted(offset);
          });
    }
  }

  /** Commits at a clean end, so that the next start emits nothing again. */
  private void commitLast() {
    if (!emitAgain) {
      commitOrTell("sent again at the next start");
    }
  }

  private void commitOrTell(String andSo) {
    try {
      commit();
    } catch (UndeliveredException e) {
      emitAgain = true;
      LOG.warn("Source {}: {}; {}", reader.source().name(), e.getMessage(), andSo);
    }
  }

  private void skipLost(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(positions.keySet());
    positions.forEach(
        (partition, position) -> {
          long start = starts.get(partition);
          if (start <= position) {
            throw new TopicTruncatedException(partition.topic(), partition.partition(), position);
          }
          LOG.warn(
              "Offsets [{}, {}) of {} expired before they were read", position, start, partition);
          feeds.get(partition.partition()).skipLost(start);
          consumer.seek(partition, start);
        });
  }

  /**
   * Reads on from where folds stand, or from where records have been emitted up to if that is
   * lower: folds pass over what they know, and nothing that is to be emitted is left out.
   */
  private void seek(TopicPartition partition) {
    long folded = feeds.get(partition.partition()).readFrom();
    consumer.seek(partition, Math.min(folded, emittedFrom.get(partition.partition())));
  }

  private void stumble(KafkaException e) {
    if (trouble.getAndSet(e.getMessage()) == null) {
      LOG.warn(
          "Source {} cannot be read, trying again: {}", reader.source().name(), e.getMessage());
    }
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
    owned().forEach(this::seek);
    emitAgain = true; // some are emitted a second time, and their offsets have to be so, too
  }

  /** Starts partitions where their folds stand. */
  private final class Assignment implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> decoders.remove(partition.partition()));
      partitions.forEach(Worker.this::prepare);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (!emitAgain) {
        commitOrTell("left to the next owner");
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      LOG.debug("Lost {}", partitions);
      emitAgain = true; // without what was emitted for these
    }
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

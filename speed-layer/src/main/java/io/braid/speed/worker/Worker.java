package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.fold.Carry;
import io.braid.fold.DuplicateBudgetException;
import io.braid.log.KafkaSettings;
import io.braid.speed.generation.Diversion;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.UndeliveredException;
import io.braid.time.Timestamps;
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
  private static final Duration EMIT_AGAIN_AFTER = Duration.ofSeconds(10);

  private final SourceReader reader;
  private final Map<Integer, PartitionFeed> feeds;
  private final KnownCarries carries;
  private final DivertedRecords diverted;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Decoder> decoders = new HashMap<>();
  private final Map<Integer, Long> emittedFrom = new HashMap<>();
  private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();
  private final AtomicReference<String> trouble = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;
  private final AtomicReference<String> sinkTrouble = new AtomicReference<>();
  private long lastCommitNanos = System.nanoTime();
  private Duration commitInterval = COMMIT_INTERVAL;
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
    if (System.nanoTime() - lastCommitNanos > commitInterval.toNanos()) {
      commitOrEmitAgain();
    }
  }

  /**
   * Commits; when what is emitted cannot be stored, folding goes on, and after a while the log is
   * read again from where they were stored last, for their sake alone.
   */
  private void commitOrEmitAgain() {
    if (emitAgain) {
      owned().forEach(this::seek);
      emitAgain = false;
      commitInterval = COMMIT_INTERVAL;
      lastCommitNanos = System.nanoTime();
      return;
    }
    try {
      commit();
      sinkTrouble.set(null);
    } catch (UndeliveredException e) {
      if (sinkTrouble.getAndSet(e.getMessage()) == null) {
        LOG.warn("Source {}: {}; trying again", reader.source().name(), e.getMessage());
      }
      emitAgain = true;
      commitInterval = EMIT_AGAIN_AFTER;
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
    for (int row = 0; row < batch.size(); row++) {
      if (batch.isDeadLetter(row) && batch.offset(row) >= from) {
        diverted.deadLetter(reader.source().name(), records.get(row), batch.reason(row));
        tellOnce(partition, batch, row);
      } else if (!late.isEmpty() && late.containsKey(batch.offset(row))) {
        emitLate(records.get(row), batch.eventTimeMs(row), late.get(batch.offset(row)));
      }
    }
  }

  private void emitLate(
      ConsumerRecord<byte[], byte[]> record, long eventTimeMs, Diversion diversion) {
    String reason =
        "late: event time %s, watermark %s"
            .formatted(Timestamps.format(eventTimeMs), Timestamps.format(diversion.watermarkMs()));
    List<String> metrics =
        diversion.metrics().stream().mapToObj(i -> reader.metrics().get(i).name()).toList();
    diverted.lateEvent(reader.source().name(), record, reason, metrics);
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

  /**
   * Makes what was emitted count: stored first, then committed, so that a crash repeats, never
   * omits.
   */
  private void commit() {
    lastCommitNanos = System.nanoTime();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : owned()) {
      long position = consumer.position(partition);
      if (position > emittedFrom.get(partition.partition())) {
        offsets.put(partition, new OffsetAndMetadata(position));
      }
    }
    if (!offsets.isEmpty()) {
      diverted.flush();
      consumer.commitSync(offsets);
      offsets.forEach(
          (partition, o) -> {
            emittedFrom.put(partition.partition(), o.offset());
            feeds.get(partition.partition()).emitted(o.offset());
          });
    }
  }

  /** Commits at a clean end, so that the next start emits nothing again. */
  private void commitLast() {
    try {
      commit();
    } catch (WakeupException e) {
      // The wake-up to stop came between two polls, where it waited for the next blocking call.
      commit();
    } catch (UndeliveredException e) {
      LOG.warn(
          "Source {}: {}; sent again at the next start", reader.source().name(), e.getMessage());
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
      try {
        commit();
      } catch (UndeliveredException e) {
        LOG.warn("Source {}: {}; left to the next owner", reader.source().name(), e.getMessage());
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      LOG.debug("Lost {}", partitions);
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

package io.braid.speed.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.Carry;
import io.braid.speed.checkpoint.TestingFolds;
import io.braid.speed.generation.LiveFold;
import io.braid.speed.generation.PartitionFeed;
import io.braid.speed.sink.DivertedRecords;
import io.braid.speed.sink.ScriptedSink;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every record here is a dead letter, so that what comes out is what went in. */
@Timeout(30)
class WorkerTest {

  private static final TopicPartition PARTITION =
      new TopicPartition(TestingFolds.SOURCE.topic(), TestingFolds.PARTITION);

  private static final TopicPartition LEADERLESS =
      new TopicPartition(TestingFolds.SOURCE.topic(), TestingFolds.PARTITION + 1);

  private static final int EPOCH = 5;

  private record Asked(OptionalLong offset, long turn) {}

  /** A log of one partition whose broker fails when it is told to. */
  private static final class FailingConsumer extends MockConsumer<byte[], byte[]> {

    private final List<ConsumerRecord<byte[], byte[]>> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger failingStarts = new AtomicInteger();
    private final AtomicInteger failingEnds = new AtomicInteger();
    private final AtomicInteger wokenStarts = new AtomicInteger();
    private final AtomicInteger failingPositions = new AtomicInteger();

    /** The end behind something that is no record, such as the marker of an aborted transaction. */
    private volatile OffsetAndMetadata marker;

    FailingConsumer() {
      super("none");
    }

    /** What a mock gave it has no more; a log has it. */
    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      if (assignment().contains(PARTITION)) {
        long position = super.position(PARTITION);
        log.stream().filter(record -> record.offset() >= position).forEach(this::addRecord);
      }
      sleep(1);
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      if (marker != null && super.position(PARTITION) == marker.offset() - 1) {
        seek(PARTITION, marker.offset());
        return new ConsumerRecords<>(Map.of(), Map.of(PARTITION, marker));
      }
      return records;
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(
        Collection<TopicPartition> partitions) {
      if (failingStarts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new TimeoutException("no start is known");
      }
      if (wokenStarts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new WakeupException();
      }
      return super.beginningOffsets(partitions);
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions) {
      if (failingEnds.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new TimeoutException("no end is known");
      }
      return super.endOffsets(partitions);
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      return position(partition, Duration.ofMinutes(1));
    }

    /** Waits as long as it may for the partition without a leader. */
    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
      if (partition.equals(LEADERLESS)) {
        sleep(timeout.toMillis());
        throw new TimeoutException("the position cannot be validated");
      }
      if (failingPositions.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new TimeoutException("the position is being validated");
      }
      return super.position(partition);
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      if (partitions.contains(LEADERLESS)) {
        sleep(timeout.toMillis());
        throw new TimeoutException("no leader is known");
      }
      return super.endOffsets(partitions, timeout);
    }
  }

  private final FailingConsumer consumer = new FailingConsumer();
  private final ScriptedSink sink = new ScriptedSink();
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> expired = new LinkedBlockingQueue<>();
  private final Emitter emitter =
      new Emitter("plays", sink, (partition, offset, turn) -> asked.add(new Asked(offset, turn)));
  private final SourceReader reader = new SourceReader(TestingFolds.SOURCE, TestingFolds.METRICS);
  private final Worker worker =
      new Worker(
          reader,
          consumer,
          KnownCarries.NONE,
          new DivertedRecords("plays", TestingFolds.TOPIC_ID),
          () -> false,
          new Worker.Troubles() {
            @Override
            public void expired(PartitionFeed feed, long start) {
              feed.skipLost(start);
              expired.add(start);
            }

            @Override
            public void truncated(PartitionFeed feed, String reason) {
              throw new AssertionError(reason);
            }

            @Override
            public void stopped() {}
          });
  private final PartitionFeed feed =
      new PartitionFeed(TestingFolds.PARTITION, 0, TestingFolds.METRICS.size());
  private final LiveFold fold = reader.fold(TestingFolds.PARTITION, 0, Carry.EMPTY);

  @BeforeEach
  void start() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 1_000L));
    assertThat(feed.join(fold)).isTrue();
    emitter.start();
    worker.start(emitter);
    worker.read(feed);
    await(() -> consumer.assignment().contains(PARTITION));
  }

  @AfterEach
  void close() {
    worker.close();
    emitter.close();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      sleep(5);
    }
  }

  private void append(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      consumer.log.add(
          new ConsumerRecord<>(
              PARTITION.topic(),
              PARTITION.partition(),
              offset,
              0L,
              TimestampType.CREATE_TIME,
              -1,
              1,
              null,
              "?".getBytes(UTF_8),
              new RecordHeaders(),
              Optional.of(EPOCH)));
    }
  }

  private Asked nextAsked() throws InterruptedException {
    emitter.own(TestingFolds.PARTITION);
    Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private void emitFrom(Asked begun) {
    worker.emitFrom(TestingFolds.PARTITION, begun.offset(), begun.turn());
  }

  private void assertEmitted(long from, long to) {
    await(() -> emitter.committed(TestingFolds.PARTITION).orElse(0) >= to);
    assertThat(sink.delivered()).isEqualTo(LongStream.range(from, to).boxed().toList());
  }

  @Test
  void whatWasFoldedBeforeItWasOwnedIsReadAgainForItsOutputs() throws Exception {
    append(0, 10);
    await(() -> feed.position() == 10);
    Asked turn = nextAsked();
    emitFrom(turn);
    assertEmitted(0, 10);
  }

  @Test
  void outputsAreNotPassedOverWhenTheirBeginningFailsHalfway() throws Exception {
    append(0, 10);
    await(() -> feed.position() == 10);
    Asked turn = nextAsked();
    consumer.failingPositions.set(1);
    consumer.failingEnds.set(1);
    consumer.failingStarts.set(1);
    emitFrom(turn);
    assertEmitted(0, 10);
    assertThat(consumer.failingStarts).hasValue(0);
  }

  @Test
  void aPartitionWithoutALeaderKeepsNobodyFromTheOthers() throws Exception {
    PartitionFeed other = new PartitionFeed(LEADERLESS.partition(), 0, OptionalInt.of(EPOCH), 3);
    worker.read(other);
    await(() -> consumer.assignment().contains(LEADERLESS));
    emitFrom(nextAsked());
    for (long end = 10; end <= 100; end += 10) {
      worker.emitFrom(LEADERLESS.partition(), OptionalLong.empty(), end);
      append(end - 10, end);
      assertEmitted(0, end);
    }
    assertThat(worker.trouble()).isEmpty();
  }

  @Test
  void outputsOfAPartitionWithoutALeaderAreBegunWhenItHasOne() throws Exception {
    Node none = Node.noNode();
    Node[] replicas = new Node[0];
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(
            new PartitionInfo(PARTITION.topic(), PARTITION.partition(), none, replicas, replicas)));
    consumer.failingEnds.set(1);
    append(0, 10);
    await(() -> feed.position() == 10);
    emitFrom(nextAsked());
    sleep(1_200); // in which it is tried twice
    assertThat(consumer.failingEnds).as("nobody is asked for it").hasValue(1);
    consumer.updatePartitions(PARTITION.topic(), List.of());
    assertEmitted(0, 10);
  }

  @Test
  void theEpochOfWhatIsNoRecordGoesWithThePositionBehindIt() {
    append(0, 10);
    await(() -> feed.position() == 10);
    assertThat(feed.leaderEpoch()).hasValue(EPOCH);
    consumer.marker = new OffsetAndMetadata(11, Optional.of(EPOCH + 1), "");
    await(() -> feed.position() == 11);
    assertThat(feed.leaderEpoch()).hasValue(EPOCH + 1);
    assertThat(fold.position()).isEqualTo(11);
  }

  @Test
  void offsetsBehindWhichNothingIsLeftToEmitCountAsEmitted() throws Exception {
    append(0, 10);
    emitFrom(nextAsked());
    assertEmitted(0, 10);
    consumer.marker = new OffsetAndMetadata(11, Optional.of(EPOCH + 1), "");
    await(() -> emitter.committed(TestingFolds.PARTITION).orElse(0) == 11);
  }

  @Test
  void anEarlierTurnThatBeginsLateDoesNotEndALaterOne() throws Exception {
    Asked first = nextAsked();
    consumer.failingEnds.set(1);
    emitFrom(first);
    await(() -> consumer.failingEnds.get() == 0);
    emitter.disown(Set.of(TestingFolds.PARTITION)).get();
    Asked second = nextAsked();
    assertThat(second.turn()).isGreaterThan(first.turn());
    emitFrom(second);
    sleep(800); // what was put off comes half a second later
    append(0, 10);
    assertEmitted(0, 10);
  }

  @Test
  void offsetsThatExpiredAreAskedForAgainWhenNoBrokerAnswers() throws Exception {
    consumer.failingStarts.set(1);
    consumer.wokenStarts.set(1);
    for (int i = 0; i < 3; i++) {
      consumer.schedulePollTask(
          () -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 0L))));
    }
    consumer.updateBeginningOffsets(Map.of(PARTITION, 5L));
    assertThat(expired.poll(10, TimeUnit.SECONDS)).isEqualTo(5);
    await(() -> worker.trouble().isEmpty());
    append(5, 10);
    emitFrom(nextAsked());
    assertEmitted(5, 10);
  }
}

package io.braid.speed.worker;

import io.braid.decode.Decoder;
import io.braid.decode.EventBatch;
import io.braid.log.KafkaSettings;
import io.braid.speed.generation.LiveFold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Folds partitions from where their folds stand, on a consumer of its own outside any group: for
 * catch-ups and replays. One thread.
 */
public final class LogReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SourceReader reader;
  private final LostOffsets lost;
  private final Map<Integer, Decoder> decoders = new HashMap<>();
  private final Map<Integer, LiveFold> folds = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();

  /**
   * Opens a consumer.
   *
   * @param kafka client properties, with {@code bootstrap.servers}
   * @param lost what becomes of offsets that expired before they were read
   */
  public LogReader(Map<String, String> kafka, SourceReader reader, LostOffsets lost) {
    this.lost = lost;
    this.topic = reader.source().topic();
    this.consumer = new KafkaConsumer<>(KafkaSettings.consumer(kafka));
    this.reader = reader;
  }

  /** Reads for {@code fold} too, up to {@code end}, exclusive; Long.MAX_VALUE for no end. */
  public void add(LiveFold fold, long end) {
    folds.put(fold.partition(), fold);
    ends.put(fold.partition(), end);
    decoders.put(fold.partition(), reader.decoder());
    assign();
    consumer.seek(new TopicPartition(topic, fold.partition()), fold.position());
  }

  /** Reads no longer for the fold of {@code partition}. */
  public void remove(int partition) {
    folds.remove(partition);
    ends.remove(partition);
    assign();
  }

  private void assign() {
    List<TopicPartition> partitions = new ArrayList<>();
    folds.keySet().forEach(partition -> partitions.add(new TopicPartition(topic, partition)));
    consumer.assign(partitions);
  }

  /** Reads what comes next, for at most some 100 ms, and folds it. */
  public void poll() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      skipLost(e.offsetOutOfRangePartitions());
      return;
    }
    for (TopicPartition partition : Set.copyOf(consumer.assignment())) {
      LiveFold fold = folds.get(partition.partition());
      long end = ends.get(partition.partition());
      EventBatch batch = decode(partition.partition(), records.records(partition), end);
      fold.fold(batch, Math.min(end, consumer.position(partition)));
    }
  }

  private EventBatch decode(int partition, List<ConsumerRecord<byte[], byte[]>> records, long end) {
    Decoder decoder = decoders.get(partition);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() < end) {
        decoder.append(record.offset(), record.timestamp(), record.value());
      }
    }
    return decoder.take();
  }

  private void skipLost(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(positions.keySet());
    positions.forEach(
        (partition, position) -> {
          long start = starts.get(partition);
          if (start <= position) {
            throw new TopicTruncatedException(partition.topic(), partition.partition(), position);
          }
          long next = Math.min(start, ends.get(partition.partition()));
          lost.pass(folds.get(partition.partition()), next);
          consumer.seek(partition, start);
        });
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}

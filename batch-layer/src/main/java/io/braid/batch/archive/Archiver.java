package io.braid.batch.archive;

import io.braid.definition.Source;
import io.braid.log.KafkaSettings;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.log.Topics;
import io.braid.store.ArchiveFile;
import io.braid.store.ArchiveListing;
import io.braid.store.Store;
import io.braid.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives a topic up to a position: each record once, whatever happened to earlier attempts,
 * because the listing of finished files alone decides what is next. One thread a source.
 */
public final class Archiver {

  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);

  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * A file is finished at this size: large enough to scan fast, small enough to redo after a crash.
   */
  private static final long FILE_BYTES = 256L << 20;

  private final Store store;
  private final Map<String, String> kafka;
  private final Topics topics;

  public Archiver(Store store, Map<String, String> kafka, Topics topics) {
    this.store = store;
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Archives every record below {@code end} that is not archived yet. Offsets that expired before
   * are kept as a hole.
   *
   * @param cancelled asked between polls; once true the call ends early, with whole files only
   * @throws StoreException when the archive cannot be written
   */
  public void archive(Source source, Topics.Topic topic, Position end, BooleanSupplier cancelled) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(KafkaSettings.consumer(kafka))) {
      Map<TopicPartition, PartitionWriter> writers = new TreeMap<>(BY_PARTITION);
      try {
        open(source, topic, end, writers);
        copy(consumer, writers, topic, end, cancelled);
      } finally {
        for (PartitionWriter writer : writers.values()) {
          writer.close();
        }
      }
    } catch (IOException e) {
      throw new StoreException(
          "Cannot archive source %s: %s".formatted(source.name(), e.getMessage()), e);
    }
  }

  private static final java.util.Comparator<TopicPartition> BY_PARTITION =
      java.util.Comparator.comparingInt(TopicPartition::partition);

  private void open(
      Source source,
      Topics.Topic topic,
      Position end,
      Map<TopicPartition, PartitionWriter> writers) {
    Position starts = topics.starts(topic);
    for (int partition : end.partitions()) {
      Path folder = store.archive(source.name(), topic.id(), partition);
      store.deleteTemporaries(folder);
      long start = starts.offset(partition);
      long next = ArchiveListing.of(store, folder).next().orElse(start);
      if (next < start) {
        keepHole(folder, new OffsetRange(partition, next, start));
        next = start;
      }
      if (next < end.offset(partition)) {
        writers.put(
            new TopicPartition(topic.name(), partition),
            new PartitionWriter(
                store,
                folder,
                ArchiveFile.schema(source.schema()),
                ArchiveFile.stamp(source),
                source.decoder(),
                next));
      }
    }
  }

  private void keepHole(Path folder, OffsetRange hole) {
    LOG.warn(
        "Offsets [{}, {}) of partition {} expired before they were archived",
        hole.from(),
        hole.to(),
        hole.partition());
    store.putIfAbsent(
        new Path(folder, ArchiveListing.holeName(hole.from(), hole.to())), new byte[0]);
  }

  private void copy(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, PartitionWriter> writers,
      Topics.Topic topic,
      Position end,
      BooleanSupplier cancelled)
      throws IOException {
    List<TopicPartition> open = new ArrayList<>(writers.keySet());
    consumer.assign(open);
    for (TopicPartition partition : open) {
      consumer.seek(partition, writers.get(partition).from());
    }
    while (!open.isEmpty() && !cancelled.getAsBoolean()) {
      try {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (TopicPartition partition : records.partitions()) {
          append(records.records(partition), writers.get(partition), end);
        }
      } catch (OffsetOutOfRangeException e) {
        throw new StoreException(
            "Cannot archive topic %s: records expired while they were read; run again to go on behind them"
                .formatted(topic.name()),
            e);
      }
      List<TopicPartition> finished = new ArrayList<>();
      for (TopicPartition partition : open) {
        PartitionWriter writer = writers.get(partition);
        long position = consumer.position(partition);
        if (position >= end.offset(partition.partition())) {
          writer.roll(end.offset(partition.partition()));
          finished.add(partition);
        } else if (writer.bytes() >= FILE_BYTES) {
          writer.roll(position);
        }
      }
      if (!finished.isEmpty()) {
        open.removeAll(finished);
        consumer.assign(open);
      }
    }
  }

  private static void append(
      List<ConsumerRecord<byte[], byte[]>> records, PartitionWriter writer, Position end)
      throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() < end.offset(record.partition())) {
        writer.append(record);
      }
    }
  }
}

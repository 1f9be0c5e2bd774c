package io.braid.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic of a real broker, made and read back by a test.
 *
 * @param bootstrapServers of the broker
 * @param name of the topic
 * @param partitions it has
 */
public record TestingTopic(String bootstrapServers, String name, int partitions) {

  public static TestingTopic create(String bootstrapServers, String name, int partitions)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
          .all()
          .get();
    }
    return new TestingTopic(bootstrapServers, name, partitions);
  }

  /** Reads every record up to the ends of now, in the order of each partition. */
  public List<ConsumerRecord<byte[], byte[]>> records() {
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(name, partition))
            .collect(Collectors.toList());
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "none");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long expected = consumer.endOffsets(all).values().stream().mapToLong(end -> end).sum();
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (records.size() < expected) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** Returns the values of all records as text. */
  public List<String> values() {
    return records().stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .collect(Collectors.toList());
  }
}

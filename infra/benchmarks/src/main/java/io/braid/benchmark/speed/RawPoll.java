package io.braid.benchmark.speed;

import io.braid.log.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What the consumer alone does, with the speed layer's own settings: polls and adds up the lengths
 * of the values. Nothing that reads through it can be faster.
 */
public final class RawPoll {

  private RawPoll() {}

  /** Takes the brokers' addresses, the topic, how many events it has, and how many are warm-up. */
  public static void main(String[] args) {
    TopicPartition partition = new TopicPartition(args[1], 0);
    long total = Long.parseLong(args[2]);
    Lap lap = new Lap(Long.parseLong(args[3]));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(KafkaSettings.consumer(Map.of("bootstrap.servers", args[0])))) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      long records = 0;
      long bytes = 0;
      while (records < total) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          records++;
          bytes += record.value().length;
        }
        lap.reached(records);
      }
      System.out.println(lap.end(records) + " plays=" + records + " bytes=" + bytes);
    }
  }
}

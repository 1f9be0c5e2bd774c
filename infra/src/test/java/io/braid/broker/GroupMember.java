package io.braid.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a group of the new protocol, also as a process to be killed. */
final class GroupMember {

  private GroupMember() {}

  /**
   * Polls for ever.
   *
   * @param args the broker's address, the group, the client's id and the topic
   */
  public static void main(String[] args) {
    try (KafkaConsumer<byte[], byte[]> consumer = join(args[0], args[1], args[2], args[3])) {
      while (true) {
        consumer.poll(Duration.ofMillis(50));
      }
    }
  }

  /** Returns a consumer that subscribes to a topic; it joins when it is polled. */
  static KafkaConsumer<byte[], byte[]> join(
      String bootstrapServers, String group, String clientId, String topic) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "group.protocol", "consumer",
            "group.id", group,
            "client.id", clientId,
            "enable.auto.commit", "false"));
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }
}

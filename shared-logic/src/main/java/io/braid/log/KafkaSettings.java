package io.braid.log;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Client settings that every reader of a log must share for its answers to be right. */
public final class KafkaSettings {

  private KafkaSettings() {}

  /**
   * Returns settings of a consumer of raw bytes: committed records only, no automatic offsets. What
   * correctness rests on overrides what the user set.
   *
   * @param kafka the user's client properties, with {@code bootstrap.servers}
   */
  public static Map<String, Object> consumer(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // More would have left the second-level cache before they are decoded.
    settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2500");
    settings.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "4194304");
    settings.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, "1048576");
    return settings;
  }
}

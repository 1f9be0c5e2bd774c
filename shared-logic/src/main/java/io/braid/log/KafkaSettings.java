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
   * correctness rests on overrides what the user set; the others are chosen for freshness first:
   *
   * <ul>
   *   <li>{@code fetch.min.bytes} 1: a broker answers as soon as there is a record, and not when
   *       there are many. Readers that lag still get much at once, because much is there.
   *   <li>{@code fetch.max.wait.ms} stays Kafka's 500: with one byte wanted nobody waits for it but
   *       readers of a log without news, whom a shorter time would only have ask more often.
   *   <li>{@code max.partition.fetch.bytes} 4 MB and a receive buffer of 1 MB: what one answer may
   *       carry when a reader catches up; at the end of the log answers are as small as the news.
   *   <li>{@code max.poll.records} bounds what is folded between two looks at the position, and so
   *       how long a query waits for a fold's lock.
   * </ul>
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
    settings.putIfAbsent(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
    return settings;
  }
}

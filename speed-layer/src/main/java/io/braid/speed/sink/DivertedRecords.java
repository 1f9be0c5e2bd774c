package io.braid.speed.sink;

import io.braid.time.Timestamps;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes outputs of the records that metrics do without: dead letters go to {@value #DEAD_LETTERS},
 * and events dropped as late to {@value #LATE_EVENTS}. Key, value and headers go as they came, and
 * where they came from and why stand in the headers of an {@link Output}.
 *
 * @param source whose records they are
 * @param topicId that Kafka gave the source's topic
 */
public record DivertedRecords(String source, String topicId) {

  /** Where dead letters go. */
  public static final String DEAD_LETTERS = "braid.dead-letters";

  /** Where late events go that a metric has dropped. */
  public static final String LATE_EVENTS = "braid.late-events";

  /** Returns the output of a record that could not be decoded. */
  public Output deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
    return output(DEAD_LETTERS, record, Map.of(Output.REASON, reason));
  }

  /**
   * Returns the output of a late event.
   *
   * @param eventTimeMs of the event
   * @param watermarkMs before the event: what it came too late for
   * @param metrics that dropped it, at least one
   */
  public Output lateEvent(
      ConsumerRecord<byte[], byte[]> record,
      long eventTimeMs,
      long watermarkMs,
      List<String> metrics) {
    String reason =
        "late: event time %s, watermark %s"
            .formatted(Timestamps.format(eventTimeMs), Timestamps.format(watermarkMs));
    return output(
        LATE_EVENTS,
        record,
        Map.of(Output.REASON, reason, Output.METRICS, String.join(",", metrics)));
  }

  private Output output(
      String topic, ConsumerRecord<byte[], byte[]> record, Map<String, String> stated) {
    return new Output(
        new Origin(source, topicId, record.partition(), record.offset()),
        topic,
        record.key(),
        record.value(),
        List.of(record.headers().toArray()),
        stated);
  }
}

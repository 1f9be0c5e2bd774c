package io.braid.speed.sink;

/**
 * The record that an output comes from.
 *
 * @param source whose topic it is of
 * @param topicId that Kafka gave the topic: one created again under the same name has another
 * @param partition of the topic
 * @param offset of the record
 */
public record Origin(String source, String topicId, int partition, long offset) {

  /** Returns {@code <source>/<topic id>/<partition>/<offset>}: the same for ever. */
  public String id() {
    return source + "/" + topicId + "/" + partition + "/" + offset;
  }
}

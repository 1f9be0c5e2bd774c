package io.braid.speed.worker;

/**
 * A log ends below a position that was folded already: another topic of the same name, or lost
 * data.
 */
public final class TopicTruncatedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicTruncatedException(String topic, int partition, long position) {
    super(
        ("Cannot go on with topic %s: partition %d ends below offset %d, which was read before;"
                + " was the topic deleted and created again?")
            .formatted(topic, partition, position));
  }
}

package io.braid.speed.worker;

import io.braid.log.Topics;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the topic of a source is the one that is folded, and how many partitions it has: they
 * only become more. One thread looks; any may ask what was seen.
 */
final class TopicWatch {

  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

  /** A broker that has just started may not know its topics for a moment. */
  private static final int LOOKS_WITHOUT_TOPIC = 3;

  private final String source;
  private final Topics topics;
  private volatile Topics.Topic topic;
  private volatile String gone;
  private int without;

  TopicWatch(SpeedSetup setup) {
    this.source = setup.reader().source().name();
    this.topics = setup.topics();
    this.topic = setup.topic();
  }

  /** Returns the topic that is folded, as it was seen last. */
  Topics.Topic topic() {
    return topic;
  }

  /** Returns why there is nothing to be read any more, in words. */
  Optional<String> gone() {
    return Optional.ofNullable(gone);
  }

  /**
   * Looks at the topic. Another one of the same name is another log: nothing of it may be mixed
   * with this one, and it stays so.
   */
  void look() {
    Optional<Topics.Topic> now = topics.find(topic.name());
    if (gone != null) {
      return;
    }
    if (now.isPresent() && now.get().id().equals(topic.id())) {
      without = 0;
      if (now.get().partitions() > topic.partitions()) {
        LOG.info(
            "Source {}: topic {} has {} partitions now, it had {}",
            source,
            topic.name(),
            now.get().partitions(),
            topic.partitions());
      }
      topic = now.get();
    } else if (now.isPresent() || ++without >= LOOKS_WITHOUT_TOPIC) {
      gone =
          "source %s: topic %s was deleted%s; restart Braid to read it from its beginning"
              .formatted(source, topic.name(), now.isPresent() ? " and created again" : "");
      LOG.error("Nothing is served any more of {}", gone);
    }
  }
}

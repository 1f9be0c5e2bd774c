package io.braid.platform;

import io.braid.definition.DefinitionException;
import io.braid.definition.DefinitionText;
import io.braid.definition.Definitions;
import io.braid.definition.Source;
import io.braid.log.Topics;
import io.braid.store.SharedToken;
import io.braid.store.Store;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What every process of a Braid works in: the same definitions, store and Kafka.
 *
 * @param kafka client properties, with {@code bootstrap.servers}
 * @param topicOf the topics of the sources, by source; made where there were none
 * @param token that workers and servers show each other
 */
record Environment(
    Definitions definitions,
    Store store,
    Map<String, String> kafka,
    Topics topics,
    Map<String, Topics.Topic> topicOf,
    SharedToken token,
    InstantSource clock) {

  static final String BOOTSTRAP = "bootstrap.servers";

  /** Reads the definitions that the options name. */
  static DefinitionText read(PlatformOptions options) {
    return DefinitionText.read(
        options.config(), System.getenv(), options.store().map(Environment::storeUri));
  }

  /** Opens what the definitions name; what is opened is closed by {@code resources}. */
  static Environment open(Definitions definitions, Map<String, String> kafka, Resources resources) {
    Store store = Store.open(definitions.store());
    Topics topics = resources.open(new Topics(kafka));
    Map<String, Topics.Topic> topicOf = new LinkedHashMap<>();
    for (Source source : definitions.sources().values()) {
      topicOf.put(source.name(), topics.findOrCreate(source.topic(), source.partitions()));
    }
    return new Environment(
        definitions,
        store,
        kafka,
        topics,
        topicOf,
        SharedToken.of(definitions.speed().token(), store),
        InstantSource.system());
  }

  /**
   * Returns client properties for a process that is one of several: they must meet at a broker.
   *
   * @throws DefinitionException when the file names none
   */
  static Map<String, String> sharedKafka(
      Definitions definitions, PlatformOptions options, String command) {
    if (!definitions.kafka().containsKey(BOOTSTRAP)) {
      throw new DefinitionException(
          options.config().toString(),
          "`braid %s` needs a broker that it shares with other processes; set 'kafka: {bootstrap.servers: HOST:PORT}'"
              .formatted(command),
          null);
    }
    return definitions.kafka();
  }

  private static URI storeUri(String store) {
    if (store.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      return URI.create(store);
    }
    // Ends with a slash once the directory exists; the first start and the second must agree.
    String uri = Path.of(store).toUri().toString();
    return URI.create(
        uri.length() > "file:///".length() && uri.endsWith("/")
            ? uri.substring(0, uri.length() - 1)
            : uri);
  }

  /** Returns the sources, in writing order. */
  List<Source> sources() {
    return List.copyOf(definitions.sources().values());
  }

  /** Returns the topic of a source. */
  Topics.Topic topic(Source source) {
    return topicOf.get(source.name());
  }

  /**
   * Returns the consumer group of a source: the same for all processes over one store, another for
   * another store, so that two Braids over one Kafka do not take each other's partitions.
   */
  String group(Source source) {
    UUID id =
        UUID.nameUUIDFromBytes(definitions.store().toString().getBytes(StandardCharsets.UTF_8));
    return "braid.%s.%s.%s"
        .formatted(definitions.name(), id.toString().substring(0, 8), source.name());
  }
}

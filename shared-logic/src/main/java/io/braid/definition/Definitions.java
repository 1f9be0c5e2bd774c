package io.braid.definition;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * What {@code braid.yaml} says, checked.
 *
 * @param name of this Braid
 * @param store where everything lasting is kept; a URI of a Hadoop file system, absolute
 * @param kafka client properties; without {@code bootstrap.servers} an embedded broker is wanted
 * @param http where to listen
 * @param sources by name, in writing order
 * @param metrics by name, in writing order
 */
public record Definitions(
    String name,
    URI store,
    Map<String, String> kafka,
    Http http,
    Map<String, Source> sources,
    Map<String, Metric> metrics) {

  /** Where the HTTP server listens. */
  public record Http(String host, int port) {}

  /** Returns the metrics over {@code source}, in writing order. */
  public List<Metric> metricsOf(Source source) {
    return metrics.values().stream().filter(m -> m.source().equals(source.name())).toList();
  }
}

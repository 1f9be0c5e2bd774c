package io.braid.definition;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code braid.yaml} says, checked. The maps keep the order of writing.
 *
 * @param name of this Braid
 * @param store where everything lasting is kept; a URI of a Hadoop file system, absolute
 * @param kafka client properties; without {@code bootstrap.servers} an embedded broker is wanted
 * @param http where to listen
 * @param speed how the speed layer works
 * @param sources by name, in writing order
 * @param metrics by name, in writing order
 * @param views SQL over merged metrics, by name
 * @param schedules by name
 */
public record Definitions(
    String name,
    URI store,
    Map<String, String> kafka,
    Http http,
    SpeedSettings speed,
    Map<String, Source> sources,
    Map<String, Metric> metrics,
    Map<String, String> views,
    Map<String, Schedule> schedules) {

  /**
   * Where the HTTP server listens.
   *
   * @param port 0 picks a free one
   */
  public record Http(String host, int port) {}

  public Definitions {
    kafka = copy(kafka);
    sources = copy(sources);
    metrics = copy(metrics);
    views = copy(views);
    schedules = copy(schedules);
  }

  private static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map)); // Map.copyOf loses the order
  }

  /** Returns the same definitions over another store. */
  public Definitions withStore(URI otherStore) {
    return new Definitions(
        name, otherStore, kafka, http, speed, sources, metrics, views, schedules);
  }

  /** Returns the metrics over {@code source}, in writing order. */
  public List<Metric> metricsOf(Source source) {
    return metrics.values().stream().filter(m -> m.source().equals(source.name())).toList();
  }
}

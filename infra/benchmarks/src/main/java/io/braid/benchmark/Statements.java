package io.braid.benchmark;

import io.braid.decode.Decoder;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.demo.DemoTour;
import io.braid.fold.Carry;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionFold;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A source and the metrics over it, compiled from a definition as a user would write it.
 *
 * @param source the playback source
 * @param plans of its metrics
 */
record Statements(Source source, List<MetricPlan> plans) {

  private static final String EXTENDED =
      """
      name: benchmark
      sources:
        playback:
          topic: playback
          columns:
            event_id: string
            user_id: string
            service: string
            status: string
            latency_ms: double
            country: {type: string, path: client.geo.country}
            event_time: timestamp
            bytes: bigint
            cached: boolean
          event_time: event_time
          watermark: 5s
          %s
      metrics:
        measured:
          time_zone: %s
          sql: |
            %s
      """;

  /** What the demo's events are measured by where one metric is enough. */
  private static final String ONE_METRIC =
      """
      metrics:
        measured: |
          SELECT service, country, COUNT(*) AS plays, COUNT(*) FILTER (WHERE status = 'error') AS errors,
                 SUM(latency_ms) AS total_ms, MAX(latency_ms) AS max_ms,
                 APPROX_COUNT_DISTINCT(user_id) AS viewers
          FROM playback GROUP BY service, country, TUMBLE(event_time, INTERVAL '1' MINUTE)
      """;

  /** Returns the demo's definition, of events that are written so. */
  static Statements demo(Encoding encoding) {
    return parse(demoDefinition()).reading(encoding);
  }

  /**
   * Returns one metric over the demo's source, of events that are written so: count, filtered
   * count, sum, greatest and distinct values by service, country and minute.
   */
  static Statements oneMetric(Encoding encoding) {
    String definition = demoDefinition();
    String source = definition.substring(0, definition.indexOf("metrics:"));
    return parse(source + ONE_METRIC).reading(encoding);
  }

  private static String demoDefinition() {
    try (InputStream file = DemoTour.class.getResourceAsStream("/demo/braid.yaml")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the demo's definition", e);
    }
  }

  /** Returns one metric, in UTC and without a duplicate rule, over {@link Traffic#extended}. */
  static Statements of(String sql) {
    return of(sql, "UTC", false);
  }

  /**
   * Returns one metric over {@link Traffic#extended}.
   *
   * @param deduplicate whether an event id is remembered, for 10 minutes
   */
  static Statements of(String sql, String timeZone, boolean deduplicate) {
    String rule = deduplicate ? "deduplicate: {by: event_id, within: 10m}" : "";
    return parse(EXTENDED.formatted(rule, timeZone, sql));
  }

  private static Statements parse(String yaml) {
    Definitions definitions =
        DefinitionLoader.parse(Path.of("benchmark.yaml"), yaml, name -> Optional.empty());
    Source source = definitions.sources().values().iterator().next();
    return new Statements(
        source, definitions.metricsOf(source).stream().map(Metric::plan).toList());
  }

  private Statements reading(Encoding encoding) {
    Source other =
        new Source(
            source.name(),
            source.topic(),
            source.partitions(),
            encoding.format(),
            source.schema(),
            source.rules(),
            source.duplicates(),
            source.decodeFingerprint());
    return new Statements(other, plans);
  }

  /** Returns a decoder of the columns that the metrics read. */
  Decoder decoder() {
    Set<Integer> wanted = new TreeSet<>();
    plans.forEach(plan -> wanted.addAll(plan.reads()));
    return source.decoder(wanted);
  }

  /** Returns a fold from the start of the partition. */
  PartitionFold fold() {
    return new PartitionFold(0, source.rules(), plans, 0, Carry.EMPTY);
  }
}

package io.braid.benchmark.speed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The definition that the speed layer is measured by, and the statement that its peers get too. */
final class Definition {

  /** Runs unchanged in Braid and in Flink. */
  static final String STATEMENT =
      """
      SELECT service, country,
             COUNT(*) AS plays, COUNT(*) FILTER (WHERE status = 'error') AS errors,
             SUM(latency_ms) AS total_ms, MAX(latency_ms) AS max_ms,
             COUNT(DISTINCT user_id) AS viewers
      FROM playback GROUP BY service, country, TUMBLE(event_time, INTERVAL '1' MINUTE)
      """;

  /** The same in the form that Flink's newer planner rules want. */
  static final String WINDOW_STATEMENT =
      """
      SELECT service, country,
             COUNT(*) AS plays, COUNT(*) FILTER (WHERE status = 'error') AS errors,
             SUM(latency_ms) AS total_ms, MAX(latency_ms) AS max_ms,
             COUNT(DISTINCT user_id) AS viewers
      FROM TABLE(TUMBLE(TABLE playback, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
      GROUP BY service, country, window_start, window_end
      """;

  /** The metric's name. */
  static final String METRIC = "measured";

  private static final String YAML =
      """
      name: %s
      store: %s
      kafka: {bootstrap.servers: "%s"}
      sources:
        playback:
          topic: %s
          partitions: %d
      %s
          columns:
            event_id: string
            user_id: string
            service: string
            status: string
            latency_ms: double
            country: {type: string, path: client.geo.country}
            event_time: timestamp
          event_time: event_time
          watermark: 5s
      %s
          late: include
      metrics:
        measured: |
      %s
      """;

  private Definition() {}

  /**
   * Writes {@code <name>.yaml}, and the schema that it refers to, into a folder.
   *
   * @param name of the definition, and so of the consumer group; the store is a folder of that name
   * @param format {@code avro} or {@code json}
   * @return the file
   */
  static Path write(
      Path folder,
      String name,
      String bootstrapServers,
      String topic,
      int partitions,
      String format,
      boolean deduplicate,
      String statement)
      throws IOException {
    try (InputStream schema = Definition.class.getResourceAsStream("/benchmark/playback.avsc")) {
      Files.write(folder.resolve("playback.avsc"), schema.readAllBytes());
    }
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        YAML.formatted(
            name,
            folder.resolve(name),
            bootstrapServers,
            topic,
            partitions,
            format.equals("avro") ? "    format: avro\n    schema: playback.avsc" : "",
            deduplicate ? "    deduplicate: {by: event_id, within: 10m}" : "",
            statement.indent(4)));
  }
}

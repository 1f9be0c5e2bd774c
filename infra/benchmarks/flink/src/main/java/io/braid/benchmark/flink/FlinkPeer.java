package io.braid.benchmark.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Runs one statement over one topic, from its beginning to where it ends now, in a mini-cluster of
 * this process: parallelism 1, state on the heap, exactly-once checkpoints every 10 s to local
 * files, objects used again, which is faster and not the default.
 *
 * <p>Prints one line that starts with {@code RESULT}: figures as {@code name=value}.
 */
public final class FlinkPeer {

  private static final long CHECKPOINT_INTERVAL_MS = 10_000;

  /** The columns of a record in the order of its Avro schema. */
  private static final String COLUMNS =
      """
        event_id STRING,
        user_id STRING NOT NULL,
        service STRING NOT NULL,
        status STRING,
        latency_ms DOUBLE,
        client ROW<geo ROW<country STRING> NOT NULL> NOT NULL,
        event_time %s NOT NULL,
      """;

  private FlinkPeer() {}

  /**
   * Takes the brokers' addresses, the topic, {@code avro} or {@code json}, how many events are
   * warm-up, and the statement over the view {@code playback}, which selects the window's rows as
   * plays, errors, total_ms, max_ms, viewers in this order, whatever else comes before.
   */
  public static void main(String[] args) throws Exception {
    Tally.start(Long.parseLong(args[3]));
    Path checkpoints = Files.createTempDirectory("braid-flink-");
    Configuration settings = new Configuration();
    settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, settings);
    environment.enableCheckpointing(CHECKPOINT_INTERVAL_MS, CheckpointingMode.EXACTLY_ONCE);
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    var created = tables.executeSql(table(args[0], args[1], args[2]));
    created.await();
    tables
        .executeSql(
            "CREATE VIEW playback AS SELECT event_id, user_id, service, status, latency_ms,"
                + " client.geo.country AS country, rowtime AS event_time FROM records")
        .await();
    tables
        .toDataStream(tables.sqlQuery(args[4]))
        .map(
            row -> {
              int last = row.getArity();
              Tally.add(
                  (Long) row.getField(last - 5),
                  (Long) row.getField(last - 4),
                  (Double) row.getField(last - 3),
                  (Double) row.getField(last - 2),
                  (Long) row.getField(last - 1));
              return 0;
            })
        .sinkTo(new DiscardingSink<>());
    environment.execute();
    System.out.println(Tally.line());
    System.exit(0);
  }

  private static String table(String bootstrapServers, String topic, String format) {
    boolean avro = format.equals("avro");
    return "CREATE TABLE records (\n"
        + COLUMNS.formatted(avro ? "TIMESTAMP(3)" : "BIGINT")
        + (avro ? "  rowtime AS event_time,\n" : "  rowtime AS TO_TIMESTAMP_LTZ(event_time, 3),\n")
        + String.format(
            Locale.ROOT,
            """
              WATERMARK FOR rowtime AS rowtime - INTERVAL '5' SECOND
            ) WITH (
              'connector' = 'kafka',
              'topic' = '%s',
              'format' = '%s',
              'properties.bootstrap.servers' = '%s',
              'properties.group.id' = 'flink',
              'properties.isolation.level' = 'read_committed',
              'properties.max.poll.records' = '10000',
              'properties.max.partition.fetch.bytes' = '4194304',
              'properties.receive.buffer.bytes' = '1048576',
              'scan.startup.mode' = 'earliest-offset',
              'scan.bounded.mode' = 'latest-offset'
            )
            """,
            topic,
            format,
            bootstrapServers);
  }
}

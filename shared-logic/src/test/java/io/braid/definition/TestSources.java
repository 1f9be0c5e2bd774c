package io.braid.definition;

import io.braid.column.ColumnType;
import io.braid.decode.IdRule;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.fold.LateRule;
import io.braid.fold.SourceRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sources that tests write statements over. */
final class TestSources {

  static final Duration HOUR = Duration.ofHours(1);

  private TestSources() {}

  /** A source with a column of every type. */
  static Source playback() {
    return source(
        "playback",
        schema(
            5,
            "service string",
            "status string",
            "latency_ms double",
            "plays int",
            "bytes bigint",
            "event_time timestamp",
            "price decimal(10,2)",
            "paid boolean",
            "day date",
            "time bigint",
            "rate decimal(38,20)",
            "arrived timestamp"));
  }

  static RecordSchema schema(int eventTime, String... columns) {
    List<RecordSchema.Field> fields = new ArrayList<>();
    for (String column : columns) {
      String[] parts = column.split(" ");
      fields.add(
          new RecordSchema.Field(
              parts[0], ColumnType.parse(parts[1]).orElseThrow(), List.of(parts[0])));
    }
    return new RecordSchema(fields, eventTime, HOUR);
  }

  static Source source(String name, RecordSchema schema) {
    SourceRules rules =
        new SourceRules(
            Duration.ZERO,
            Duration.ofSeconds(30),
            Optional.empty(),
            LateRule.INCLUDE,
            Duration.ZERO);
    return new Source(
        name,
        name,
        1,
        RecordFormat.JSON,
        schema,
        rules,
        new IdRule.None(),
        Fingerprints.ofDecoding(RecordFormat.JSON, schema));
  }
}

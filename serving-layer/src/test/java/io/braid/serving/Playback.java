package io.braid.serving;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.decode.IdRule;
import io.braid.decode.RecordFormat;
import io.braid.decode.RecordSchema;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.definition.SpeedSettings;
import io.braid.expression.ColumnReference;
import io.braid.expression.Expression;
import io.braid.expression.ExpressionErrors;
import io.braid.fold.LateRule;
import io.braid.fold.MetricPlan;
import io.braid.fold.MetricPlan.AggregateCall;
import io.braid.fold.SourceRules;
import io.braid.time.Window;
import io.braid.view.OutputColumn;
import io.braid.view.ViewSchema;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source with a column of every type and five metrics over it, compiled by hand. */
public final class Playback {

  /** The start of the scripts: 2026-11-22T06:00:00Z. */
  public static final long SIX = 1_795_327_200_000L;

  public static final RecordSchema SCHEMA =
      new RecordSchema(
          List.of(
              field("event_id", ColumnType.STRING),
              field("service", ColumnType.STRING),
              field("country", ColumnType.STRING),
              field("status", ColumnType.STRING),
              field("latency", ColumnType.DOUBLE),
              field("bytes", ColumnType.BIGINT),
              field("price", ColumnType.decimal(10, 2)),
              field("ok", ColumnType.BOOLEAN),
              field("day", ColumnType.DATE),
              field("small", ColumnType.INT),
              field("at", ColumnType.TIMESTAMP)),
          10,
          Duration.ofHours(1));

  public static final Source SOURCE =
      new Source(
          "playback",
          "playback-topic",
          2,
          RecordFormat.JSON,
          SCHEMA,
          new SourceRules(
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Optional.of(Duration.ofMinutes(10)),
              LateRule.INCLUDE,
              Duration.ZERO),
          new IdRule.ByColumn(0),
          "0000000000000000");

  private static final Aggregate COUNT = Aggregate.of(StandardAggregate.COUNT);

  /** Two group columns of which SELECT shows one, under an alias; a window; a ratio. */
  public static final Metric QUALITY =
      metric(
          "quality",
          "SELECT service AS svc, COUNT(*) AS plays, SUM(bytes) AS bytes, AVG(latency) AS mean, "
              + "MAX(price) AS top, CHAR_LENGTH(country) AS letters, AVG(latency) / COUNT(*) AS ratio "
              + "FROM playback GROUP BY service, country, TUMBLE(at, INTERVAL '1' MINUTE)",
          List.of("service", "country"),
          new Window.Tumbling(60_000),
          List.of(
              call(COUNT, null),
              call(sum("bytes"), "bytes"),
              call(of(StandardAggregate.AVG, "latency"), "latency"),
              call(of(StandardAggregate.MAX, "price"), "price")),
          List.of(
              new OutputColumn("svc", new ColumnReference(0, "service", ColumnType.STRING)),
              new OutputColumn("plays", new ColumnReference(4, "plays", ColumnType.BIGINT)),
              new OutputColumn("bytes", new ColumnReference(5, "b", ColumnType.decimal(38, 0))),
              new OutputColumn("mean", new ColumnReference(6, "m", ColumnType.DOUBLE)),
              new OutputColumn("top", new ColumnReference(7, "t", ColumnType.decimal(10, 2))),
              new OutputColumn(
                  "letters", new Letters(new ColumnReference(1, "country", ColumnType.STRING))),
              new OutputColumn(
                  "ratio",
                  new Ratio(
                      new ColumnReference(6, "m", ColumnType.DOUBLE),
                      new ColumnReference(4, "plays", ColumnType.BIGINT)))));

  /** Neither group columns nor a window. */
  public static final Metric TOTALS =
      metric(
          "totals",
          "SELECT COUNT(*) AS plays, SUM(bytes) AS bytes, MAX(latency) AS worst FROM playback",
          List.of(),
          new Window.None(),
          List.of(
              call(COUNT, null),
              call(sum("bytes"), "bytes"),
              call(of(StandardAggregate.MAX, "latency"), "latency")),
          List.of(
              new OutputColumn("plays", new ColumnReference(0, "p", ColumnType.BIGINT)),
              new OutputColumn("bytes", new ColumnReference(1, "b", ColumnType.decimal(38, 0))),
              new OutputColumn("worst", new ColumnReference(2, "w", ColumnType.DOUBLE))));

  /** Grouped by a column of every type; SELECT shows none of them. */
  public static final Metric TYPES =
      metric(
          "types",
          "SELECT COUNT(*) AS n, MIN(status) AS first_status FROM playback GROUP BY …",
          List.of("service", "latency", "bytes", "price", "ok", "day", "small", "at"),
          new Window.None(),
          List.of(call(COUNT, null), call(of(StandardAggregate.MIN, "status"), "status")),
          List.of(
              new OutputColumn("n", new ColumnReference(8, "n", ColumnType.BIGINT)),
              new OutputColumn("first_status", new ColumnReference(9, "s", ColumnType.STRING))));

  /** A window of which SELECT shows the start under an alias, and no group column. */
  public static final Metric PER_MINUTE =
      metric(
          "per_minute",
          "SELECT TUMBLE_START(at, INTERVAL '1' MINUTE) AS started, COUNT(*) AS plays …",
          List.of(),
          new Window.Tumbling(60_000),
          List.of(call(COUNT, null)),
          List.of(
              new OutputColumn("started", new ColumnReference(0, "s", ColumnType.TIMESTAMP)),
              new OutputColumn("plays", new ColumnReference(2, "p", ColumnType.BIGINT))));

  /** Sessions of two group columns, with an alias that answers may want for themselves. */
  public static final Metric VISITS =
      metric(
          "visits",
          "SELECT service, country, COUNT(*) AS final FROM playback GROUP BY service, country, SESSION(…)",
          List.of("service", "country"),
          new Window.Session(30_000),
          List.of(call(COUNT, null)),
          List.of(
              new OutputColumn("service", new ColumnReference(0, "service", ColumnType.STRING)),
              new OutputColumn("country", new ColumnReference(1, "country", ColumnType.STRING)),
              new OutputColumn("final", new ColumnReference(4, "n", ColumnType.BIGINT))));

  public static final List<Metric> METRICS = List.of(QUALITY, TOTALS, TYPES, PER_MINUTE, VISITS);

  private Playback() {}

  private static RecordSchema.Field field(String name, ColumnType type) {
    return new RecordSchema.Field(name, type, List.of(name));
  }

  private static ColumnReference column(String name) {
    int index = SCHEMA.index(name);
    return new ColumnReference(index, name, SCHEMA.columns().get(index).type());
  }

  private static Aggregate of(StandardAggregate function, String column) {
    return Aggregate.of(function, column(column).type());
  }

  private static Aggregate sum(String column) {
    return of(StandardAggregate.SUM, column);
  }

  private static AggregateCall call(Aggregate aggregate, String column) {
    return new AggregateCall(
        aggregate, column == null ? List.of() : List.of(column(column)), Optional.empty());
  }

  private static Metric metric(
      String name,
      String sql,
      List<String> keys,
      Window window,
      List<AggregateCall> calls,
      List<OutputColumn> outputs) {
    List<Expression> expressions = new ArrayList<>();
    keys.forEach(key -> expressions.add(column(key)));
    ViewSchema schema =
        new ViewSchema(
            keys.stream().map(key -> new ViewSchema.Key(key, column(key).type())).toList(),
            window,
            calls.stream().map(AggregateCall::aggregate).toList());
    MetricPlan plan = new MetricPlan(Optional.empty(), expressions, calls, schema, outputs);
    return new Metric(name, "playback", sql, ZoneOffset.UTC, plan, "fingerprint-of-" + name);
  }

  /** Returns the definitions of the source and its metrics. */
  public static Definitions definitions(URI store) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    METRICS.forEach(metric -> metrics.put(metric.name(), metric));
    return new Definitions(
        "playback",
        store,
        Map.of(),
        new Definitions.Http("127.0.0.1", 0),
        SpeedSettings.DEFAULTS,
        Map.of("playback", SOURCE),
        metrics,
        Map.of(),
        Map.of());
  }

  /** Returns an event as JSON; a null service, country or latency is left out. */
  public static String event(
      String id, String service, String country, Number latency, Object bytes, long atMs) {
    StringBuilder json = new StringBuilder("{\"at\": ").append(atMs);
    text(json, "event_id", id);
    text(json, "service", service);
    text(json, "country", country);
    if (latency != null) {
      json.append(", \"latency\": ").append(latency);
    }
    if (bytes != null) {
      json.append(", \"bytes\": ").append(bytes);
    }
    return json.append("}").toString();
  }

  private static void text(StringBuilder json, String name, String value) {
    if (value != null) {
      json.append(", \"%s\": \"%s\"".formatted(name, value.replace("\"", "\\\"")));
    }
  }

  /** Length of a text, NULL for NULL. */
  private record Letters(Expression of) implements Expression {
    @Override
    public ColumnType type() {
      return ColumnType.BIGINT;
    }

    @Override
    public List<Expression> operands() {
      return List.of(of);
    }

    @Override
    public Column evaluate(Batch batch, ExpressionErrors errors) {
      Column texts = of.evaluate(batch, errors);
      LongColumn.Builder lengths = new LongColumn.Builder(ColumnType.BIGINT, batch.size());
      for (int row = 0; row < batch.size(); row++) {
        if (texts.isNull(row)) {
          lengths.appendNull();
        } else {
          lengths.append(((String) texts.value(row)).length());
        }
      }
      return lengths.build();
    }

    @Override
    public String text() {
      return "LENGTH(" + of.text() + ")";
    }
  }

  /** A double divided by an integer; NULL where one is. */
  private record Ratio(Expression left, Expression right) implements Expression {
    @Override
    public ColumnType type() {
      return ColumnType.DOUBLE;
    }

    @Override
    public List<Expression> operands() {
      return List.of(left, right);
    }

    @Override
    public Column evaluate(Batch batch, ExpressionErrors errors) {
      DoubleColumn doubles = (DoubleColumn) left.evaluate(batch, errors);
      LongColumn longs = (LongColumn) right.evaluate(batch, errors);
      DoubleColumn.Builder quotients = new DoubleColumn.Builder(batch.size());
      for (int row = 0; row < batch.size(); row++) {
        if (doubles.isNull(row) || longs.isNull(row)) {
          quotients.appendNull();
        } else {
          quotients.append(doubles.get(row) / longs.get(row));
        }
      }
      return quotients.build();
    }

    @Override
    public String text() {
      return left.text() + "/" + right.text();
    }
  }
}

package io.braid.serving.http;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.AggregateFunction;
import io.braid.decode.RecordSchema;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.MetricPlan;
import io.braid.fold.SourceRules;
import io.braid.log.Position;
import io.braid.serving.query.FinishedRows;
import io.braid.serving.query.ServedSource;
import io.braid.time.Window;
import io.braid.time.WindowWords;
import io.braid.view.View;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What is defined, as the API shows it; in writing order. */
final class Catalog {

  /** One column; {@code type} is the SQL name. */
  record ColumnDocument(String name, String type) {}

  /** The run a source is served from. */
  record ServedRun(String run, Position cut, String publishedAt) {}

  /**
   * A source.
   *
   * @param served the published run; null without any
   */
  record SourceDocument(
      String name,
      String topic,
      int partitions,
      String format,
      List<ColumnDocument> columns,
      String eventTime,
      long watermarkMs,
      long idleAfterMs,
      long maxFutureMs,
      Long deduplicateWithinMs,
      long allowedLatenessMs,
      List<String> metrics,
      ServedRun served,
      ServedSource.Totals counts) {}

  /**
   * A metric.
   *
   * @param columns of its answers
   * @param groupColumns under the names that answers show and {@code group_by} takes
   * @param window {@code tumble(60000)}, in milliseconds; null without
   * @param timeZone that its days, weeks and months are those of
   * @param paneMs length of its panes; null when they differ in length or there are none
   * @param retractable whether events could be taken back from its views
   * @param aggregates what is accumulated for each group and pane, in the order of SELECT
   */
  record MetricDocument(
      String name,
      String source,
      String sql,
      String fingerprint,
      List<ColumnDocument> columns,
      List<String> groupColumns,
      String window,
      String timeZone,
      Long paneMs,
      boolean retractable,
      List<AggregateDocument> aggregates) {}

  /**
   * An aggregate.
   *
   * @param aggregate function and types: {@code SUM(DECIMAL(12, 2))}
   * @param accuracy in words
   * @param bytesPerGroup in words: what a group's state takes in memory
   */
  record AggregateDocument(
      String aggregate, String accuracy, String bytesPerGroup, boolean retractable) {}

  private final Definitions definitions;
  private final Map<String, ServedSource> served;

  Catalog(Definitions definitions, Map<String, ServedSource> served) {
    this.definitions = definitions;
    this.served = served;
  }

  List<SourceDocument> sources() {
    return definitions.sources().values().stream().map(this::document).toList();
  }

  List<MetricDocument> metrics() {
    return definitions.metrics().values().stream().map(Catalog::document).toList();
  }

  private SourceDocument document(Source source) {
    RecordSchema schema = source.schema();
    SourceRules rules = source.rules();
    ServedRun run = null;
    if (served.containsKey(source.name())) {
      run =
          served
              .get(source.name())
              .pair()
              .batch()
              .map(
                  published ->
                      new ServedRun(
                          published.manifest().run(),
                          published.manifest().cut(),
                          published.publication().publishedAt()))
              .orElse(null);
    }
    return new SourceDocument(
        source.name(),
        source.topic(),
        source.partitions(),
        source.format().name(),
        schema.columns().stream()
            .map(field -> new ColumnDocument(field.name(), field.type().sqlName()))
            .toList(),
        schema.columns().get(schema.eventTimeIndex()).name(),
        rules.watermarkDelay().toMillis(),
        rules.idleAfter().toMillis(),
        schema.maxFuture().toMillis(),
        rules.deduplicateWithin().map(Duration::toMillis).orElse(null),
        rules.allowedLateness().toMillis(),
        definitions.metricsOf(source).stream().map(Metric::name).toList(),
        run,
        served.containsKey(source.name()) ? served.get(source.name()).totals() : null);
  }

  static MetricDocument document(Metric metric) {
    MetricPlan plan = metric.plan();
    Window window = plan.schema().window();
    OptionalLong paneMs = WindowWords.paneMs(window);
    return new MetricDocument(
        metric.name(),
        metric.source(),
        metric.sql(),
        metric.fingerprint(),
        FinishedRows.of(plan, new View(plan.schema())).columns().stream()
            .map(column -> new ColumnDocument(column.name(), column.type().sqlName()))
            .toList(),
        IntStream.range(0, plan.schema().keys().size())
            .mapToObj(key -> FinishedRows.keyName(plan, key))
            .toList(),
        window.exists() ? window.text() : null,
        WindowWords.zone(metric.timeZone()),
        paneMs.isPresent() ? paneMs.getAsLong() : null,
        plan.isRetractable(),
        plan.schema().aggregates().stream().map(Catalog::document).toList());
  }

  private static AggregateDocument document(Aggregate aggregate) {
    AggregateFunction function = aggregate.function();
    return new AggregateDocument(
        aggregate.sqlText(),
        function.accuracy(),
        function.bytesPerGroup(aggregate.arguments()),
        function.isRetractable());
  }
}

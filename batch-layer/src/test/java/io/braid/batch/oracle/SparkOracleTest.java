package io.braid.batch.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.decode.JsonDecoder;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.expression.ExpressionErrors;
import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.time.Granularity;
import io.braid.view.View;
import io.braid.view.Windows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spark SQL, which is not ours, gives the same rows to the questions of the {@link Corpus}. Braid's
 * are folded in two pieces, which merge.
 */
final class SparkOracleTest {

  private static final List<OracleEvents.Event> EVENTS = OracleEvents.of(20261122, 4_000);

  private static final int BATCH = 500;

  private static final Comparator<List<Object>> ROWS =
      Comparator.comparing(
          row -> row.stream().map(SparkDifferences::order).collect(Collectors.joining("|")));

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "false")
            .getOrCreate();
    List<Row> rows = EVENTS.stream().map(OracleEvents.Event::row).toList();
    spark.createDataFrame(rows, OracleEvents.SCHEMA).createOrReplaceTempView("events");
  }

  @AfterAll
  static void stopSpark() throws IOException {
    spark.close();
  }

  static List<Question> questions() {
    return Corpus.questions();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void sparkGivesTheSameRows(Question question) {
    List<List<Object>> theirs = ofSpark(question);
    List<List<Object>> ours = ofBraid(question);
    assertThat(ours).isNotEmpty().hasSameSizeAs(theirs);
    theirs.sort(ROWS);
    ours.sort(ROWS);
    for (int row = 0; row < theirs.size(); row++) {
      for (int i = 0; i < theirs.get(row).size(); i++) {
        Object our = ours.get(row).get(i);
        Object their = theirs.get(row).get(i);
        assertThat(SparkDifferences.agree(our, their, question.tolerance()))
            .as("column %d of%n  ours  %s%n  Spark %s", i, ours.get(row), theirs.get(row))
            .isTrue();
      }
    }
  }

  private static List<List<Object>> ofSpark(Question question) {
    List<List<Object>> rows = new ArrayList<>();
    for (Row row : spark.sql(question.spark()).collectAsList()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        values.add(SparkDifferences.normalised(row.get(i)));
      }
      rows.add(values);
    }
    return rows;
  }

  private static List<List<Object>> ofBraid(Question question) {
    Definitions definitions =
        DefinitionLoader.parse(Path.of("braid.yaml"), yaml(question), name -> Optional.empty());
    Metric metric = definitions.metrics().get("question");
    Source source = definitions.sources().get("events");
    int middle = EVENTS.size() / 3;
    PartitionFold first =
        new PartitionFold(0, source.rules(), List.of(metric.plan()), 0, Carry.EMPTY);
    fold(first, source, metric, EVENTS.subList(0, middle));
    PartitionFold second =
        new PartitionFold(0, source.rules(), List.of(metric.plan()), middle, first.carry());
    fold(second, source, metric, EVENTS.subList(middle, EVENTS.size()));
    View view = second.view(0).copy();
    view.merge(first.view(0));

    Batch finished = Windows.finish(view, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE);
    ExpressionErrors errors = new ExpressionErrors();
    List<Column> columns =
        metric.plan().outputs().stream()
            .map(output -> output.expression().evaluate(finished, errors))
            .toList();
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < finished.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (Column column : columns) {
        values.add(column.value(row));
      }
      rows.add(values);
    }
    return rows;
  }

  private static void fold(
      PartitionFold fold, Source source, Metric metric, List<OracleEvents.Event> events) {
    JsonDecoder decoder =
        new JsonDecoder(source.schema(), source.duplicates(), metric.plan().reads());
    for (OracleEvents.Event event : events) {
      decoder.append(event.offset(), event.eventTimeMs(), event.json());
      if (decoder.size() == BATCH) {
        fold.fold(decoder.take());
      }
    }
    fold.fold(decoder.take());
    assertThat(fold.counts().deadLetters()).isZero();
  }

  private static String yaml(Question question) {
    return """
    name: oracle
    sources:
      events:
        topic: events
        event_time: event_time
        columns:
    %smetrics:
      question:
        time_zone: %s
        sql: |
    %s"""
        .formatted(OracleEvents.COLUMNS.indent(2), question.zone(), question.braid().indent(10));
  }
}

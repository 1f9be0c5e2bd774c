package io.braid.launcher;

import io.braid.aggregate.Aggregate;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.fold.MetricPlan;
import io.braid.fold.MetricPlan.AggregateCall;
import io.braid.serving.query.FinishedRows;
import io.braid.time.Window;
import io.braid.time.WindowWords;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code braid check} says of definitions that are right. */
final class DefinitionSummary {

  /** A word of a view's table: one for each key, one for their NULLs, one for the pane. */
  private static final int WORD_BYTES = 8;

  private static final Pattern SUM_OF_BYTES = Pattern.compile("\\d+(?: \\+ \\d+)*");

  private DefinitionSummary() {}

  /** Reads a definition file and prints its sources and metrics. */
  static void print(Path config, PrintWriter out) {
    Definitions definitions =
        DefinitionLoader.load(config, name -> Optional.ofNullable(System.getenv(name)));
    out.printf("%s: the definitions check%n", config);
    for (Source source : definitions.sources().values()) {
      out.printf(
          "source %s: topic %s, %d columns%n",
          source.name(), source.topic(), source.schema().columns().size());
      definitions.metricsOf(source).forEach(metric -> print(metric, out));
    }
    printUnused(definitions, out);
  }

  private static void print(Metric metric, PrintWriter out) {
    MetricPlan plan = metric.plan();
    out.printf(
        "  metric %s: %s%n",
        metric.name(),
        FinishedRows.of(plan, new View(plan.schema())).columns().stream()
            .map(column -> column.name() + " " + column.type().sqlName())
            .collect(Collectors.joining(", ")));
    out.printf("    window: %s%n", WindowWords.of(plan.schema().window()));
    for (AggregateCall call : plan.aggregates()) {
      Aggregate aggregate = call.aggregate();
      out.printf(
          "    aggregate: %s%s: %s; bytes a group: %s%n",
          aggregate.sqlText(),
          call.filter().isPresent() ? " FILTER" : "",
          aggregate.function().accuracy(),
          aggregate.function().bytesPerGroup(aggregate.arguments()));
    }
    out.printf("    memory: %s%n", memory(plan.schema()));
    out.printf("    retractable: %s%n", retractable(plan));
  }

  /** Returns what one row of a view takes, as far as it can be said without the data. */
  private static String memory(ViewSchema schema) {
    long keys = (schema.keys().size() + 1L) * WORD_BYTES;
    long pane = (schema.window() instanceof Window.Session ? 2L : 1L) * WORD_BYTES;
    long states = WORD_BYTES; // the number of events
    List<String> unknown = new ArrayList<>();
    for (Aggregate aggregate : schema.aggregates()) {
      OptionalLong bytes = bytes(aggregate.function().bytesPerGroup(aggregate.arguments()));
      states += bytes.orElse(0);
      if (bytes.isEmpty()) {
        unknown.add(aggregate.sqlText());
      }
    }
    return "keys %d + pane %d + states %d = %d bytes a row%s"
        .formatted(
            keys,
            pane,
            states,
            keys + pane + states,
            unknown.isEmpty() ? "" : ", and what these take: " + String.join(", ", unknown));
  }

  /** Returns what {@code 8 + 17} comes to; empty for other words. */
  private static OptionalLong bytes(String words) {
    return SUM_OF_BYTES.matcher(words).matches()
        ? OptionalLong.of(Stream.of(words.split(" \\+ ")).mapToLong(Long::parseLong).sum())
        : OptionalLong.empty();
  }

  private static String retractable(MetricPlan plan) {
    return plan.isRetractable()
        ? "yes"
        : "no, because of "
            + plan.schema().aggregates().stream()
                .filter(aggregate -> !aggregate.function().isRetractable())
                .map(Aggregate::sqlText)
                .distinct()
                .collect(Collectors.joining(", "));
  }

  /** A schedule that is accepted must not be mistaken for one that runs. */
  private static void printUnused(Definitions definitions, PrintWriter out) {
    definitions
        .schedules()
        .keySet()
        .forEach(name -> out.printf("schedule %s: kept, but schedules do not run yet%n", name));
    definitions
        .views()
        .keySet()
        .forEach(name -> out.printf("view %s: kept, but views are not answered yet%n", name));
  }
}

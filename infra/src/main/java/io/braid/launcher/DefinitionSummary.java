package io.braid.launcher;

import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.Source;
import io.braid.view.OutputColumn;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code braid check} says of definitions that are right. */
final class DefinitionSummary {

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
      for (Metric metric : definitions.metricsOf(source)) {
        out.printf(
            "  metric %s: %s%n",
            metric.name(),
            metric.plan().outputs().stream()
                .map(DefinitionSummary::column)
                .collect(Collectors.joining(", ")));
      }
    }
    printUnused(definitions, out);
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

  private static String column(OutputColumn column) {
    return column.name() + " " + column.type().sqlName();
  }
}

package io.braid.serving.http;

import io.braid.serving.query.ServedSource;
import io.braid.serving.query.ServedSource.Totals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What has been read of a source, for Prometheus: {@code braid_source_…_total{source="…"}}. */
final class SourceFigures {

  private SourceFigures() {}

  static void register(MeterRegistry registry, String name, ServedSource source) {
    counter(registry, "records", "Records read since the origin", name, source, Totals::records);
    counter(
        registry,
        "dead.letters",
        "Records that are part of no view",
        name,
        source,
        Totals::deadLetters);
    counter(
        registry,
        "duplicates",
        "Records whose id was remembered",
        name,
        source,
        Totals::duplicates);
  }

  private static void counter(
      MeterRegistry registry,
      String what,
      String description,
      String name,
      ServedSource source,
      ToDoubleFunction<Totals> figure) {
    FunctionCounter.builder("braid.source." + what, source, s -> figure.applyAsDouble(s.totals()))
        .description(description)
        .tag("source", name)
        .register(registry);
  }
}

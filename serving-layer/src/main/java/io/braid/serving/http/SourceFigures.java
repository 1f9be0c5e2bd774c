package io.braid.serving.http;

import io.braid.fold.CarrySize;
import io.braid.serving.query.ServedSource;
import io.braid.serving.query.ServedSource.Totals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * What has been read of a source, for Prometheus: {@code braid_source_…_total{source="…"}}, late
 * events by metric; and what its folds hold of event ids.
 */
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
    counter(
        registry,
        "diverted",
        "Events that at least one metric dropped as late",
        name,
        source,
        Totals::diverted);
    source
        .metrics()
        .forEach(
            metric ->
                FunctionCounter.builder(
                        "braid.metric.late",
                        source,
                        s -> s.totals().late().getOrDefault(metric.name(), 0L))
                    .description("Events that came late, folded or dropped")
                    .tag("source", name)
                    .tag("metric", metric.name())
                    .register(registry));
    gauge(registry, "remembered.ids", "Event ids held by folds", name, source, CarrySize::ids);
    gauge(
        registry,
        "remembered.bytes",
        "Memory that event ids take in folds",
        name,
        source,
        CarrySize::bytes);
  }

  private static void gauge(
      MeterRegistry registry,
      String what,
      String description,
      String name,
      ServedSource source,
      ToDoubleFunction<CarrySize> figure) {
    Gauge.builder("braid.source." + what, source, s -> figure.applyAsDouble(s.carrySize()))
        .description(description)
        .tag("source", name)
        .register(registry);
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

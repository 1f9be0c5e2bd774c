package io.braid.platform;

import io.braid.speed.figures.SpeedFigures;
import io.braid.speed.figures.WorkerStatus;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The figures of a process, those of its Java included. What its worker does is asked for when they
 * are scraped.
 */
final class ProcessRegistry extends PrometheusMeterRegistry implements AutoCloseable {

  private final Optional<SpeedFigures> speed;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /**
   * Makes a registry.
   *
   * @param worker what the worker of this process does, if it has one
   */
  ProcessRegistry(Optional<Supplier<WorkerStatus>> worker) {
    super(PrometheusConfig.DEFAULT);
    this.speed = worker.map(status -> new SpeedFigures(this, status));
    new JvmMemoryMetrics().bindTo(this);
    new ProcessorMetrics().bindTo(this);
    collections.bindTo(this);
  }

  @Override
  public String scrape() {
    return speed.isPresent() ? speed.get().read(super::scrape) : super.scrape();
  }

  @Override
  public void close() {
    collections.close();
    super.close();
  }
}

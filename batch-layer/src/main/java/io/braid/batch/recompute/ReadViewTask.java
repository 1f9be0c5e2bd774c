package io.braid.batch.recompute;

import io.braid.definition.Definitions;
import io.braid.definition.Metric;
import io.braid.definition.PortableDefinitions;
import io.braid.store.Store;
import io.braid.store.ViewFile;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import scala.Tuple2;

/**
 * Reads a view file of an earlier run, cut into buckets, so that what was folded since can be
 * merged.
 */
final class ReadViewTask implements PairFlatMapFunction<ReadViewTask.Input, FoldTask.Key, byte[]> {

  private static final long serialVersionUID = 1L;

  private final PortableDefinitions definitions;
  private final String source;
  private final int buckets;

  /**
   * One file.
   *
   * @param metric index among the source's metrics
   * @param path relative to the store
   */
  record Input(int metric, String path) implements Serializable {}

  ReadViewTask(PortableDefinitions definitions, String source, int buckets) {
    this.definitions = definitions;
    this.source = source;
    this.buckets = buckets;
  }

  @Override
  public Iterator<Tuple2<FoldTask.Key, byte[]>> call(Input input) {
    Definitions loaded = definitions.load();
    Metric metric = loaded.metricsOf(loaded.sources().get(source)).get(input.metric());
    Store store = Store.open(loaded.store());
    return FoldTask.buckets(
            input.metric(),
            ViewFile.read(store.resolve(input.path()), metric.plan().schema()),
            buckets)
        .iterator();
  }
}

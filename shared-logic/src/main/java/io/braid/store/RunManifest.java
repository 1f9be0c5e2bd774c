package io.braid.store;

import io.braid.fold.FoldCounts;
import io.braid.log.Position;
import io.braid.time.PartitionTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * What one batch recompute made: {@code runs/<run>/manifest.json}.
 *
 * @param run its id
 * @param topicId of the topic whose log was folded
 * @param mode {@code full} or {@code incremental}
 * @param origin the first position that coverage is counted from
 * @param cut views hold the log from the origin up to here
 * @param missing ranges in between that expired before they were archived
 * @param counts of each partition since the origin; metrics in the order of {@code metrics}
 * @param times how far event time had come at the cut, of each partition; empty in manifests of
 *     versions that did not keep it
 * @param metrics what stands where
 * @param finishedAt ISO-8601
 * @param producedBy Braid's version
 */
public record RunManifest(
    String run,
    String source,
    String topicId,
    String mode,
    Position origin,
    Position cut,
    List<Missing> missing,
    SortedMap<Integer, FoldCounts> counts,
    SortedMap<Integer, PartitionTime> times,
    List<MetricView> metrics,
    String finishedAt,
    String producedBy) {

  public RunManifest {
    times = times == null ? Collections.emptySortedMap() : times;
  }

  /**
   * Offsets that an answer does not cover.
   *
   * @param from inclusive
   * @param to exclusive
   * @param reason in words
   */
  public record Missing(int partition, long from, long to, String reason) {}

  /** The batch view of one metric. */
  public record MetricView(String metric, String fingerprint, List<ViewPart> parts) {}

  /**
   * A Parquet file of a view.
   *
   * @param path relative to the store
   * @param sha256 of its bytes, in hex
   */
  public record ViewPart(String path, long rows, long bytes, String sha256) {}

  /** Returns the view of the metric that has this fingerprint. */
  public Optional<MetricView> view(String fingerprint) {
    return metrics.stream().filter(m -> m.fingerprint().equals(fingerprint)).findFirst();
  }

  /** Returns the fingerprints of all views by metric. */
  public Map<String, String> fingerprints() {
    Map<String, String> fingerprints = new java.util.TreeMap<>();
    metrics.forEach(view -> fingerprints.put(view.metric(), view.fingerprint()));
    return fingerprints;
  }

  /** Writes the manifest, after which the run is complete. */
  public void write(Store store) {
    if (!store.putIfAbsent(file(store, run), Json.write(this))) {
      throw new StoreException("Cannot finish run %s: it has a manifest already".formatted(run));
    }
  }

  /** Returns the manifest of a run, or empty when the run is not complete. */
  public static Optional<RunManifest> read(Store store, String run) {
    Path file = file(store, run);
    return store.read(file).map(json -> Json.read(json, RunManifest.class, file));
  }

  private static Path file(Store store, String run) {
    return new Path(store.run(run), "manifest.json");
  }
}

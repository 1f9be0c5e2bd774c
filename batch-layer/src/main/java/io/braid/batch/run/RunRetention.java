package io.braid.batch.run;

import io.braid.store.Publication;
import io.braid.store.RunManifest;
import io.braid.store.Store;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Which runs are kept: those published last. Of an older one the views, the carry and the manifest
 * are deleted; its document stays, as history.
 */
final class RunRetention {

  /**
   * Enough to go back over a bad definition and the runs that followed it before it was noticed.
   */
  static final int KEPT = 5;

  private final Store store;

  RunRetention(Store store) {
    this.store = store;
  }

  /** Deletes what the runs of a source hold that are not among the last published ones. */
  void apply(String source) {
    List<String> runs = Publication.runs(store, source);
    for (String run : runs.subList(Math.min(KEPT, runs.size()), runs.size())) {
      RunManifest.read(store, run).ifPresent(this::delete);
    }
  }

  /** The manifest goes first: a run without one is not complete, whatever else is left of it. */
  private void delete(RunManifest manifest) {
    store.delete(new Path(store.run(manifest.run()), "manifest.json"));
    store.delete(new Path(store.run(manifest.run()), "carry"));
    for (RunManifest.MetricView view : manifest.metrics()) {
      store.delete(store.view(view.metric(), view.fingerprint(), manifest.run()));
    }
  }
}

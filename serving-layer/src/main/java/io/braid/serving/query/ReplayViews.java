package io.braid.serving.query;

import io.braid.fold.PartitionSnapshot;
import io.braid.job.ReplayDocument;
import io.braid.time.PaneRange;
import java.util.List;
import java.util.Optional;

/** What queries ask of replays. Safe to share between threads. */
public interface ReplayViews {

  /** Returns a replay, or empty when there is none of that id. */
  Optional<ReplayDocument> find(String id);

  /**
   * Reads the views of a completed replay; see {@link SpeedView#read}.
   *
   * @throws IllegalStateException when the replay is not completed
   */
  List<PartitionSnapshot> read(String id, List<Integer> metrics, PaneRange range);
}

package io.braid.serving.compare;

import io.braid.fold.PartitionSnapshot;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import java.util.List;
import java.util.Optional;

/** What HTTP and comparisons ask of the speed layer's replays. Safe to share between threads. */
public interface ReplayJobs {

  /**
   * Starts a replay of a source that exists.
   *
   * @throws IllegalArgumentException when the range is not one that the log holds; the message says
   *     why
   */
  ReplayDocument start(ReplayRequest request);

  /** Returns all replays that are known, newest first. */
  List<ReplayDocument> list();

  /** Returns a replay, or empty when there is none of that id. */
  Optional<ReplayDocument> find(String id);

  /** Stops a replay that is not final yet; returns what became of it. Empty when there is none. */
  Optional<ReplayDocument> cancel(String id);

  /**
   * Reads the views of a completed replay; see {@link io.braid.serving.query.SpeedView#read}.
   *
   * @throws IllegalStateException when the replay is not completed
   */
  List<PartitionSnapshot> read(String id, List<Integer> metrics, long fromMs, long toMs);
}

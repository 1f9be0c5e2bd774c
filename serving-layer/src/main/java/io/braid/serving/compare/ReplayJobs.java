package io.braid.serving.compare;

import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.log.Position;
import io.braid.serving.query.ReplayViews;
import java.util.List;
import java.util.Optional;

/** What HTTP and comparisons ask of the speed layer's replays. Safe to share between threads. */
public interface ReplayJobs extends ReplayViews {

  /**
   * Starts a replay of a source that exists.
   *
   * @throws IllegalArgumentException when the range is not one that the log holds; the message says
   *     why
   */
  ReplayDocument start(ReplayRequest request);

  /**
   * Folds a completed replay on to a later end; it is running until it stands there.
   *
   * @throws IllegalStateException when the replay is not completed or stands past {@code end}
   */
  ReplayDocument extend(String id, Position end);

  /** Returns all replays that are known, newest first. */
  List<ReplayDocument> list();

  /** Stops a replay that is not final yet; returns what became of it. Empty when there is none. */
  Optional<ReplayDocument> cancel(String id);
}

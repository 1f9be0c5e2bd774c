package io.braid.serving.compare;

import io.braid.job.ComparisonDocument;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.ViewChoice;
import java.util.List;
import java.util.Optional;

/** What HTTP asks of comparisons. Safe to share between threads. */
public interface ComparisonJobs {

  /**
   * Starts a comparison.
   *
   * @param left what is compared
   * @param rightReplay the id of a completed replay, which is first folded on to the left side's
   *     position; empty for a fresh replay to that position
   * @throws RefusedException when source or replay do not exist, no run is published that {@code
   *     left} asks for, or too many comparisons are waiting
   */
  ComparisonDocument start(String source, ViewChoice left, Optional<String> rightReplay);

  /** Returns all comparisons, newest first. */
  List<ComparisonDocument> list();

  /** Returns a comparison, or empty when there is none of that id. */
  Optional<ComparisonDocument> find(String id);
}

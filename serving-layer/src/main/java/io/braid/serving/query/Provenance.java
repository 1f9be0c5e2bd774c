package io.braid.serving.query;

import io.braid.log.Position;
import io.braid.store.RunManifest.Missing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an answer is made of and what it lacks.
 *
 * @param fingerprint of the metric's view
 * @param batch the run it holds; empty without any
 * @param speed the folds it holds; empty when it needed none
 * @param missing ranges of the log that it should hold and does not; empty when it is complete
 * @param freshnessMs how long ago at most a record could have been appended and still be missing;
 *     empty when nothing has been folded at all
 */
public record Provenance(
    String fingerprint,
    Optional<BatchPart> batch,
    Optional<SpeedPart> speed,
    List<Missing> missing,
    OptionalLong freshnessMs) {

  /**
   * The run of an answer.
   *
   * @param cut it holds the log up to here
   * @param publishedAt ISO-8601
   */
  public record BatchPart(String run, Position cut, String publishedAt) {}

  /**
   * The folds of an answer.
   *
   * @param position they hold the log up to here
   * @param watermarkMs of the source; empty before its first event
   * @param duplicates records since the origin that repeated an id
   * @param late events since the origin that this metric found late
   */
  public record SpeedPart(
      Position position, OptionalLong watermarkMs, long duplicates, long late) {}

  public Provenance {
    missing = List.copyOf(missing);
  }

  /** Returns whether the answer holds all it should. */
  public boolean isComplete() {
    return missing.isEmpty();
  }
}

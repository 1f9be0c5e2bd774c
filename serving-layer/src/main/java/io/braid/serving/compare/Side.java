package io.braid.serving.compare;

import io.braid.log.Position;
import io.braid.serving.query.SpeedReading;
import io.braid.store.RunManifest.Missing;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One side of a comparison: the views of all metrics of a source at one position.
 *
 * @param name as in {@code left} and {@code right} of the document
 * @param from where its range of the log begins; empty for the earliest
 * @param position where it ends
 * @param views in the order of the source's metrics
 * @param missing ranges that it lacks
 * @param redefined indexes of the metrics that a published run holds under another definition
 */
record Side(
    String name,
    Optional<Position> from,
    Position position,
    List<View> views,
    List<Missing> missing,
    Set<Integer> redefined) {

  /** Returns the side that folds alone make up. */
  static Side of(
      String name,
      Optional<Position> from,
      SpeedReading reading,
      List<io.braid.definition.Metric> metrics) {
    List<View> views = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      views.add(reading.view(i, metrics.get(i).plan().schema()));
    }
    return new Side(name, from, reading.position(), views, reading.missing(), Set.of());
  }

  /** Returns whether both end at the same offset in every partition; 0 where there is none. */
  boolean isAt(Position other) {
    return position.isAtOrPast(withoutZeros(other)) && other.isAtOrPast(withoutZeros(position));
  }

  private static Position withoutZeros(Position position) {
    var offsets = new java.util.TreeMap<>(position.offsets());
    offsets.values().removeIf(offset -> offset == 0);
    return new Position(offsets);
  }
}

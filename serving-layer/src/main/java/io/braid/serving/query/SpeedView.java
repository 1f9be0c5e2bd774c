package io.braid.serving.query;

import io.braid.fold.PartitionSnapshot;
import io.braid.time.PaneRange;
import java.util.List;

/**
 * What queries ask of the speed layer: the folds of one source that started at one cut.
 *
 * <p>Positions never fall from one call to the next. Safe to share between threads.
 */
public interface SpeedView {

  /**
   * Reads the views of some metrics.
   *
   * @param metrics indexes into the source's metrics, in the order of its definition
   * @param range which of their rows
   * @return one snapshot for each partition that has a fold; each is consistent in itself, and all
   *     its views belong to the position it states
   */
  List<PartitionSnapshot> read(List<Integer> metrics, PaneRange range);
}

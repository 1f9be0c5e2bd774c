package io.braid.peer;

import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.time.PaneRange;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What one worker has folded: the partitions it holds of some sources, in some generations. A
 * generation is named by the run at whose cut it starts, or {@link PeerProtocol#LOG} when it starts
 * where the log does.
 *
 * <p>Safe to share between threads.
 */
public interface PartialViews {

  /**
   * Reads the views of some metrics, in one generation and no other.
   *
   * @param metrics indexes into the source's metrics, in the order of its definition
   * @param range which of their rows
   * @return one snapshot for each partition that is held here, each consistent in itself and its
   *     views the receiver's own; empty when source or generation are not folded here
   */
  Optional<List<PartitionSnapshot>> read(
      String source, String generation, List<Integer> metrics, PaneRange range);

  /**
   * Returns how far each generation of a source has come, by name, over the partitions that are
   * held here; empty when the source is not folded here.
   */
  Optional<SortedMap<String, Position>> positions(String source);
}

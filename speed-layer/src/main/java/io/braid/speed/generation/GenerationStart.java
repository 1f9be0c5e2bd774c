package io.braid.speed.generation;

import io.braid.fold.Carry;
import io.braid.log.Position;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where the folds of a generation start.
 *
 * @param name the run whose cut it is, or {@link #LOG}
 * @param cut where partitions start; one without an offset starts where its log does
 * @param carries at the cut, read when they are asked for; none for a partition that starts where
 *     its log does
 */
public record GenerationStart(String name, Position cut, Supplier<Map<Integer, Carry>> carries) {

  /** The generation that is served before any run is. */
  public static final String LOG = "log";

  /** Returns the start of the generation that belongs to no run. */
  public static GenerationStart ofLog(Position origin) {
    return new GenerationStart(LOG, origin, Map::of);
  }
}

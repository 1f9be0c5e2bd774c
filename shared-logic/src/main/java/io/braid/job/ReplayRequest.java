package io.braid.job;

import io.braid.log.Position;
import java.util.Optional;

/**
 * What a replay shall fold.
 *
 * @param from the first offset of each partition; empty for the earliest that the log still has
 * @param to where it ends; empty for the log ends at the request
 */
public record ReplayRequest(String source, Optional<Position> from, Optional<Position> to) {}

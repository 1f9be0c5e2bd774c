package io.braid.speed.generation;

import java.util.Optional;

/** Which generations of a source are wanted: what its publications say. Safe to share. */
public interface GenerationStarts {

  /** Returns the start of the generation that servers are to move to, or are on already. */
  GenerationStart newest();

  /** Returns the start of the generation before the newest, which servers may still be on. */
  Optional<GenerationStart> beforeNewest();
}

package io.braid.speed.figures;

import java.util.List;

/**
 * A generation in this process.
 *
 * @param name the run at whose cut it starts, or {@code log}
 * @param newest whether it is the one of the run that is published now
 * @param folds one for each partition that is held, also while it catches up
 */
public record GenerationStatus(String name, boolean newest, List<FoldStatus> folds) {

  public GenerationStatus {
    folds = List.copyOf(folds);
  }

  /** Returns whether every fold has caught up, and there is one at least. */
  public boolean isLevel() {
    return !folds.isEmpty() && folds.stream().allMatch(FoldStatus::level);
  }
}

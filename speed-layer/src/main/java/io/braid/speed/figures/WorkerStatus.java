package io.braid.speed.figures;

import java.util.List;

/**
 * What a worker process does at one moment.
 *
 * @param memoryBytes that views and remembered ids of all sources take, as last accounted for
 * @param memoryBudgetBytes that they may take
 * @param sources in writing order
 */
public record WorkerStatus(long memoryBytes, long memoryBudgetBytes, List<SourceStatus> sources) {

  public WorkerStatus {
    sources = List.copyOf(sources);
  }
}

package io.braid.speed.checkpoint;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which positions the files of one partition lead to: a base leads to its end, a delta from a
 * position that something leads to on to its own end. Of several ways to a position the one with
 * the fewest deltas counts.
 */
final class Chains {

  /** The last file on the way to a position, and how many deltas the way has. */
  private record Step(CheckpointName file, int deltas) {}

  private final NavigableMap<Long, Step> steps = new TreeMap<>();

  Chains(Collection<CheckpointName> files) {
    // What leads to a delta's start begins before that start, and so comes before the delta.
    List<CheckpointName> inOrder =
        files.stream()
            .sorted(
                Comparator.comparing(CheckpointName::isBase)
                    .reversed()
                    .thenComparing(CheckpointName::from)
                    .thenComparing(CheckpointName::to))
            .toList();
    for (CheckpointName file : inOrder) {
      if (file.isBase()) {
        steps.putIfAbsent(file.to(), new Step(file, 0));
      } else if (steps.containsKey(file.from())) {
        Step step = new Step(file, steps.get(file.from()).deltas() + 1);
        steps.merge(file.to(), step, (old, other) -> other.deltas < old.deltas ? other : old);
      }
    }
  }

  /** Returns the positions that something leads to. */
  NavigableSet<Long> positions() {
    return steps.navigableKeySet();
  }

  /** Returns the greatest position that is not above {@code offset}; empty without any. */
  OptionalLong newestAtOrBelow(long offset) {
    Long position = steps.floorKey(offset);
    return position == null ? OptionalLong.empty() : OptionalLong.of(position);
  }

  /** Returns the files that lead to a position of {@link #positions}: a base, then deltas. */
  List<CheckpointName> to(long position) {
    Deque<CheckpointName> chain = new ArrayDeque<>();
    CheckpointName file = steps.get(position).file();
    while (!file.isBase()) {
      chain.addFirst(file);
      file = steps.get(file.from()).file();
    }
    chain.addFirst(file);
    return List.copyOf(chain);
  }
}

package io.braid.serving.query;

import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SourceRules;
import io.braid.store.PublishedRun;
import io.braid.time.PartitionTime;
import io.braid.time.SourceWatermark;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far event time has come at an answer's position.
 *
 * @param known by partition
 * @param expected the partitions that the answer should hold
 */
record EventTimes(Map<Integer, PartitionTime> known, Set<Integer> expected) {

  EventTimes {
    known = Map.copyOf(known);
    expected = Set.copyOf(expected);
  }

  /** Returns the times at a run's cut. */
  static EventTimes at(PublishedRun published) {
    return new EventTimes(published.manifest().times(), published.manifest().cut().partitions());
  }

  /** Returns the times of folds, and of partitions that have none those at the run's cut. */
  static EventTimes of(ServedSource source, ServedPair pair, SpeedReading reading) {
    Map<Integer, PartitionTime> times = new TreeMap<>();
    Set<Integer> expected = new TreeSet<>(source.expectedPartitions());
    if (pair.batch().isPresent()) {
      EventTimes atCut = at(pair.batch().get());
      times.putAll(atCut.known());
      expected.addAll(atCut.expected());
    }
    times.putAll(of(Set.of(), reading).known());
    return new EventTimes(times, expected);
  }

  /** Returns the times of folds alone. */
  static EventTimes of(Set<Integer> expected, SpeedReading reading) {
    Map<Integer, PartitionTime> times = new TreeMap<>();
    for (PartitionSnapshot snapshot : reading.snapshots()) {
      times.put(snapshot.partition(), snapshot.time());
    }
    return new EventTimes(times, expected);
  }

  /** Returns the watermark over the partitions that are known; empty before the first event. */
  OptionalLong watermark(SourceRules rules) {
    return SourceWatermark.of(known.values(), rules.watermarkDelay(), rules.idleAfter());
  }

  /** Returns the watermark; empty also when a partition is not known, which may stand behind it. */
  OptionalLong watermarkOfAll(SourceRules rules) {
    return known.keySet().containsAll(expected) ? watermark(rules) : OptionalLong.empty();
  }
}

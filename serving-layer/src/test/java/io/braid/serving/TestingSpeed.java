package io.braid.serving;

import io.braid.fold.Carry;
import io.braid.fold.PartitionFold;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.OffsetRange;
import io.braid.log.Position;
import io.braid.serving.query.SpeedView;
import io.braid.time.PaneRange;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Folds of a {@link TestingLog} that go on when told to. */
public final class TestingSpeed implements SpeedView {

  private final TestingLog log;
  private final Position cut;
  private final TreeMap<Integer, PartitionFold> folds = new TreeMap<>();
  private final List<OffsetRange> lost = new ArrayList<>();
  private long completeAsOfMs = Playback.SIX;

  /** Starts at {@code cut} with the carries there; all partitions of the cut have a fold. */
  public TestingSpeed(TestingLog log, Position cut) {
    this.log = log;
    this.cut = cut;
    Map<Integer, Carry> carries = log.carries(cut);
    cut.offsets()
        .forEach(
            (partition, from) ->
                folds.put(partition, log.fold(partition, from, carries.get(partition))));
  }

  /** Starts at the beginning of every partition. */
  public static TestingSpeed fromStart(TestingLog log) {
    TreeMap<Integer, Long> start = new TreeMap<>();
    log.numbers().forEach(partition -> start.put(partition, 0L));
    return new TestingSpeed(log, new Position(start));
  }

  /** Folds up to {@code to}. */
  public synchronized TestingSpeed advance(Position to) {
    to.offsets()
        .forEach((partition, offset) -> log.advance(folds.get(partition), partition, offset));
    return this;
  }

  /** Loses the fold of a partition. */
  public synchronized TestingSpeed drop(int partition) {
    folds.remove(partition);
    return this;
  }

  /** Says that a range had expired. */
  public synchronized TestingSpeed lose(OffsetRange range) {
    lost.add(range);
    return this;
  }

  @Override
  public synchronized List<PartitionSnapshot> read(List<Integer> metrics, PaneRange range) {
    List<PartitionSnapshot> snapshots = new ArrayList<>();
    folds.forEach(
        (partition, fold) -> {
          List<View> views = new ArrayList<>();
          metrics.forEach(index -> views.add(fold.view(index).slice(range)));
          snapshots.add(
              new PartitionSnapshot(
                  new OffsetRange(partition, cut.offset(partition), fold.position()),
                  lost.stream().filter(hole -> hole.partition() == partition).toList(),
                  fold.time(),
                  fold.counts(),
                  views,
                  completeAsOfMs));
        });
    return snapshots;
  }

  /** Says since when nothing is missing. */
  public synchronized TestingSpeed completeAsOf(long epochMs) {
    completeAsOfMs = epochMs;
    return this;
  }
}

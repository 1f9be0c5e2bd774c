package io.braid.speed.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.decode.EventBatch;
import io.braid.decode.EventIds;
import io.braid.fold.Carry;
import io.braid.fold.LateRule;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionSnapshot;
import io.braid.fold.SourceRules;
import io.braid.log.OffsetRange;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import io.braid.view.ViewSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However a fold is cut into pieces, what it says of the whole is what happened. */
class LiveFoldProgressTest {

  private static final SourceRules RULES =
      new SourceRules(
          Duration.ZERO,
          Duration.ofSeconds(30),
          Optional.of(Duration.ofDays(1)),
          LateRule.INCLUDE,
          Duration.ZERO);

  private static final MetricPlan PLAN =
      new MetricPlan(
          Optional.empty(),
          List.of(),
          List.of(
              new MetricPlan.AggregateCall(
                  Aggregate.of(StandardAggregate.COUNT), List.of(), Optional.empty())),
          new ViewSchema(
              List.of(), new Window.None(), List.of(Aggregate.of(StandardAggregate.COUNT))),
          List.of());

  /** A record a millisecond, of which every third has an id that may have been there. */
  private static EventBatch batch(long from, int size, Random random, List<String> ids) {
    long[] offsets = new long[size];
    long[] times = new long[size];
    EventIds events = new EventIds(size);
    for (int i = 0; i < size; i++) {
      offsets[i] = from + i;
      times[i] = from + i;
      String id = random.nextInt(3) == 0 ? "id " + random.nextInt(20) : "new " + offsets[i];
      ids.add(id);
      events.append(id);
    }
    LongColumn column = LongColumn.of(ColumnType.TIMESTAMP, times, size);
    return new EventBatch(
        Batch.of(size, List.of(column)), column, offsets, times, new String[size], events);
  }

  @Property(tries = 100)
  void progressIsThatOfTheWholeWhateverIsSealedAndSettled(@ForAll long seed) {
    Random random = new Random(seed);
    long start = random.nextInt(100);
    LiveFold fold = new LiveFold(3, RULES, List.of(PLAN), start, Carry.EMPTY);
    List<String> ids = new ArrayList<>();
    List<OffsetRange> lost = new ArrayList<>();
    long position = start;
    for (int step = 0; step < 30; step++) {
      switch (random.nextInt(5)) {
        case 0 -> fold.seal();
        case 1 -> fold.settle();
        case 2 -> {
          long next = position + 1 + random.nextInt(5);
          lost.add(new OffsetRange(3, position, next));
          fold.skipLost(next);
          position = next;
        }
        default -> {
          int size = 1 + random.nextInt(40);
          fold.fold(batch(position, size, random, ids), position + size);
          position += size;
        }
      }
      Set<String> distinct = new HashSet<>(ids);
      LiveFold.Progress progress = fold.progress();
      assertThat(progress.position()).isEqualTo(position);
      assertThat(progress.counts().records()).isEqualTo(ids.size());
      assertThat(progress.counts().duplicates()).isEqualTo(ids.size() - distinct.size());
      assertThat(progress.carrySize().ids()).isEqualTo(distinct.size());
      assertThat(fold.records()).isEqualTo(ids.size());

      PartitionSnapshot bare = fold.snapshot(List.of(), PaneRange.NONE, 7).orElseThrow();
      PartitionSnapshot full = fold.snapshot(List.of(0), PaneRange.ALL, 7).orElseThrow();
      assertThat(full.views()).hasSize(1);
      for (PartitionSnapshot snapshot : List.of(bare, full)) {
        assertThat(snapshot.folded()).isEqualTo(new OffsetRange(3, start, position));
        assertThat(snapshot.lost()).isEqualTo(lost);
        assertThat(snapshot.counts()).isEqualTo(progress.counts());
        assertThat(snapshot.time()).isEqualTo(progress.time());
        assertThat(snapshot.completeAsOfMs()).isEqualTo(7);
      }
      LongColumn rows = (LongColumn) full.views().get(0).finish().column(0);
      assertThat(rows.size() == 0 ? 0 : rows.get(0)).isEqualTo(distinct.size());
    }
  }
}

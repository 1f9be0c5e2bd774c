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
import io.braid.fold.PartitionFold;
import io.braid.fold.SourceRules;
import io.braid.time.Window;
import io.braid.view.ViewSchema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever folds come and go, the feed says of every event once more whether it is late. */
class PartitionFeedTest {

  private static final SourceRules RULES =
      new SourceRules(
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          Optional.of(Duration.ofSeconds(20)),
          LateRule.DROP,
          Duration.ofSeconds(1));

  /** As many as take two words of bits, all but two of them without a window. */
  private static final List<MetricPlan> PLANS =
      IntStream.range(0, 70)
          .mapToObj(
              i ->
                  plan(
                      i == 3
                          ? new Window.Tumbling(10_000)
                          : i == 68 ? new Window.Tumbling(60_000) : new Window.None()))
          .toList();

  private static MetricPlan plan(Window window) {
    Aggregate count = Aggregate.of(StandardAggregate.COUNT);
    return new MetricPlan(
        Optional.empty(),
        List.of(),
        List.of(new MetricPlan.AggregateCall(count, List.of(), Optional.empty())),
        new ViewSchema(List.of(), window, List.of(count)),
        List.of());
  }

  private final long[] timestamps;
  private final long[] eventTimes;
  private final int[] ids;

  PartitionFeedTest() {
    Random random = new Random(5);
    int size = 400;
    timestamps = new long[size];
    eventTimes = new long[size];
    ids = new int[size];
    for (int i = 0; i < size; i++) {
      timestamps[i] = i * 500L;
      eventTimes[i] = timestamps[i] - random.nextInt(random.nextInt(5) == 0 ? 120_000 : 3_000);
      ids[i] = random.nextInt(6) == 0 ? random.nextInt(i + 1) : i;
    }
  }

  private EventBatch batch(int from, int to) {
    int size = to - from;
    long[] offsets = new long[size];
    EventIds events = new EventIds(size);
    for (int i = 0; i < size; i++) {
      offsets[i] = from + (long) i;
      events.append("id " + ids[from + i]);
    }
    LongColumn times =
        LongColumn.of(ColumnType.TIMESTAMP, Arrays.copyOfRange(eventTimes, from, to), size);
    return new EventBatch(
        Batch.of(size, List.of(times)),
        times,
        offsets,
        Arrays.copyOfRange(timestamps, from, to),
        new String[size],
        events);
  }

  private Carry carry(int at) {
    PartitionFold fold = new PartitionFold(0, RULES, List.of(), 0, Carry.EMPTY);
    fold.fold(batch(0, at));
    return fold.carry();
  }

  private LiveFold fold(int from) {
    return new LiveFold(0, RULES, PLANS, from, carry(from));
  }

  /** Returns what one fold of everything drops. */
  private SortedMap<Long, Diversion> expected() {
    SortedMap<Long, Diversion> drops = new TreeMap<>();
    new PartitionFold(0, RULES, PLANS, 0, Carry.EMPTY)
        .fold(
            batch(0, ids.length),
            (offset, watermarkMs, metric) ->
                drops
                    .computeIfAbsent(offset, unused -> new Diversion(watermarkMs, new BitSet()))
                    .metrics()
                    .set(metric));
    return drops;
  }

  @Property(tries = 150)
  void everyDroppedEventFromTheCommittedOffsetOnIsToldAndNoneBelow(@ForAll long seed) {
    Random random = new Random(seed);
    int cut = random.nextInt(ids.length);
    int committed = random.nextInt(ids.length);
    // Some feeds forget what they have decided, as when the sink takes nothing for long.
    int most = random.nextBoolean() ? ids.length : random.nextInt(20);
    PartitionFeed feed = new PartitionFeed(0, cut, PLANS.size(), most);
    Deque<LiveFold> folds = new ArrayDeque<>(List.of(fold(cut)));
    assertThat(feed.join(folds.getFirst())).isTrue();
    if (!feed.emitted(committed)) {
      assertThat(committed).isLessThan(cut);
      judge(feed, committed, random);
    }
    SortedMap<Long, Diversion> told = new TreeMap<>();
    long from = committed;
    int position = (int) Math.min(feed.readFrom(), committed);
    while (position < ids.length) {
      int next = Math.min(ids.length, position + 1 + random.nextInt(60));
      SortedMap<Long, Diversion> late = feed.fold(batch(position, next), next);
      assertThat(late.keySet()).allMatch(offset -> offset >= committed);
      told.putAll(late);
      position = next;
      switch (random.nextInt(8)) {
        case 0 -> { // what was sent is stored
          if (position > from) {
            from = position;
            assertThat(feed.emitted(from) || most < ids.length).isTrue();
          }
        }
        case 1 -> { // what was sent is lost
          for (long offset = from; offset < position; offset++) {
            told.remove(offset);
          }
          if (!feed.emitted(from)) {
            assertThat(most).isLessThan(ids.length);
            judge(feed, (int) from, random);
          }
          position = (int) Math.min(feed.readFrom(), from);
        }
        case 2 -> { // a generation that is ahead takes over
          int ahead = (int) feed.position();
          LiveFold fold = fold(Math.min(ids.length, ahead + random.nextInt(80)));
          folds.add(fold);
          assertThat(feed.join(fold)).isTrue();
          if (random.nextBoolean()) {
            feed.leave(folds.removeFirst());
          }
        }
        default -> assertThat(feed.position()).isGreaterThanOrEqualTo(cut);
      }
    }
    SortedMap<Long, Diversion> expected = expected().tailMap((long) committed);
    assertThat(told).isEqualTo(expected);
    assertThat(expected().values())
        .anyMatch(diversion -> diversion.metrics().cardinality() == 2)
        .anyMatch(diversion -> diversion.metrics().cardinality() == 1);
  }

  private void judge(PartitionFeed feed, int emittedFrom, Random random) {
    int below = random.nextInt(emittedFrom + 1);
    List<MetricPlan> judging = PLANS.stream().map(MetricPlan::judging).toList();
    feed.judge(new LiveFold(0, RULES, judging, below, carry(below)), emittedFrom);
  }

  @Example
  void epochIsNeverOlderThanWhatIsLastBelowThePosition() {
    PartitionFeed feed = new PartitionFeed(0, 10, OptionalInt.of(3), PLANS.size());
    assertThat(feed.leaderEpoch(10)).hasValue(3);
    assertThat(feed.leaderEpoch(11)).isEmpty();
    feed.fold(batch(10, 20), 21, OptionalInt.of(4));
    assertThat(feed.leaderEpoch(10)).hasValue(4);
    assertThat(feed.leaderEpoch(21)).hasValue(4);

    feed.fold(batch(5, 12), 12, OptionalInt.of(2));
    assertThat(feed.leaderEpoch()).as("read again from below").hasValue(4);
    feed.fold(batch(21, 21), 21, OptionalInt.empty());
    assertThat(feed.leaderEpoch()).as("nothing was read").hasValue(4);
    feed.fold(batch(21, 22), 22);
    assertThat(feed.leaderEpoch()).as("from an archive").isEmpty();
    feed.fold(batch(22, 23), 23, OptionalInt.of(5));
    feed.skipLost(30);
    assertThat(feed.leaderEpoch()).as("behind what is lost").isEmpty();
  }

  @Property(tries = 100)
  void diversionsAreKeptInOrderAndForgottenFromBelow(@ForAll long seed) {
    Random random = new Random(seed);
    int metrics = 1 + random.nextInt(130);
    Diversions diversions = new Diversions(metrics);
    TreeMap<Long, Diversion> kept = new TreeMap<>();
    List<SortedMap<Long, Diversion>> found = new ArrayList<>();
    List<SortedMap<Long, Diversion>> wanted = new ArrayList<>();
    long offset = 0;
    for (int step = 0; step < 40; step++) {
      SortedMap<Long, Diversion> more = new TreeMap<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        BitSet droppedBy = new BitSet();
        droppedBy.set(random.nextInt(metrics));
        droppedBy.set(random.nextInt(metrics));
        more.put(offset += 1 + random.nextInt(3), new Diversion(random.nextLong(), droppedBy));
      }
      diversions.append(more);
      kept.putAll(more);
      long from = random.nextInt((int) offset + 2);
      long to = from + random.nextInt(50);
      found.add(diversions.between(from, to));
      wanted.add(new TreeMap<>(kept.subMap(from, to)));
      if (random.nextInt(3) == 0) {
        diversions.dropBelow(from);
        kept.headMap(from).clear();
      }
    }
    assertThat(found).isEqualTo(wanted);
  }
}

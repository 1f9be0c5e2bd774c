package io.braid.view;

import static io.braid.view.WindowEvents.evaluate;
import static io.braid.view.WindowEvents.lift;
import static io.braid.view.WindowEvents.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.time.Granularity;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import io.braid.view.WindowEvents.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Sessions of gap 10 in a view, unless told otherwise. */
class SessionViewTest {

  private static final Window.Session WINDOW = new Window.Session(10);
  private static final ViewSchema SCHEMA = WindowEvents.schema(WINDOW);

  @Test
  void eventsExactlyOneGapApartBelongTogether() {
    assertThat(bounds(view(0, 10, 21))).containsExactlyInAnyOrder("0 10", "21 21");
    assertThat(bounds(view(21, 0, 10))).containsExactlyInAnyOrder("0 10", "21 21");
  }

  @Test
  void eventBetweenTwoSessionsMakesThemOne() {
    for (long between : new long[] {11, 20}) {
      View view = view(0, 10, 21);
      lift(view, List.of(event(between)));
      assertThat(view.size()).isEqualTo(1);
      assertThat(bounds(view)).containsExactly("0 21");
      assertThat(view.stored().get(SCHEMA.storedRowsIndex()).value(0)).isEqualTo(4L);
    }
  }

  @Test
  void lateEventsExtendASessionToEitherSide() {
    assertThat(bounds(view(100, 95, 90, 85))).containsExactly("85 100");
    assertThat(bounds(view(100, 50, 110, 40))).containsExactlyInAnyOrder("40 50", "100 110");
  }

  @Test
  void sessionsOfDifferentKeysStayApart() {
    View view = view(0);
    lift(view, List.of(new Event(5, null, 1L, 0.5), new Event(5, "a", null, 0.5)));
    assertThat(view.size()).isEqualTo(3);
  }

  @Test
  void mergedSessionThatReachesOverOthersTakesThemIn() {
    View long1 = view(LongStream.rangeClosed(0, 20).map(i -> i * 10).toArray());
    View short2 = view(-30, 40, 150, 205, 230);
    assertThat(bounds(merged(long1, short2)))
        .containsExactlyInAnyOrder("-30 -30", "0 205", "230 230");
    assertThat(bounds(merged(short2, long1)))
        .containsExactlyInAnyOrder("-30 -30", "0 205", "230 230");
  }

  /** After every batch: the rows that a reader sees, and their number before anybody looks. */
  @Property(tries = 200)
  void readersNeverSeeASessionTwice(@ForAll long seed) {
    Random random = new Random(seed);
    long gapMs = 1 + random.nextLong(30);
    Window window = new Window.Session(gapMs);
    View view = new View(WindowEvents.schema(window));
    List<Event> events = new ArrayList<>();
    int batches = 1 + random.nextInt(12);
    for (int i = 0; i < batches; i++) {
      List<Event> batch =
          WindowEvents.random(random, 1 + random.nextInt(40), gapMs * (1 + random.nextInt(60)));
      events.addAll(batch);
      lift(view, batch);
      if (random.nextInt(3) == 0) {
        var expected =
            evaluate(events, window, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(view.size()).isEqualTo(expected.size());
        assertThat(rows(view.finish())).isEqualTo(expected);
        assertThat(view.size()).isEqualTo(expected.size());
        Column counts = view.stored().get(view.schema().storedRowsIndex());
        long counted = 0;
        for (int row = 0; row < view.size(); row++) {
          counted += (Long) counts.value(row);
        }
        assertThat(counted).isEqualTo(events.size());
      }
    }
  }

  /** Every second event first, then those that join each to the next. */
  @Test
  void thousandsOfSessionsBecomeOne() {
    View view = new View(SCHEMA);
    List<Event> apart = new ArrayList<>();
    List<Event> between = new ArrayList<>();
    for (int i = 0; i <= 5_000; i++) {
      apart.add(event(i * 20L));
      between.add(event(i * 20L + 10));
    }
    between.remove(5_000);
    Random random = new Random(1);
    Collections.shuffle(apart, random);
    Collections.shuffle(between, random);
    lift(view, apart);
    assertThat(view.size()).isEqualTo(5_001);
    for (int i = 0; i < 5_000; i += 100) {
      lift(view, between.subList(i, i + 100));
      assertThat(view.size()).isEqualTo(4_901 - i);
    }
    assertThat(bounds(view)).containsExactly("0 100000");
    assertThat(view.finish().column(4).value(0)).isEqualTo(10_001L);
  }

  /** Without group columns nothing but the split itself looks at the rows. */
  @Test
  void splitOfAViewWithoutGroupColumnsHoldsSessionsThatWereJoined() {
    View view =
        new View(new ViewSchema(List.of(), WINDOW, List.of(Aggregate.of(StandardAggregate.COUNT))));
    for (long timeMs : new long[] {0, 20, 50, 10}) {
      int[] rows = view.rows(List.of(), new long[] {timeMs}, 1);
      view.countRows(rows, 1);
      view.accumulators(0).lift(List.of(), rows, 1);
    }
    View merged = new View(view.schema());
    view.split(3).forEach(merged::merge);
    Batch finished = merged.finish();
    assertThat(finished.size()).isEqualTo(2);
    assertThat(finished.column(0).value(0)).isEqualTo(0L);
    assertThat(finished.column(2).value(0)).isEqualTo(3L);
    assertThat(finished.column(2).value(1)).isEqualTo(1L);
  }

  @Test
  void sliceHoldsTheSessionsThatReachIntoTheRange() {
    View view = view(0, 10, 50, 60, 100);
    assertThat(bounds(view.slice(new PaneRange(10, 50)))).containsExactly("0 10");
    assertThat(bounds(view.slice(new PaneRange(11, 50)))).isEmpty();
    assertThat(bounds(view.slice(new PaneRange(55, 101))))
        .containsExactlyInAnyOrder("50 60", "100 100");
    assertThat(bounds(view.slice(PaneRange.ALL))).hasSize(3);
    assertThat(bounds(view.slice(PaneRange.NONE))).isEmpty();
  }

  @Test
  void storedFormHasTheLastEventTimeBehindThePane() {
    View view = view(5, 9);
    List<Column> stored = view.stored();
    assertThat(View.storedTypes(SCHEMA)).isEqualTo(stored.stream().map(Column::type).toList());
    assertThat(stored.get(2).value(0)).isEqualTo(5L);
    assertThat(stored.get(3).value(0)).isEqualTo(9L);
    assertThat(stored.get(SCHEMA.storedRowsIndex()).value(0)).isEqualTo(2L);
  }

  @Test
  void sessionsAreNotRolledUp() {
    assertThatThrownBy(() -> view(0).rollUp(List.of(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot roll up sessions: they are those of all 2 group columns, asked for 1");
  }

  private static Event event(long timeMs) {
    return new Event(timeMs, "a", 1L, 0.5);
  }

  private static View view(long... timesMs) {
    View view = new View(SCHEMA);
    for (long timeMs : timesMs) {
      lift(view, List.of(event(timeMs)));
    }
    return view;
  }

  private static View merged(View one, View other) {
    View merged = one.copy();
    merged.merge(other);
    return merged;
  }

  private static List<String> bounds(View view) {
    List<Column> stored = view.stored();
    List<String> bounds = new ArrayList<>();
    for (int row = 0; row < view.size(); row++) {
      bounds.add(stored.get(2).value(row) + " " + stored.get(3).value(row));
    }
    return bounds;
  }
}

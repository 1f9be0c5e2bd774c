package io.braid.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.Batch;
import io.braid.time.CalendarWindow;
import io.braid.time.Granularity;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import io.braid.view.WindowEvents.Event;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * Windows of an answer equal those made by plain loops over the events, however they were split.
 */
class WindowsTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final long HOUR = 3_600_000;

  @Property(tries = 100)
  void tumblingWindowsAreThoseOfTheEvents(@ForAll long seed) {
    Random random = new Random(seed);
    long sizeMs = 1 + random.nextLong(50);
    check(
        new Window.Tumbling(sizeMs),
        new Window.Tumbling(sizeMs * (1 + random.nextInt(6))),
        sizeMs * 20,
        random);
  }

  @Property(tries = 60)
  void calendarWindowsAreThoseOfTheEvents(@ForAll long seed) {
    Random random = new Random(seed);
    CalendarWindow.Unit unit =
        List.of(CalendarWindow.Unit.DAY, CalendarWindow.Unit.WEEK, CalendarWindow.Unit.MONTH)
            .get(random.nextInt(3));
    Window days = Window.calendar(CalendarWindow.Unit.DAY, 1, BERLIN);
    Window coarser = Window.calendar(unit, 1 + random.nextInt(3), BERLIN);
    check(days, coarser, 24 * HOUR * (1 + random.nextInt(200)), random);
    check(new Window.Tumbling(HOUR), coarser, 24 * HOUR * (1 + random.nextInt(200)), random);
  }

  @Property(tries = 150)
  void hoppingWindowsAreThoseOfTheEvents(@ForAll long seed) {
    Random random = new Random(seed);
    long slideMs = 1 + random.nextLong(12);
    long overlap =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(60);
          case 1 -> random.nextInt(1_439) / (1 + random.nextInt(20));
          default -> random.nextInt(6);
        };
    long sizeMs = slideMs * (1 + overlap) + random.nextLong(slideMs);
    Window.Hopping window = new Window.Hopping(slideMs, sizeMs);
    Window coarser = new Window.Tumbling(window.paneMs() * (1 + random.nextInt(6)));
    check(window, coarser, sizeMs * (1 + random.nextInt(4)), random);
  }

  @Property(tries = 200)
  void sessionsAreThoseOfTheEvents(@ForAll long seed) {
    Random random = new Random(seed);
    long gapMs = 1 + random.nextLong(40);
    check(new Window.Session(gapMs), new Window.None(), gapMs * (1 + random.nextInt(100)), random);
  }

  private static void check(Window window, Window coarser, long spanMs, Random random) {
    List<Event> events = WindowEvents.random(random, random.nextInt(150), spanMs);
    List<View> views = new ArrayList<>();
    for (List<Event> part : split(events, random)) {
      views.add(WindowEvents.fold(window, part, random));
    }
    long one = bound(spanMs, random);
    long other = bound(spanMs, random);
    long from = random.nextInt(3) == 0 ? Long.MIN_VALUE : Math.min(one, other);
    long to = random.nextInt(3) == 0 ? Long.MAX_VALUE : Math.max(one, other);
    List<Granularity> granularities =
        window instanceof Window.Session
            ? List.of(Granularity.WINDOWS)
            : List.of(Granularity.WINDOWS, Granularity.ALL, new Granularity.Coarser(coarser));
    for (Granularity granularity : granularities) {
      PaneRange range = granularity.panes(window, from, to);
      List<View> sliced = new ArrayList<>();
      views.forEach(view -> sliced.add(random.nextBoolean() ? view : view.slice(range)));
      View merged = mergedInRandomTree(sliced, random);
      Batch finished = Windows.finish(merged, granularity, from, to);
      assertThat(WindowEvents.rows(finished))
          .as("%s as %s in [%d, %d)", window.text(), granularity, from, to)
          .isEqualTo(WindowEvents.evaluate(events, window, granularity, from, to));
      assertThat(Windows.count(merged, granularity, from, to))
          .isGreaterThanOrEqualTo(finished.size());
      if (window instanceof Window.Hopping && granularity.equals(Granularity.WINDOWS)) {
        assertThat(Windows.count(merged, granularity, from, to)).isEqualTo(finished.size());
      }
    }
  }

  private static long bound(long spanMs, Random random) {
    return random.nextLong(-spanMs - 10, spanMs + 10);
  }

  private static List<List<Event>> split(List<Event> events, Random random) {
    List<List<Event>> parts = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      parts.add(new ArrayList<>());
    }
    boolean ranges = random.nextBoolean(); // of the log, or partitions
    for (int i = 0; i < events.size(); i++) {
      parts.get(ranges ? i * count / events.size() : random.nextInt(count)).add(events.get(i));
    }
    return parts;
  }

  private static View mergedInRandomTree(List<View> views, Random random) {
    List<View> left = new ArrayList<>(views);
    while (left.size() > 1) {
      View one = travel(left.remove(random.nextInt(left.size())), random);
      View other = travel(left.remove(random.nextInt(left.size())), random);
      one.merge(other);
      left.add(one);
    }
    return left.get(0);
  }

  private static View travel(View view, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> view.copy();
      case 1 -> view.sortedByPane();
      default -> ViewCodec.decode(ViewCodec.encode(view), view.schema());
    };
  }

  @Property(tries = 150)
  void partsOfSplitViewsHoldWholeSessions(@ForAll long seed) {
    Random random = new Random(seed);
    Window window = new Window.Session(1 + random.nextLong(30));
    List<Event> events = WindowEvents.random(random, random.nextInt(120), 500);
    int parts = 1 + random.nextInt(5);
    List<View> merged = new ArrayList<>(Collections.nCopies(parts, null));
    merged.replaceAll(unused -> new View(WindowEvents.schema(window)));
    for (List<Event> part : split(events, random)) {
      List<View> pieces = WindowEvents.fold(window, part, random).split(parts);
      for (int i = 0; i < parts; i++) {
        merged.get(i).merge(pieces.get(i));
      }
    }
    Map<List<Object>, List<Object>> together = new HashMap<>();
    for (View part : merged) {
      WindowEvents.rows(part.finish())
          .forEach((key, row) -> assertThat(together.put(key, row)).isNull());
    }
    assertThat(together)
        .isEqualTo(
            WindowEvents.evaluate(
                events, window, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @Test
  void hoppingWindowOfPanesThatAreFarApartHoldsTheirEventsAlone() {
    Window window = new Window.Hopping(4, 10);
    List<Event> events = List.of(event(5), event(-1_000_000_000_000L));
    Batch finished =
        Windows.finish(
            WindowEvents.fold(window, events, new Random(1)), Granularity.WINDOWS, -4, 5);
    assertThat(WindowEvents.rows(finished).keySet())
        .extracting(key -> key.get(2) + " " + key.get(3))
        .containsExactlyInAnyOrder("-4 6", "0 10", "4 14");
  }

  @Test
  void sessionsAreNotJoinedIntoOtherWindows() {
    View view = new View(WindowEvents.schema(new Window.Session(10)));
    assertThatThrownBy(() -> Windows.finish(view, Granularity.ALL, 0, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot join session(10) into other windows: a session is of one length alone");
  }

  @Test
  void viewWithoutWindowIsFinishedWhateverTheRange() {
    View view = WindowEvents.fold(new Window.None(), List.of(event(7)), new Random(1));
    assertThat(Windows.finish(view, Granularity.WINDOWS, 100, 200).size()).isEqualTo(1);
    assertThat(Windows.count(view, Granularity.WINDOWS, 100, 200)).isEqualTo(1);
  }

  @Test
  void emptyViewHasNoWindows() {
    for (Window window : List.of(new Window.Hopping(1, 1_440), new Window.Session(5))) {
      View view = new View(WindowEvents.schema(window));
      Batch finished = Windows.finish(view, Granularity.WINDOWS, 0, 10);
      assertThat(finished.size()).isZero();
      assertThat(finished.width()).isEqualTo(view.schema().finishedTypes().size());
    }
    View view = new View(WindowEvents.schema(new Window.Tumbling(5)));
    assertThat(Windows.finish(view, Granularity.ALL, 0, 10).width()).isEqualTo(8);
  }

  private static Event event(long timeMs) {
    return new Event(timeMs, "a", null, 0.5);
  }
}

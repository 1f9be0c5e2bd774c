package io.braid.view;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Granularity;
import io.braid.time.Window;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Random events in windows: folded into views, and evaluated by plain loops over the events. */
final class WindowEvents {

  private static final String[] TEXTS = {"a", "b", "", null};
  private static final double[] DOUBLES = {0.1, 0.2, 1e16, -1e16, 1e-300, -0.3};

  /** One event; null is NULL. */
  record Event(long timeMs, String text, Long number, Double value) {}

  private WindowEvents() {}

  /** Returns events in no order, near 0, of which some are at one instant. */
  static List<Event> random(Random random, int count, long spanMs) {
    List<Event> events = new ArrayList<>();
    long stepMs = 1 + random.nextLong(1 + spanMs / 20);
    for (int i = 0; i < count; i++) {
      long timeMs = random.nextLong(-spanMs, spanMs);
      events.add(
          new Event(
              random.nextInt(3) == 0 ? Math.floorDiv(timeMs, stepMs) * stepMs : timeMs,
              TEXTS[random.nextInt(TEXTS.length)],
              random.nextInt(3) == 0 ? null : (long) random.nextInt(2),
              random.nextInt(5) == 0 ? null : DOUBLES[random.nextInt(DOUBLES.length)]));
    }
    return events;
  }

  static ViewSchema schema(Window window) {
    return new ViewSchema(
        List.of(
            new ViewSchema.Key("text", ColumnType.STRING),
            new ViewSchema.Key("number", ColumnType.BIGINT)),
        window,
        List.of(
            Aggregate.of(StandardAggregate.COUNT),
            Aggregate.of(StandardAggregate.SUM, ColumnType.DOUBLE),
            Aggregate.of(StandardAggregate.MIN, ColumnType.DOUBLE),
            Aggregate.of(StandardAggregate.MAX, ColumnType.BIGINT)));
  }

  /** Folds events in batches of random sizes. */
  static View fold(Window window, List<Event> events, Random random) {
    View view = new View(schema(window));
    int from = 0;
    while (from < events.size()) {
      int to = from + 1 + random.nextInt(events.size() - from);
      lift(view, events.subList(from, to));
      from = to;
    }
    return view;
  }

  static void lift(View view, List<Event> events) {
    int count = events.size();
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), count);
    LongColumn.Builder numbers = new LongColumn.Builder(ColumnType.BIGINT, count);
    DoubleColumn.Builder values = new DoubleColumn.Builder(count);
    LongColumn.Builder times = new LongColumn.Builder(ColumnType.BIGINT, count);
    long[] panes = new long[count];
    for (int i = 0; i < count; i++) {
      Event event = events.get(i);
      if (event.text() == null) {
        texts.appendNull();
      } else {
        texts.append(event.text());
      }
      if (event.number() == null) {
        numbers.appendNull();
      } else {
        numbers.append(event.number());
      }
      if (event.value() == null) {
        values.appendNull();
      } else {
        values.append(event.value());
      }
      times.append(event.timeMs());
      panes[i] = view.schema().window().paneStart(event.timeMs());
    }
    Column value = values.build();
    int[] rows = view.rows(List.of(texts.build(), numbers.build()), panes, count);
    view.countRows(rows, count);
    view.accumulators(0).lift(List.of(), rows, count);
    view.accumulators(1).lift(List.of(value), rows, count);
    view.accumulators(2).lift(List.of(value), rows, count);
    view.accumulators(3).lift(List.of(times.build()), rows, count);
  }

  /** Returns the rows of a finished form: keys, start and end to aggregates. */
  static Map<List<Object>, List<Object>> rows(Batch finished) {
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    for (int row = 0; row < finished.size(); row++) {
      Object[] values = new Object[finished.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] = finished.column(i).value(row);
      }
      List<Object> all = Arrays.asList(values);
      if (rows.put(all.subList(0, 4), all.subList(4, all.size())) != null) {
        throw new AssertionError("Key is there twice: " + all);
      }
    }
    return rows;
  }

  /** Returns what {@link Windows#finish} is to return, by plain loops over the events. */
  static Map<List<Object>, List<Object>> evaluate(
      List<Event> events, Window window, Granularity granularity, long fromMs, long toMs) {
    Map<List<Object>, List<Event>> groups = new HashMap<>();
    if (granularity instanceof Granularity.All) {
      List<Event> inside =
          events.stream()
              .filter(event -> window.paneStart(event.timeMs()) >= fromMs)
              .filter(event -> window.paneStart(event.timeMs()) < toMs)
              .toList();
      long start = inside.stream().mapToLong(e -> window.paneStart(e.timeMs())).min().orElse(0);
      long end =
          inside.stream()
              .mapToLong(e -> window.paneEnd(window.paneStart(e.timeMs())))
              .max()
              .orElse(0);
      inside.forEach(event -> add(groups, event, start, end));
      return finished(groups);
    }
    if (granularity instanceof Granularity.Coarser coarser) {
      tumble(groups, events, coarser.window());
    } else if (window instanceof Window.Hopping hopping) {
      for (Event event : events) {
        long start = Math.floorDiv(event.timeMs(), hopping.slideMs()) * hopping.slideMs();
        for (; start + hopping.sizeMs() > event.timeMs(); start -= hopping.slideMs()) {
          add(groups, event, start, start + hopping.sizeMs());
        }
      }
    } else if (window instanceof Window.Session session) {
      sessions(groups, events, session.gapMs());
    } else {
      tumble(groups, events, window);
    }
    groups.keySet().removeIf(key -> (Long) key.get(2) < fromMs || (Long) key.get(2) >= toMs);
    return finished(groups);
  }

  private static void tumble(
      Map<List<Object>, List<Event>> groups, List<Event> events, Window window) {
    for (Event event : events) {
      long start = window.paneStart(event.timeMs());
      add(groups, event, start, window.paneEnd(start));
    }
  }

  private static void sessions(
      Map<List<Object>, List<Event>> groups, List<Event> events, long gapMs) {
    Map<List<Object>, List<Event>> byKey = new HashMap<>();
    for (Event event : events) {
      byKey
          .computeIfAbsent(Arrays.asList(event.text(), event.number()), k -> new ArrayList<>())
          .add(event);
    }
    for (List<Event> ofKey : byKey.values()) {
      ofKey.sort(Comparator.comparingLong(Event::timeMs));
      int from = 0;
      for (int i = 0; i < ofKey.size(); i++) {
        boolean isLast =
            i + 1 == ofKey.size() || ofKey.get(i + 1).timeMs() - ofKey.get(i).timeMs() > gapMs;
        if (isLast) {
          for (Event event : ofKey.subList(from, i + 1)) {
            add(groups, event, ofKey.get(from).timeMs(), ofKey.get(i).timeMs() + gapMs);
          }
          from = i + 1;
        }
      }
    }
  }

  private static void add(
      Map<List<Object>, List<Event>> groups, Event event, long startMs, long endMs) {
    groups
        .computeIfAbsent(
            Arrays.asList(event.text(), event.number(), startMs, endMs), k -> new ArrayList<>())
        .add(event);
  }

  private static Map<List<Object>, List<Object>> finished(Map<List<Object>, List<Event>> groups) {
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    groups.forEach(
        (key, events) -> {
          List<Double> values = events.stream().map(Event::value).filter(Objects::nonNull).toList();
          BigDecimal sum =
              values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
          rows.put(
              key,
              Arrays.asList(
                  (long) events.size(),
                  values.isEmpty() ? null : (Object) sum.doubleValue(),
                  values.stream().min(Double::compare).orElse(null),
                  events.stream().mapToLong(Event::timeMs).max().orElseThrow()));
        });
    return rows;
  }
}

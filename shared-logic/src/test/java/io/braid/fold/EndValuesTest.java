package io.braid.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.view.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** FIRST_VALUE and LAST_VALUE over several partitions whose events have the same event times. */
class EndValuesTest {

  private static final long START_MS = 1_700_000_000_000L;

  private static final TestingSource SOURCE =
      TestingSource.with(
          """
          SELECT FIRST_VALUE(txt) AS f, LAST_VALUE(txt) AS l,
                 FIRST_VALUE(txt) FILTER (WHERE flag) AS ff,
                 LAST_VALUE(txt) FILTER (WHERE flag) AS lf
          FROM testing
          """,
          """
          SELECT num, FIRST_VALUE(txt) AS f, LAST_VALUE(txt) AS l,
                 FIRST_VALUE(txt) FILTER (WHERE flag) AS ff,
                 LAST_VALUE(txt) FILTER (WHERE flag) AS lf
          FROM testing WHERE num > 0 GROUP BY num, TUMBLE(event_time, INTERVAL '1' SECOND)
          """);

  /** The text, which says where the event stands, may be NULL. */
  private record Event(
      int partition, long offset, long eventTimeMs, long num, boolean flag, String text) {

    RandomLog.Event logged() {
      String json =
          "{\"event_time\": %d, \"num\": %d, \"flag\": %s, \"deep\": {\"txt\": %s}}"
              .formatted(eventTimeMs, num, flag, text == null ? null : "\"" + text + "\"");
      return new RandomLog.Event(offset, START_MS, json.getBytes(UTF_8), Map.of());
    }
  }

  @Property(tries = 100)
  void tiesOfEventTimeAreDecidedByPartitionAndOffsetHoweverTheLogIsSplit(@ForAll long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    List<PartitionFold> pieces = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      List<Event> own = events(partition, random);
      events.addAll(own);
      List<RandomLog.Event> records = own.stream().map(Event::logged).toList();
      long end = RandomLog.end(records);
      long split = random.nextInt((int) end + 1);
      PartitionFold below = SOURCE.fold(partition, records, 0, split, Carry.EMPTY, random);
      pieces.add(below);
      pieces.add(SOURCE.fold(partition, records, split, end, below.carry(), random));
    }
    events.sort(
        Comparator.comparing(Event::eventTimeMs)
            .thenComparing(Event::partition)
            .thenComparing(Event::offset));

    assertThat(merged(pieces, 0, random)).isEqualTo(Map.of(List.of(), row(events)));

    Map<List<Object>, List<Event>> groups = new HashMap<>();
    for (Event event : events) {
      if (event.num() > 0) {
        long startMs = event.eventTimeMs() / 1000 * 1000;
        groups
            .computeIfAbsent(
                List.of(event.num(), startMs, startMs + 1000), unused -> new ArrayList<>())
            .add(event);
      }
    }
    Map<List<Object>, List<Object>> expected = new HashMap<>();
    groups.forEach((key, group) -> expected.put(key, row(group)));
    assertThat(merged(pieces, 1, random)).isEqualTo(expected);
  }

  private static List<Event> events(int partition, Random random) {
    List<Event> events = new ArrayList<>();
    long offset = 0;
    for (int i = random.nextInt(20); i >= 0; i--) {
      String text = random.nextInt(4) == 0 ? null : partition + "/" + offset;
      long eventTimeMs = START_MS - random.nextInt(3) * 400L;
      events.add(
          new Event(partition, offset, eventTimeMs, random.nextInt(3), random.nextBoolean(), text));
      offset += 1 + random.nextInt(2);
    }
    return events;
  }

  private static Map<List<Object>, List<Object>> merged(
      List<PartitionFold> pieces, int metric, Random random) {
    List<View> views = new ArrayList<>();
    pieces.forEach(piece -> views.add(piece.view(metric)));
    return TestingSource.rows(TestingSource.mergeInRandomTree(views, random));
  }

  /** Returns the finished row of events in order, with their number at the end. */
  private static List<Object> row(List<Event> ordered) {
    List<Object> row = new ArrayList<>();
    List<String> texts = texts(ordered);
    List<String> flagged = texts(ordered.stream().filter(Event::flag).toList());
    for (List<String> ends : List.of(texts, flagged)) {
      row.add(ends.isEmpty() ? null : ends.get(0));
      row.add(ends.isEmpty() ? null : ends.get(ends.size() - 1));
    }
    row.add((long) ordered.size());
    return row;
  }

  private static List<String> texts(List<Event> ordered) {
    return ordered.stream().map(Event::text).filter(Objects::nonNull).toList();
  }
}

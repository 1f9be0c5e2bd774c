package io.braid.view;

import static io.braid.view.ViewTesting.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.AggregateFunctions;
import io.braid.column.ColumnType;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SettledViewTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 6;

  @Test
  void isReadByManyThreadsAtOnce() throws Exception {
    for (Window window : List.of(new Window.Tumbling(10), new Window.Session(4))) {
      View view = view(window, 1_500);
      view.settle();
      Read expected = read(view);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        Callable<List<Read>> reading =
            () -> {
              List<Read> reads = new ArrayList<>();
              for (int round = 0; round < ROUNDS; round++) {
                reads.add(read(view));
              }
              return reads;
            };
        for (Future<List<Read>> reads : threads.invokeAll(Collections.nCopies(THREADS, reading))) {
          assertThat(reads.get()).isEqualTo(Collections.nCopies(ROUNDS, expected));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void isLeftAsItIsByReading() {
    for (Window window : List.of(new Window.Tumbling(10), new Window.Session(4))) {
      View view = view(window, 700);
      view.settle();
      List<Object> before = structure(view);
      assertThat(before).hasSizeGreaterThan(500);
      read(view);
      assertThat(structure(view)).isEqualTo(before);
    }
  }

  @Test
  void sessionsThatAreNotSettledAreJoinedByReading() {
    View view = view(new Window.Session(4), 700);
    List<Object> before = structure(view);
    read(view);
    assertThat(structure(view)).isNotEqualTo(before);
  }

  @Test
  void goesOnAndSettlesAgain() {
    for (Window window : List.of(new Window.Tumbling(10), new Window.Session(4))) {
      View settled = view(window, 200);
      View other = view(window, 200);
      settled.settle();
      settled.merge(view(window, 90));
      settled.settle();
      other.merge(view(window, 90));
      assertThat(rows(settled)).isEqualTo(rows(other));
    }
  }

  /** What comes out of all ways to read a view. */
  private record Read(
      int size,
      String bytes,
      Map<List<Object>, List<Object>> rows,
      Map<List<Object>, List<Object>> slice,
      Map<List<Object>, List<Object>> merged,
      int parts,
      String sorted,
      long memoryBytes) {}

  private static Read read(View view) {
    View merged = new View(view.schema());
    merged.merge(view);
    return new Read(
        view.size(),
        HexFormat.of().formatHex(ViewCodec.encode(view)),
        rows(view),
        rows(view.slice(new PaneRange(-10, 10))),
        rows(merged),
        view.split(3).get(0).size(),
        HexFormat.of().formatHex(ViewCodec.encode(view.sortedByPane())),
        view.memoryBytes());
  }

  private static View view(Window window, int events) {
    ViewSchema all = ViewTesting.schema(window);
    List<Aggregate> aggregates = new ArrayList<>(all.aggregates());
    aggregates.add(
        Aggregate.of(AggregateFunctions.find("LONGEST").orElseThrow(), ColumnType.STRING));
    // Few keys, so that groups have many values and sessions come together.
    List<ViewSchema.Key> keys = List.of(all.keys().get(0), all.keys().get(1));
    ViewSchema schema = new ViewSchema(keys, window, aggregates);
    View view = new View(schema);
    if (window instanceof Window.Session) {
      // Far apart first, then what lies between: sessions of several numbers.
      view.merge(ViewTesting.view(schema, new Random(2), events));
      for (int from = 0; from < 3; from++) {
        joinSessions(view, from);
      }
    } else {
      view.merge(ViewTesting.view(schema, new Random(2), events));
    }
    return view;
  }

  private static void joinSessions(View view, int from) {
    View between = new View(view.schema());
    between.merge(view);
    int count = between.size();
    long[] times = new long[count];
    for (int row = 0; row < count; row++) {
      times[row] = between.paneStarts().get(row) + 4 + from;
    }
    int[] rows = view.rows(List.of(between.key(0), between.key(1)), times, count);
    view.countRows(rows, count);
  }

  /** Returns what is reachable in fields: arrays by their identity and contents, and values. */
  private static List<Object> structure(View view) {
    List<Object> structure = new ArrayList<>();
    walk(view, structure, Collections.newSetFromMap(new IdentityHashMap<>()));
    return structure;
  }

  private static void walk(Object object, List<Object> structure, Set<Object> seen) {
    if (object instanceof Optional<?> optional) {
      optional.ifPresent(value -> walk(value, structure, seen));
      return;
    }
    if (object == null || !seen.add(object)) {
      return;
    }
    structure.add(System.identityHashCode(object));
    Class<?> type = object.getClass();
    if (type.isArray()) {
      if (type.getComponentType().isPrimitive()) {
        structure.add(Arrays.deepHashCode(new Object[] {object}));
      } else {
        for (int i = 0; i < Array.getLength(object); i++) {
          walk(Array.get(object, i), structure, seen);
        }
      }
      return;
    }
    if (type.getName().startsWith("java.") || type.isHidden()) {
      return;
    }
    for (Class<?> at = type; at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          Object value = value(field, object);
          if (field.getType().isPrimitive()) {
            structure.add(value);
          } else {
            walk(value, structure, seen);
          }
        }
      }
    }
  }

  private static Object value(Field field, Object object) {
    field.setAccessible(true);
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}

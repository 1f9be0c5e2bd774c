package io.braid.view;

import static io.braid.view.ViewTesting.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.time.PaneRange;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ViewTest {

  private static final ViewSchema SCHEMA = ViewTesting.schema();

  @Property(tries = 60)
  void mergeIsAssociativeAndCommutative(@ForAll long seed) {
    Random random = new Random(seed);
    View a = ViewTesting.view(SCHEMA, random, random.nextInt(60));
    View b = ViewTesting.view(SCHEMA, random, random.nextInt(60));
    View c = ViewTesting.view(SCHEMA, random, random.nextInt(60));
    Map<List<Object>, List<Object>> expected = rows(merged(merged(a, b), c));
    assertThat(rows(merged(a, merged(b, c)))).isEqualTo(expected);
    assertThat(rows(merged(c, merged(b, a)))).isEqualTo(expected);
  }

  @Property(tries = 30)
  void emptyViewChangesNothing(@ForAll long seed) {
    View view = ViewTesting.view(SCHEMA, new Random(seed), 40);
    assertThat(rows(merged(view, new View(SCHEMA)))).isEqualTo(rows(view));
    assertThat(rows(merged(new View(SCHEMA), view))).isEqualTo(rows(view));
  }

  @Property(tries = 30)
  void mergingLeavesTheOtherAsItIs(@ForAll long seed) {
    Random random = new Random(seed);
    View one = ViewTesting.view(SCHEMA, random, 40);
    View other = ViewTesting.view(SCHEMA, random, 40);
    Map<List<Object>, List<Object>> before = rows(other);
    View merged = merged(one, other);
    merged.merge(ViewTesting.view(SCHEMA, random, 40));
    assertThat(rows(other)).isEqualTo(before);
  }

  @Property(tries = 40)
  void partsOfASplitAreDisjointAndMergeToTheWhole(@ForAll long seed) {
    Random random = new Random(seed);
    View view = ViewTesting.view(SCHEMA, random, random.nextInt(80));
    Map<List<Object>, List<Object>> together = new HashMap<>();
    List<View> parts = view.split(1 + random.nextInt(6));
    parts.forEach(part -> together.putAll(rows(part)));
    assertThat(parts.stream().mapToInt(View::size).sum()).isEqualTo(view.size());
    assertThat(together).isEqualTo(rows(view));
  }

  @Property(tries = 40)
  void equalKeysOfDifferentViewsFallIntoPartsOfOneNumber(@ForAll long seed) {
    Random random = new Random(seed);
    int parts = 1 + random.nextInt(6);
    View one = ViewTesting.view(SCHEMA, random, 60);
    View other = merged(ViewTesting.view(SCHEMA, random, 60), one);
    View read = ViewCodec.decode(ViewCodec.encode(other), SCHEMA);
    List<View> mine = one.split(parts);
    List<View> theirs = read.split(parts);
    for (int part = 0; part < parts; part++) {
      assertThat(rows(theirs.get(part)).keySet()).containsAll(rows(mine.get(part)).keySet());
    }
    List<View> merged = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      merged.add(merged(mine.get(part), theirs.get(part)));
    }
    Map<List<Object>, List<Object>> together = new HashMap<>();
    merged.forEach(part -> together.putAll(rows(part)));
    assertThat(together).isEqualTo(rows(merged(one, other)));
  }

  @Property(tries = 40)
  void sliceHoldsThePanesThatStartInsideAndNoOthers(@ForAll long seed) {
    Random random = new Random(seed);
    View view = ViewTesting.view(SCHEMA, random, 60);
    int windowStart = SCHEMA.windowStartIndex();
    Map<List<Object>, List<Object>> expected = rows(view);
    expected.keySet().removeIf(key -> (Long) key.get(windowStart) < -10);
    expected.keySet().removeIf(key -> (Long) key.get(windowStart) >= 10);
    assertThat(rows(view.slice(new PaneRange(-10, 10)))).isEqualTo(expected);
    assertThat(rows(view.slice(new PaneRange(-19, 1)))).isEqualTo(expected);
    View both =
        merged(
            view.slice(new PaneRange(Long.MIN_VALUE, 0)),
            view.slice(new PaneRange(0, Long.MAX_VALUE)));
    assertThat(rows(both)).isEqualTo(rows(view));
    assertThat(view.slice(new PaneRange(5, 5)).size()).isZero();
  }

  @Property(tries = 40)
  void rollingUpAndMergingCommute(@ForAll long seed) {
    Random random = new Random(seed);
    View one = ViewTesting.view(SCHEMA, random, 60);
    View other = ViewTesting.view(SCHEMA, random, 60);
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < SCHEMA.keys().size(); i++) {
      if (random.nextInt(3) == 0) {
        kept.add(i);
      }
    }
    assertThat(rows(merged(one.rollUp(kept), other.rollUp(kept))))
        .isEqualTo(rows(merged(one, other).rollUp(kept)));
  }

  @Property(tries = 40)
  void rollingUpInStepsIsRollingUpAtOnce(@ForAll long seed) {
    View view = ViewTesting.view(SCHEMA, new Random(seed), 60);
    assertThat(rows(view.rollUp(List.of(0, 4, 5)).rollUp(List.of(1))))
        .isEqualTo(rows(view.rollUp(List.of(4))));
    assertThat(rows(view.rollUp(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8)))).isEqualTo(rows(view));
    long events =
        rows(view.rollUp(List.of())).values().stream()
            .mapToLong(row -> (Long) row.get(row.size() - 1))
            .sum();
    assertThat(events).isEqualTo(60);
  }

  @Property(tries = 40)
  void bytesKeepEveryRow(@ForAll long seed) {
    Random random = new Random(seed);
    View view = ViewTesting.view(SCHEMA, random, random.nextInt(80));
    assertThat(rows(ViewCodec.decode(ViewCodec.encode(view), SCHEMA))).isEqualTo(rows(view));
  }

  @Test
  void nullIsAGroupOfItsOwn() {
    ViewSchema schema = oneKey(ColumnType.BIGINT);
    View view = new View(schema);
    Column keys =
        LongColumn.of(
            ColumnType.BIGINT, new long[] {0, 0, 7}, new boolean[] {false, true, true}, 3);
    assertThat(view.rows(List.of(keys), new long[3], 3)).containsExactly(0, 1, 1);
    assertThat(view.key(0).value(0)).isEqualTo(0L);
    assertThat(view.key(0).value(1)).isNull();
  }

  @Test
  void doublesGroupByTotalOrderWithOneNan() {
    View view = new View(oneKey(ColumnType.DOUBLE));
    double otherNan = Double.longBitsToDouble(0x7ff8000000000001L);
    Column keys = DoubleColumn.of(new double[] {0.0, -0.0, Double.NaN, otherNan}, 4);
    assertThat(view.rows(List.of(keys), new long[4], 4)).containsExactly(0, 1, 2, 2);
  }

  @Test
  void keysOfManyColumnsAreToldApartByTheirNulls() {
    List<ViewSchema.Key> keys = new ArrayList<>();
    for (int i = 0; i < View.MAX_KEYS; i++) {
      keys.add(new ViewSchema.Key("k" + i, ColumnType.BIGINT));
    }
    View view = new View(new ViewSchema(keys, new Window.None(), List.of()));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < View.MAX_KEYS; i++) {
      boolean[] nulls = new boolean[View.MAX_KEYS];
      nulls[i] = true; // row i is NULL in column i
      columns.add(LongColumn.of(ColumnType.BIGINT, new long[View.MAX_KEYS], nulls, View.MAX_KEYS));
    }
    Set<Integer> rows = new HashSet<>();
    for (int row : view.rows(columns, new long[View.MAX_KEYS], View.MAX_KEYS)) {
      rows.add(row);
    }
    assertThat(rows).hasSize(View.MAX_KEYS);
    keys.add(new ViewSchema.Key("one too many", ColumnType.BIGINT));
    assertThatThrownBy(() -> new View(new ViewSchema(keys, new Window.None(), List.of())))
        .hasMessage("Cannot group by 63 columns, at most 62");
  }

  private static ViewSchema oneKey(ColumnType type) {
    return new ViewSchema(
        List.of(new ViewSchema.Key("k", type)),
        new Window.None(),
        List.of(Aggregate.of(StandardAggregate.COUNT)));
  }

  private static View merged(View one, View other) {
    View merged = one.copy();
    merged.merge(other);
    return merged;
  }
}

package io.braid.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.StringColumn;
import io.braid.time.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FewGroupsTest {

  @Property(tries = 100)
  void rowsAreThoseOfAMapWhileTextsAreFewAndWhenTheyBecomeMany(
      @ForAll Random random,
      @ForAll @IntRange(max = 3) int keys,
      @ForAll @IntRange(min = 1, max = 60) int texts) {
    List<ViewSchema.Key> names = new ArrayList<>();
    for (int k = 0; k < keys; k++) {
      names.add(new ViewSchema.Key("k" + k, ColumnType.STRING));
    }
    View view = new View(new ViewSchema(names, new Window.Tumbling(10), List.of()));
    Map<List<Object>, Integer> expected = new HashMap<>();
    Dictionary[] dictionaries = new Dictionary[keys];

    for (int batch = 1; batch <= 8; batch++) {
      int count = random.nextInt(60);
      long[] panes = new long[count];
      for (int i = 0; i < count; i++) {
        panes[i] = random.nextInt(40) * 10L - 200;
      }
      List<Column> columns = new ArrayList<>();
      for (int k = 0; k < keys; k++) {
        if (dictionaries[k] == null || random.nextInt(4) == 0) {
          dictionaries[k] = new Dictionary(); // as a decoder's, once it has grown too large
        }
        StringColumn.Builder column = new StringColumn.Builder(dictionaries[k], count);
        for (int i = 0; i < count; i++) {
          int text = random.nextInt(1 + texts * batch / 8 + 1);
          if (text == 0) {
            column.appendNull();
          } else {
            column.append("t" + text);
          }
        }
        columns.add(column.build());
      }

      int[] rows = view.rows(columns, panes, count);

      for (int i = 0; i < count; i++) {
        List<Object> key = new ArrayList<>(Arrays.asList((Object) panes[i]));
        for (Column column : columns) {
          key.add(column.value(i));
        }
        int next = expected.size();
        assertThat(rows[i]).isEqualTo(expected.computeIfAbsent(key, unused -> next));
      }
    }
    for (Map.Entry<List<Object>, Integer> row : expected.entrySet()) {
      List<Object> key = new ArrayList<>();
      key.add(view.paneStarts().get(row.getValue()));
      for (int k = 0; k < keys; k++) {
        key.add(view.key(k).value(row.getValue()));
      }
      assertThat(key).isEqualTo(row.getKey());
    }
  }
}

package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Batch;
import io.braid.time.Granularity;
import io.braid.view.View;
import io.braid.view.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The fold stands beside a slow, obvious one, and they must agree: on random metrics over random
 * logs of several partitions, folded in pieces that are merged.
 */
class SlowFoldTest {

  private static final int METRICS = 4;

  @Property(tries = 150)
  void foldAgreesWithTheSlowOneWhateverTheMetric(@ForAll long seed) {
    Random random = new Random(seed);
    List<RandomMetric> metrics = new ArrayList<>();
    for (int i = 0; i < METRICS; i++) {
      metrics.add(RandomMetric.of(random));
    }
    TestingSource source =
        TestingSource.with(
            random.nextBoolean() ? LateRule.INCLUDE : LateRule.DROP,
            RandomMetric.ZONE,
            metrics.stream().map(RandomMetric::sql).toArray(String[]::new));
    SlowFold slow = new SlowFold(source.rules(), metrics.stream().map(RandomMetric::slow).toList());
    List<PartitionFold> folds = new ArrayList<>();
    for (int partition = 0; partition < 1 + random.nextInt(3); partition++) {
      List<RandomLog.Event> records = RandomLog.of(random, random.nextInt(200));
      slow.foldPartition(partition, records);
      long end = RandomLog.end(records);
      long cut = (long) (random.nextDouble() * end);
      PartitionFold first = source.fold(partition, records, 0, cut, Carry.EMPTY, random);
      folds.add(first);
      folds.add(source.fold(partition, records, cut, end, first.carry(), random));
    }
    assertThat(TestingSource.sum(folds)).isEqualTo(slow.counts());
    for (int i = 0; i < METRICS; i++) {
      int index = i;
      View merged = new View(folds.get(0).view(i).schema());
      for (PartitionFold fold : folds) {
        merged.merge(fold.view(i));
      }
      Map<List<Object>, List<Object>> expected = slow.rows(i);
      Map<List<Object>, List<Object>> rows = rows(merged);
      rows.replaceAll((key, values) -> exact(values, expected.get(key), calls(metrics, index)));
      assertThat(rows).as("%s", metrics.get(i).sql()).isEqualTo(expected);
    }
  }

  private static List<SlowFold.Call> calls(List<RandomMetric> metrics, int index) {
    return metrics.get(index).slow().calls();
  }

  /** Returns the values, but for a quantile that is near enough the true one instead. */
  private static List<Object> exact(
      List<Object> values, List<Object> expected, List<SlowFold.Call> calls) {
    List<Object> exact = new ArrayList<>(values);
    for (int i = 0; i < values.size() && expected != null; i++) {
      if (calls.get(i).function().equals("APPROX_QUANTILE")
          && values.get(i) instanceof Double value
          && expected.get(i) instanceof Double truth
          && Math.abs(value - truth) <= Math.abs(truth) / 100) {
        exact.set(i, truth);
      }
    }
    return exact;
  }

  private static Map<List<Object>, List<Object>> rows(View view) {
    Batch finished = Windows.finish(view, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE);
    int keys = view.schema().firstAggregateIndex();
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    for (int row = 0; row < finished.size(); row++) {
      Object[] values = new Object[finished.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] = finished.column(i).value(row);
      }
      List<Object> all = Arrays.asList(values);
      assertThat(rows.put(all.subList(0, keys), all.subList(keys, all.size()))).isNull();
    }
    return rows;
  }
}

package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Batch;
import io.braid.column.LongColumn;
import io.braid.decode.JsonDecoder;
import io.braid.definition.DefinitionLoader;
import io.braid.definition.Definitions;
import io.braid.definition.Source;
import io.braid.time.Granularity;
import io.braid.time.PartitionTime;
import io.braid.view.View;
import io.braid.view.ViewCodec;
import io.braid.view.Windows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A source with a column of every type, metrics over it, and folds of its records. */
final class TestingSource {

  private static final String SOURCE =
      """
      name: testing
      store: /tmp/braid-testing
      sources:
        testing:
          topic: testing
          columns:
            id: string
            event_time: timestamp
            txt: {type: string, path: deep.txt}
            num: int
            big: bigint
            dbl: double
            price: decimal(20,4)
            wide: decimal(38,10)
            flag: boolean
            dd: date
            moment: timestamp
          event_time: event_time
          watermark: 2s
          max_future: 1h
          deduplicate: {by: id, within: 10s}
          allowed_lateness: 1s
          late: %s
      metrics:
      """;

  /** Items of a SELECT list: every aggregate, over every type that it takes or nearly. */
  static final String EVERY_AGGREGATE =
      """
      COUNT(*) AS n, COUNT(txt) AS texts, COUNT(flag) FILTER (WHERE num > 0) AS flags,
      SUM(num) AS sum_num, SUM(big) AS sum_big, SUM(dbl) AS sum_dbl, SUM(price) AS sum_dec,
      SUM(wide) AS sum_wide, SUM(dbl) FILTER (WHERE flag) AS sum_flagged,
      AVG(num) AS avg_num, AVG(big) AS avg_big, AVG(dbl) AS avg_dbl, AVG(price) AS avg_dec,
      AVG(wide) AS avg_wide,
      MIN(txt) AS min_txt, MAX(txt) AS max_txt, MIN(num) AS min_num, MAX(num) AS max_num,
      MIN(big) AS min_big, MAX(big) AS max_big, MIN(dbl) AS min_dbl, MAX(dbl) AS max_dbl,
      MIN(price) AS min_dec, MAX(wide) AS max_wide, MIN(flag) AS min_flag, MAX(flag) AS max_flag,
      MIN(dd) AS min_dd, MAX(dd) AS max_dd, MIN(moment) AS min_moment, MAX(moment) AS max_moment,
      COUNT(DISTINCT txt) AS d_txt, COUNT(DISTINCT dbl) AS d_dbl, COUNT(DISTINCT wide) AS d_wide,
      COUNT(DISTINCT big) FILTER (WHERE flag) AS d_big,
      VAR_POP(dbl) AS vp_dbl, STDDEV_SAMP(dbl) AS ss_dbl, VAR_SAMP(big) AS vs_big,
      STDDEV_POP(wide) AS sp_wide, VAR_POP(price) FILTER (WHERE num > 0) AS vp_price,
      FIRST_VALUE(txt) AS f_txt, LAST_VALUE(txt) AS l_txt, FIRST_VALUE(dbl) AS f_dbl,
      LAST_VALUE(wide) AS l_wide, LAST_VALUE(num) FILTER (WHERE flag) AS l_num,
      BOOL_AND(flag) AS all_flags, BOOL_OR(num > 2) AS any_num,
      APPROX_COUNT_DISTINCT(txt) AS about_txt, APPROX_COUNT_DISTINCT(dbl) AS about_dbl,
      APPROX_QUANTILE(dbl, 0.9) AS p90, APPROX_QUANTILE(price, 0.5) AS median,
      LONGEST(txt) AS longest, GEOMETRIC_MEAN(dbl, num) AS mean
      """;

  private final String text;
  private final Definitions definitions;
  private final Source source;
  private final List<MetricPlan> plans;
  private final Set<Integer> wanted = new TreeSet<>();

  private TestingSource(String text, Definitions definitions) {
    this.text = text;
    this.definitions = definitions;
    this.source = definitions.sources().get("testing");
    this.plans = definitions.metricsOf(source).stream().map(metric -> metric.plan()).toList();
    plans.forEach(plan -> wanted.addAll(plan.reads()));
  }

  /** Returns the source with these metrics, named m0, m1 and so on. */
  static TestingSource with(String... statements) {
    return with(LateRule.INCLUDE, "UTC", statements);
  }

  /** Returns the source with these metrics, a rule for late events and a time zone. */
  static TestingSource with(LateRule late, String zone, String... statements) {
    StringBuilder text = new StringBuilder(SOURCE.formatted(late.name().toLowerCase(Locale.ROOT)));
    for (int i = 0; i < statements.length; i++) {
      text.append("  m%d:\n    time_zone: %s\n".formatted(i, zone));
      text.append("    sql: |\n").append(statements[i].indent(6));
    }
    return of(text.toString());
  }

  /** Returns this source without a rule for duplicates; metrics stay the same. */
  TestingSource withoutDuplicateRule() {
    return of(text.replaceAll("(?m)^ *deduplicate:.*\n", ""));
  }

  private static TestingSource of(String text) {
    return new TestingSource(
        text, DefinitionLoader.parse(Path.of("/tmp/braid.yaml"), text, unused -> Optional.empty()));
  }

  Definitions definitions() {
    return definitions;
  }

  SourceRules rules() {
    return source.rules();
  }

  List<MetricPlan> plans() {
    return plans;
  }

  JsonDecoder decoder() {
    return new JsonDecoder(source.schema(), source.duplicates(), wanted);
  }

  /** Folds the records with offsets in [{@code from}, {@code to}) in batches of random sizes. */
  PartitionFold fold(
      List<RandomLog.Event> records, long from, long to, Carry carry, Random random) {
    return fold(0, records, from, to, carry, random);
  }

  /** Folds records of one of several partitions. */
  PartitionFold fold(
      int partition,
      List<RandomLog.Event> records,
      long from,
      long to,
      Carry carry,
      Random random) {
    PartitionFold fold = new PartitionFold(partition, rules(), plans, from, carry);
    foldOn(fold, records, to, random);
    return fold;
  }

  /** Folds records up to {@code to} in batches of random sizes. */
  void foldOn(PartitionFold fold, List<RandomLog.Event> records, long to, Random random) {
    long from = fold.position();
    JsonDecoder decoder = decoder();
    int typicalSize = 1 + random.nextInt(50);
    long overlap = random.nextInt(4); // as a reader may start below the position
    for (RandomLog.Event record : records) {
      if (record.offset() >= from - overlap && record.offset() < to) {
        decoder.append(record.offset(), record.timestampMs(), record.value());
        if (random.nextInt(typicalSize) == 0) {
          fold.fold(decoder.take());
        }
      }
    }
    fold.fold(decoder.take());
    fold.advance(to);
  }

  /** Returns the finished rows, each with the number of its events at the end. */
  static Map<List<Object>, List<Object>> rows(View view) {
    Batch finished = view.finish();
    int keys = view.schema().firstAggregateIndex();
    LongColumn events = (LongColumn) view.stored().get(view.schema().storedRowsIndex());
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    for (int row = 0; row < finished.size(); row++) {
      Object[] values = new Object[finished.width() + 1];
      for (int i = 0; i < finished.width(); i++) {
        values[i] = finished.column(i).value(row);
      }
      values[finished.width()] = events.get(row);
      List<Object> all = Arrays.asList(values);
      if (rows.put(all.subList(0, keys), all.subList(keys, all.size())) != null) {
        throw new AssertionError("Key is there twice: " + all.subList(0, keys));
      }
    }
    return rows;
  }

  /** Returns the rows of an answer that shows every window. */
  static Set<List<Object>> windows(View view) {
    Batch finished = Windows.finish(view, Granularity.WINDOWS, Long.MIN_VALUE, Long.MAX_VALUE);
    Set<List<Object>> rows = new HashSet<>();
    for (int row = 0; row < finished.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < finished.width(); i++) {
        values.add(finished.column(i).value(row));
      }
      assertThat(rows.add(values)).as("%s is there once", values).isTrue();
    }
    return rows;
  }

  /** Returns all views merged, two at a time in a random order, through bytes. */
  static View mergeInRandomTree(List<View> views, Random random) {
    List<View> left = new ArrayList<>(views);
    while (left.size() > 1) {
      View one = travel(left.remove(random.nextInt(left.size())));
      View other = travel(left.remove(random.nextInt(left.size())));
      one.merge(other);
      left.add(one);
    }
    return left.get(0);
  }

  static View travel(View view) {
    return ViewCodec.decode(ViewCodec.encode(view), view.schema());
  }

  static Carry travel(Carry carry) {
    return Carry.decode(carry.encode());
  }

  static FoldCounts sum(List<PartitionFold> folds) {
    FoldCounts sum = FoldCounts.zero(folds.get(0).counts().late().size());
    for (PartitionFold fold : folds) {
      sum = sum.plus(fold.counts());
    }
    return sum;
  }

  static PartitionTime lastTime(List<PartitionFold> folds) {
    return folds.get(folds.size() - 1).time();
  }
}

package io.braid.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.fold.SlowFold.Call;
import io.braid.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The fold stands beside a slow, obvious one, and they must agree. */
class SlowFoldTest {

  private static final TestingSource SOURCE =
      TestingSource.with(
          """
          SELECT txt, COUNT(*) AS n, COUNT(dbl) AS c, SUM(dbl) AS s, AVG(dbl) AS a,
                 MIN(dbl) AS low, MAX(dbl) AS high
          FROM testing GROUP BY txt, TUMBLE(event_time, INTERVAL '10' SECOND)
          """,
          """
          SELECT big, flag, SUM(num) AS s, SUM(big) FILTER (WHERE flag) AS f, AVG(big) AS a,
                 SUM(price) AS d, AVG(price) AS ad, MIN(price) AS low, MIN(txt) AS t, MAX(txt) AS u
          FROM testing WHERE num > 0 GROUP BY big, flag
          """,
          """
          SELECT SUM(big / num) AS q, SUM(wide) AS w, AVG(wide) AS aw, AVG(num) AS a,
                 MIN(dd) AS low, MAX(moment) AS high, MAX(flag) AS f, MIN(big) AS b
          FROM testing
          """,
          """
          SELECT dbl, price, COUNT(*) AS n, MAX(event_time) AS latest
          FROM testing WHERE flag OR num > 0 GROUP BY dbl, price,
               TUMBLE(event_time, INTERVAL '1' MINUTE)
          """);

  private static final List<SlowFold.Metric> SLOW =
      List.of(
          new SlowFold.Metric(
              row -> true,
              List.of(column("txt")),
              Optional.of(10_000L),
              List.of(
                  Call.of("COUNT", row -> 1),
                  Call.of("COUNT", column("dbl")),
                  Call.of("SUM", column("dbl")),
                  Call.of("AVG", column("dbl")),
                  Call.of("MIN", column("dbl")),
                  Call.of("MAX", column("dbl")))),
          new SlowFold.Metric(
              SlowFoldTest::isNumPositive,
              List.of(column("big"), column("flag")),
              Optional.empty(),
              List.of(
                  Call.of("SUM", column("num")),
                  new Call("SUM", column("big"), column("flag")),
                  Call.of("AVG", column("big")),
                  Call.of("SUM", column("price")),
                  Call.of("AVG", column("price")),
                  Call.of("MIN", column("price")),
                  Call.of("MIN", column("txt")),
                  Call.of("MAX", column("txt")))),
          new SlowFold.Metric(
              row -> true,
              List.of(),
              Optional.empty(),
              List.of(
                  Call.of("SUM", SlowFoldTest::bigByNum),
                  Call.of("SUM", column("wide")),
                  Call.of("AVG", column("wide")),
                  Call.of("AVG", column("num")),
                  Call.of("MIN", column("dd")),
                  Call.of("MAX", column("moment")),
                  Call.of("MAX", column("flag")),
                  Call.of("MIN", column("big")))),
          new SlowFold.Metric(
              row -> Boolean.TRUE.equals(row.get("flag")) || isNumPositive(row),
              List.of(column("dbl"), column("price")),
              Optional.of(60_000L),
              List.of(Call.of("COUNT", row -> 1), Call.of("MAX", column("event_time")))));

  @Property(tries = 60)
  void foldAgreesWithTheSlowOne(@ForAll long seed) {
    Random random = new Random(seed);
    SlowFold slow = new SlowFold(SOURCE.rules(), SLOW);
    List<PartitionFold> folds = new ArrayList<>();
    for (int partition = 0; partition < 1 + random.nextInt(3); partition++) {
      List<RandomLog.Event> records = RandomLog.of(random, random.nextInt(200));
      slow.foldPartition(records);
      folds.add(SOURCE.fold(records, 0, RandomLog.end(records), Carry.EMPTY, random));
    }
    for (int i = 0; i < SLOW.size(); i++) {
      View merged = folds.get(0).view(i).copy();
      for (PartitionFold fold : folds.subList(1, folds.size())) {
        merged.merge(fold.view(i));
      }
      assertThat(TestingSource.rows(merged)).as("metric %d", i).isEqualTo(slow.rows(i));
    }
    assertThat(TestingSource.sum(folds)).isEqualTo(slow.counts());
  }

  private static SlowFold.Value column(String name) {
    return row -> row.get(name);
  }

  private static boolean isNumPositive(Map<String, Object> row) {
    return row.get("num") instanceof Long num && num > 0;
  }

  private static Object bigByNum(Map<String, Object> row) {
    if (!(row.get("big") instanceof Long big) || !(row.get("num") instanceof Long num)) {
      return null;
    }
    if (big == Long.MIN_VALUE && num == -1) {
      throw new ArithmeticException("overflow");
    }
    return big / num;
  }
}

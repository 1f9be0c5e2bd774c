package io.braid.fold;

import io.braid.fold.SlowFold.Call;
import io.braid.fold.SlowFold.Value;
import io.braid.fold.SlowFold.Windows;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random metric over the columns of {@link TestingSource}, as SQL and as {@link SlowFold} has it.
 */
record RandomMetric(String sql, SlowFold.Metric slow) {

  /** The time zone that days are those of. */
  static final String ZONE = "Europe/Berlin";

  /** A piece of SQL and what it stands for. */
  private record Piece<T>(String sql, T meaning) {}

  private static final List<Piece<Windows>> WINDOWS =
      List.of(
          new Piece<>("", SlowFold.none()),
          new Piece<>("TUMBLE(event_time, INTERVAL '10' SECOND)", SlowFold.tumbling(10_000)),
          new Piece<>(
              "HOP(event_time, INTERVAL '2' SECOND, INTERVAL '10' SECOND)",
              SlowFold.hopping(2_000, 10_000)),
          new Piece<>(
              "HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND)",
              SlowFold.hopping(4_000, 10_000)),
          new Piece<>("SESSION(event_time, INTERVAL '2' SECOND)", new SlowFold.Sessions(2_000)),
          new Piece<>("SESSION(event_time, INTERVAL '0.4' SECOND)", new SlowFold.Sessions(400)),
          new Piece<>("TUMBLE(event_time, INTERVAL '1' DAY)", SlowFold.days(ZoneId.of(ZONE))));

  private static final List<Piece<Value>> CONDITIONS =
      List.of(
          new Piece<>("TRUE", row -> true),
          new Piece<>("flag", column("flag")),
          new Piece<>("num > 0", row -> row.get("num") instanceof Long num ? num > 0 : null),
          new Piece<>(
              "txt <> 'a'", row -> row.get("txt") instanceof String txt ? !txt.equals("a") : null),
          new Piece<>("price IS NOT NULL", row -> row.get("price") != null));

  private static final List<String> KEYS =
      List.of("txt", "num", "big", "dbl", "price", "flag", "dd");

  private static final List<String> COLUMNS =
      List.of("txt", "num", "big", "dbl", "price", "wide", "flag", "dd", "moment");
  private static final List<String> NUMBERS = List.of("num", "big", "dbl", "price", "wide");
  private static final List<String> TRUTHS = List.of("flag");

  /** Aggregates, what they take, and how SQL writes them. */
  private static final Map<String, List<String>> ARGUMENTS =
      Map.ofEntries(
          Map.entry("COUNT", COLUMNS),
          Map.entry("COUNT_DISTINCT", COLUMNS),
          Map.entry("APPROX_COUNT_DISTINCT", COLUMNS),
          Map.entry("MIN", COLUMNS),
          Map.entry("MAX", COLUMNS),
          Map.entry("FIRST_VALUE", COLUMNS),
          Map.entry("LAST_VALUE", COLUMNS),
          Map.entry("APPROX_QUANTILE", NUMBERS),
          Map.entry("SUM", NUMBERS),
          Map.entry("AVG", NUMBERS),
          Map.entry("VAR_POP", NUMBERS),
          Map.entry("VAR_SAMP", NUMBERS),
          Map.entry("STDDEV_POP", NUMBERS),
          Map.entry("STDDEV_SAMP", NUMBERS),
          Map.entry("BOOL_AND", TRUTHS),
          Map.entry("BOOL_OR", TRUTHS));

  private static final List<String> FUNCTIONS = ARGUMENTS.keySet().stream().sorted().toList();

  /** Returns a metric that {@code random} chooses. */
  static RandomMetric of(Random random) {
    Piece<Windows> window = any(WINDOWS, random);
    Piece<Value> where = any(CONDITIONS, random);
    List<String> keys = new ArrayList<>(KEYS);
    while (keys.size() > 2 || (!keys.isEmpty() && random.nextBoolean())) {
      keys.remove(random.nextInt(keys.size()));
    }
    List<String> groups = new ArrayList<>(keys);
    if (!window.sql().isEmpty()) {
      groups.add(random.nextInt(groups.size() + 1), window.sql());
    }
    List<String> shown = new ArrayList<>();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(5); i++) {
      Piece<Call> call = call(random);
      if (!shown.contains(call.sql())) {
        shown.add(call.sql());
        calls.add(call.meaning());
      }
    }
    List<String> items = new ArrayList<>();
    for (String call : shown) {
      items.add(call + " AS a" + items.size());
    }
    String sql =
        "SELECT %s FROM testing WHERE %s%s"
            .formatted(
                String.join(", ", items),
                where.sql(),
                groups.isEmpty() ? "" : " GROUP BY " + String.join(", ", groups));
    List<Value> slowKeys = keys.stream().map(RandomMetric::column).toList();
    return new RandomMetric(
        sql, new SlowFold.Metric(where.meaning(), slowKeys, window.meaning(), calls));
  }

  private static Piece<Call> call(Random random) {
    Piece<Value> filter = any(CONDITIONS, random);
    String written =
        filter.sql().equals("TRUE") ? "" : " FILTER (WHERE %s)".formatted(filter.sql());
    if (random.nextInt(6) == 0) {
      return new Piece<>("COUNT(*)" + written, new Call("COUNT", row -> 1L, filter.meaning()));
    }
    String function = any(FUNCTIONS, random);
    Piece<Value> argument = argument(any(ARGUMENTS.get(function), random), random);
    String call =
        switch (function) {
          case "COUNT_DISTINCT" -> "COUNT(DISTINCT %s)".formatted(argument.sql());
          case "APPROX_QUANTILE" ->
              "%s(%s, %s)".formatted(function, argument.sql(), SlowFold.QUANTILE);
          default -> "%s(%s)".formatted(function, argument.sql());
        };
    return new Piece<>(call + written, new Call(function, argument.meaning(), filter.meaning()));
  }

  /** A column, or an expression that divides by zero and overflows. */
  private static Piece<Value> argument(String column, Random random) {
    return column.equals("big") && random.nextBoolean()
        ? new Piece<>("big / num", RandomMetric::bigByNum)
        : new Piece<>(column, column(column));
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static Value column(String name) {
    return row -> row.get(name);
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

package io.braid.fold;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The fold by the letter of the design, slow and obvious: rows in, finished rows out, without
 * columns, panes or merging. Errors in an expression are ArithmeticExceptions.
 */
final class SlowFold {

  private static final MathContext DIGITS = new MathContext(60);

  /** The part of all values that the quantiles of random metrics lie above. */
  static final double QUANTILE = 0.75;

  /** One value of a row; null is NULL. */
  interface Value extends Function<Map<String, Object>, Object> {}

  /** One aggregate call; for {@code COUNT(*)} the argument is any constant. */
  record Call(String function, Value argument, Value filter) {
    static Call of(String function, Value argument) {
      return new Call(function, argument, row -> true);
    }
  }

  /** The windows [start, end) of an event by itself; none for metrics without. */
  interface Windows {
    List<long[]> of(long eventTimeMs);
  }

  /** Sessions: events of a key belong together when no more than a gap lies between them. */
  record Sessions(long gapMs) implements Windows {
    @Override
    public List<long[]> of(long eventTimeMs) {
      return List.of(new long[] {eventTimeMs, eventTimeMs + gapMs});
    }
  }

  static Windows none() {
    return eventTimeMs -> List.of();
  }

  static Windows hopping(long slideMs, long sizeMs) {
    return eventTimeMs -> {
      List<long[]> windows = new ArrayList<>();
      long start = Math.floorDiv(eventTimeMs, slideMs) * slideMs;
      while (start + sizeMs > eventTimeMs) {
        windows.add(new long[] {start, start + sizeMs});
        start -= slideMs;
      }
      return windows;
    };
  }

  static Windows tumbling(long sizeMs) {
    return hopping(sizeMs, sizeMs);
  }

  static Windows days(ZoneId zone) {
    return eventTimeMs -> {
      var day = Instant.ofEpochMilli(eventTimeMs).atZone(zone).toLocalDate();
      return List.of(
          new long[] {
            day.atStartOfDay(zone).toInstant().toEpochMilli(),
            day.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli()
          });
    };
  }

  /** One metric. */
  record Metric(Value where, List<Value> keys, Windows windows, List<Call> calls) {}

  /** An event as it was folded, with the value that each call saw; null is NULL. */
  private record Folded(long eventTimeMs, int partition, long offset, List<Object> values) {}

  private static final Comparator<Folded> ORDER =
      Comparator.comparingLong(Folded::eventTimeMs)
          .thenComparingInt(Folded::partition)
          .thenComparingLong(Folded::offset);

  private final SourceRules rules;
  private final List<Metric> metrics;
  private final List<Map<List<Object>, List<Folded>>> groups = new ArrayList<>();
  private final long[] late;
  private final long[] errors;
  private long records;
  private long deadLetters;
  private long duplicates;
  private long diverted;

  SlowFold(SourceRules rules, List<Metric> metrics) {
    this.rules = rules;
    this.metrics = metrics;
    metrics.forEach(unused -> groups.add(new HashMap<>()));
    late = new long[metrics.size()];
    errors = new long[metrics.size()];
  }

  void foldPartition(int partition, List<RandomLog.Event> log) {
    long delayMs = rules.watermarkDelay().toMillis();
    long withinMs = rules.deduplicateWithin().orElseThrow().toMillis();
    Optional<Long> highestMs = Optional.empty();
    Map<Object, Long> stood = new HashMap<>();
    for (RandomLog.Event record : log) {
      records++;
      Map<String, Object> row = record.row();
      if (row == null) {
        deadLetters++;
        continue;
      }
      long eventTimeMs = (Long) row.get("event_time");
      Optional<Long> before = highestMs.map(time -> time - delayMs);
      long timeMs = Math.min(eventTimeMs, record.timestampMs());
      highestMs = Optional.of(Math.max(timeMs, highestMs.orElse(timeMs)));
      long after = highestMs.orElseThrow() - delayMs;
      Object id = row.get("id");
      if (id != null) {
        Long lastStood = stood.put(id, after);
        if (lastStood != null && before.orElseThrow() <= lastStood + withinMs) {
          duplicates++;
          continue;
        }
      }
      boolean dropped = false;
      for (int i = 0; i < metrics.size(); i++) {
        dropped |= fold(i, row, before, partition, record.offset()) == Fate.DROPPED;
      }
      diverted += dropped ? 1 : 0;
    }
  }

  /** What becomes of an event in a metric. */
  private enum Fate {
    FILTERED_OUT,
    DROPPED,
    FOLDED
  }

  private Fate fold(
      int index, Map<String, Object> row, Optional<Long> before, int partition, long offset) {
    Metric metric = metrics.get(index);
    if (!Objects.equals(value(metric.where(), row, index), true)) {
      return Fate.FILTERED_OUT;
    }
    long eventTimeMs = (Long) row.get("event_time");
    List<long[]> windows = metric.windows().of(eventTimeMs);
    long lastEnd = windows.stream().mapToLong(window -> window[1]).max().orElse(Long.MAX_VALUE);
    long allowedMs = rules.allowedLateness().toMillis();
    if (!windows.isEmpty() && before.isPresent() && lastEnd + allowedMs <= before.get()) {
      late[index]++;
      if (rules.late() == LateRule.DROP) {
        return Fate.DROPPED;
      }
    }
    List<Object> key = new ArrayList<>();
    metric.keys().forEach(value -> key.add(value(value, row, index)));
    List<Object> values = new ArrayList<>();
    for (Call call : metric.calls()) {
      boolean passes = Objects.equals(value(call.filter(), row, index), true);
      values.add(passes ? value(call.argument(), row, index) : null);
    }
    Folded folded = new Folded(eventTimeMs, partition, offset, values);
    if (windows.isEmpty() || metric.windows() instanceof Sessions) {
      groups.get(index).computeIfAbsent(key, unused -> new ArrayList<>()).add(folded);
      return Fate.FOLDED;
    }
    for (long[] window : windows) {
      List<Object> windowKey = new ArrayList<>(key);
      windowKey.addAll(List.of(window[0], window[1]));
      groups.get(index).computeIfAbsent(windowKey, unused -> new ArrayList<>()).add(folded);
    }
    return Fate.FOLDED;
  }

  private Object value(Value value, Map<String, Object> row, int metric) {
    try {
      return value.apply(row);
    } catch (ArithmeticException e) {
      errors[metric]++;
      return null;
    }
  }

  FoldCounts counts() {
    return new FoldCounts(
        records,
        deadLetters,
        duplicates,
        Arrays.stream(late).boxed().toList(),
        Arrays.stream(errors).boxed().toList(),
        diverted);
  }

  /** Returns the finished rows of a metric: key, then window, to the values of its calls. */
  Map<List<Object>, List<Object>> rows(int metric) {
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    inWindows(metric)
        .forEach(
            (key, events) -> {
              List<Object> finished = new ArrayList<>();
              List<Call> calls = metrics.get(metric).calls();
              for (int call = 0; call < calls.size(); call++) {
                finished.add(finish(calls.get(call).function(), values(events, call)));
              }
              rows.put(key, finished);
            });
    return rows;
  }

  private Map<List<Object>, List<Folded>> inWindows(int metric) {
    if (!(metrics.get(metric).windows() instanceof Sessions sessions)) {
      return groups.get(metric);
    }
    Map<List<Object>, List<Folded>> all = new HashMap<>();
    groups
        .get(metric)
        .forEach(
            (key, events) -> {
              List<Folded> sorted = new ArrayList<>(events);
              sorted.sort(ORDER);
              List<Folded> session = new ArrayList<>();
              for (Folded event : sorted) {
                if (!session.isEmpty() && event.eventTimeMs() - last(session) > sessions.gapMs()) {
                  put(all, key, session, sessions.gapMs());
                  session = new ArrayList<>();
                }
                session.add(event);
              }
              put(all, key, session, sessions.gapMs());
            });
    return all;
  }

  private static void put(
      Map<List<Object>, List<Folded>> all, List<Object> key, List<Folded> session, long gapMs) {
    List<Object> windowKey = new ArrayList<>(key);
    windowKey.add(session.get(0).eventTimeMs());
    windowKey.add(last(session) + gapMs);
    all.put(windowKey, session);
  }

  private static long last(List<Folded> session) {
    return session.get(session.size() - 1).eventTimeMs();
  }

  /** Returns the values that are not NULL, in the order of time, partition and offset. */
  private static List<Object> values(List<Folded> events, int call) {
    return events.stream()
        .sorted(ORDER)
        .map(event -> event.values().get(call))
        .filter(Objects::nonNull)
        .toList();
  }

  private static Object finish(String function, List<Object> values) {
    if (function.equals("COUNT")) {
      return (long) values.size();
    } else if (function.equals("COUNT_DISTINCT") || function.equals("APPROX_COUNT_DISTINCT")) {
      return (long) new HashSet<>(values).size();
    } else if (values.isEmpty()) {
      return null;
    }
    return switch (function) {
      case "SUM" -> {
        BigDecimal sum = sum(values);
        if (values.get(0) instanceof Double) {
          yield sum.doubleValue();
        }
        yield sum.precision() > 38 ? null : sum;
      }
      case "AVG" -> new Fraction(sum(values), BigDecimal.valueOf(values.size())).rounded();
      case "VAR_POP" -> rounded(variance(values, values.size()));
      case "VAR_SAMP" -> rounded(variance(values, values.size() - 1));
      case "STDDEV_POP" -> root(variance(values, values.size()));
      case "STDDEV_SAMP" -> root(variance(values, values.size() - 1));
      case "MIN" -> values.stream().min(SlowFold::compare).orElseThrow();
      case "MAX" -> values.stream().max(SlowFold::compare).orElseThrow();
      case "FIRST_VALUE" -> values.get(0);
      case "LAST_VALUE" -> values.get(values.size() - 1);
      case "APPROX_QUANTILE" -> {
        List<Double> doubles =
            values.stream().map(value -> ((Number) value).doubleValue()).sorted().toList();
        yield doubles.get((int) Math.max(0, Math.ceil(QUANTILE * doubles.size()) - 1));
      }
      case "BOOL_AND" -> !values.contains(false);
      case "BOOL_OR" -> values.contains(true);
      default -> throw new IllegalArgumentException(function);
    };
  }

  /** Returns the sum of squared distances from the mean, divided; empty for a divisor of zero. */
  private static Optional<Fraction> variance(List<Object> values, int divisor) {
    if (divisor == 0) {
      return Optional.empty();
    }
    BigDecimal squares = BigDecimal.ZERO;
    for (Object value : values) {
      squares = squares.add(exact(value).pow(2));
    }
    BigDecimal count = BigDecimal.valueOf(values.size());
    BigDecimal distances = squares.multiply(count).subtract(sum(values).pow(2));
    return Optional.of(new Fraction(distances, count.multiply(BigDecimal.valueOf(divisor))));
  }

  private static Object rounded(Optional<Fraction> value) {
    return value.isEmpty() ? null : value.get().rounded();
  }

  private static Object root(Optional<Fraction> value) {
    return value.isEmpty() ? null : value.get().root();
  }

  /** An exact quotient; the denominator is positive. */
  private record Fraction(BigDecimal numerator, BigDecimal denominator) {

    double rounded() {
      double near = numerator.divide(denominator, DIGITS).doubleValue();
      return nearest(near, middle -> numerator.compareTo(middle.multiply(denominator)))
          + 0.0; // never -0.0
    }

    double root() {
      double near = numerator.divide(denominator, DIGITS).sqrt(DIGITS).doubleValue();
      return nearest(
          near,
          middle ->
              middle.signum() < 0 ? 1 : numerator.compareTo(middle.pow(2).multiply(denominator)));
    }
  }

  /**
   * Returns the double nearest to a number, of two the even one.
   *
   * @param near that double or one beside it
   * @param comparison of the number with another
   */
  private static double nearest(double near, ToIntFunction<BigDecimal> comparison) {
    double best = near;
    for (double other : new double[] {Math.nextDown(near), Math.nextUp(near)}) {
      if (Double.isFinite(best) && Double.isFinite(other)) {
        BigDecimal middle =
            new BigDecimal(best).add(new BigDecimal(other)).divide(BigDecimal.valueOf(2));
        int side = comparison.applyAsInt(middle) * (other > best ? 1 : -1);
        boolean odd = (Double.doubleToLongBits(best) & 1) != 0;
        if (side > 0 || (side == 0 && odd)) {
          best = other;
        }
      }
    }
    return best;
  }

  private static BigDecimal sum(List<Object> values) {
    return values.stream().map(SlowFold::exact).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal exact(Object value) {
    if (value instanceof Double number) {
      return new BigDecimal(number);
    }
    return value instanceof Long number ? BigDecimal.valueOf(number) : (BigDecimal) value;
  }

  @SuppressWarnings("unchecked")
  private static int compare(Object left, Object right) {
    if (left instanceof String text) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), ((String) right).getBytes(StandardCharsets.UTF_8));
    }
    return ((Comparator<Object>) (Comparator<?>) Comparator.naturalOrder()).compare(left, right);
  }
}

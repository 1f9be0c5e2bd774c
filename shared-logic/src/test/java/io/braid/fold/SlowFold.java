package io.braid.fold;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fold by the letter of the design, slow and obvious: rows of one partition in, finished rows
 * out. Errors in an expression are ArithmeticExceptions.
 */
final class SlowFold {

  private static final MathContext LONG_DIVISION = new MathContext(800, RoundingMode.DOWN);

  /** One value of a row; null is NULL. */
  interface Value extends Function<Map<String, Object>, Object> {}

  /** One aggregate call; for {@code COUNT(*)} the argument is any constant. */
  record Call(String function, Value argument, Value filter) {
    static Call of(String function, Value argument) {
      return new Call(function, argument, row -> true);
    }
  }

  /**
   * One metric.
   *
   * @param windowMs the size of its tumbling window; empty: none
   */
  record Metric(Value where, List<Value> keys, Optional<Long> windowMs, List<Call> calls) {}

  private final SourceRules rules;
  private final List<Metric> metrics;
  private final List<Map<List<Object>, List<Map<String, Object>>>> groups = new ArrayList<>();
  private final long[] late;
  private final long[] errors;
  private long records;
  private long deadLetters;
  private long duplicates;

  SlowFold(SourceRules rules, List<Metric> metrics) {
    this.rules = rules;
    this.metrics = metrics;
    metrics.forEach(unused -> groups.add(new HashMap<>()));
    late = new long[metrics.size()];
    errors = new long[metrics.size()];
  }

  void foldPartition(List<RandomLog.Event> partition) {
    long delayMs = rules.watermarkDelay().toMillis();
    long withinMs = rules.deduplicateWithin().orElseThrow().toMillis();
    Optional<Long> highestMs = Optional.empty();
    Map<Object, Long> stood = new HashMap<>();
    for (RandomLog.Event record : partition) {
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
      for (int i = 0; i < metrics.size(); i++) {
        fold(i, row, eventTimeMs, before);
      }
    }
  }

  private void fold(int metric, Map<String, Object> row, long eventTimeMs, Optional<Long> before) {
    Metric definition = metrics.get(metric);
    if (!Objects.equals(definition.where().apply(row), true)) {
      return;
    }
    List<Object> key = new ArrayList<>();
    definition.keys().forEach(value -> key.add(value.apply(row)));
    if (definition.windowMs().isPresent()) {
      long size = definition.windowMs().get();
      long start = 0;
      while (start > eventTimeMs) {
        start -= size;
      }
      start += (eventTimeMs - start) / size * size;
      key.add(start);
      key.add(start + size);
      if (before.isPresent() && start + size + rules.allowedLateness().toMillis() <= before.get()) {
        late[metric]++;
      }
    }
    groups.get(metric).computeIfAbsent(key, unused -> new ArrayList<>()).add(row);
  }

  /** Returns the counts; errors are counted while rows are finished. */
  FoldCounts counts() {
    return new FoldCounts(
        records,
        deadLetters,
        duplicates,
        Arrays.stream(late).boxed().toList(),
        Arrays.stream(errors).boxed().toList());
  }

  /** Returns the finished rows of a metric, each with the number of its events at the end. */
  Map<List<Object>, List<Object>> rows(int metric) {
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    errors[metric] = 0;
    groups
        .get(metric)
        .forEach(
            (key, events) -> {
              List<Object> finished = new ArrayList<>();
              for (Call call : metrics.get(metric).calls()) {
                finished.add(finish(call, events, metric));
              }
              finished.add((long) events.size());
              rows.put(key, finished);
            });
    return rows;
  }

  private Object finish(Call call, List<Map<String, Object>> events, int metric) {
    List<Object> values = new ArrayList<>();
    for (Map<String, Object> row : events) {
      if (Objects.equals(call.filter().apply(row), true)) {
        try {
          Object value = call.argument().apply(row);
          if (value != null) {
            values.add(value);
          }
        } catch (ArithmeticException e) {
          errors[metric]++;
        }
      }
    }
    if (call.function().equals("COUNT")) {
      return (long) values.size();
    } else if (values.isEmpty()) {
      return null;
    }
    return switch (call.function()) {
      case "SUM" -> {
        BigDecimal sum = sum(values);
        if (values.get(0) instanceof Double) {
          yield sum.doubleValue();
        }
        yield sum.precision() > 38 ? null : sum;
      }
      case "AVG" -> {
        BigDecimal count = BigDecimal.valueOf(values.size());
        yield sum(values).divide(count, LONG_DIVISION).doubleValue() + 0.0; // never -0.0
      }
      case "MIN" -> values.stream().min(SlowFold::compare).orElseThrow();
      case "MAX" -> values.stream().max(SlowFold::compare).orElseThrow();
      default -> throw new IllegalArgumentException(call.function());
    };
  }

  private static BigDecimal sum(List<Object> values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Object value : values) {
      if (value instanceof Double number) {
        sum = sum.add(new BigDecimal(number));
      } else if (value instanceof Long number) {
        sum = sum.add(BigDecimal.valueOf(number));
      } else {
        sum = sum.add((BigDecimal) value);
      }
    }
    return sum;
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

package io.braid.view;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Window;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Views with a key and an aggregate of every type. */
public final class ViewTesting {

  private static final List<ColumnType> TYPES =
      List.of(
          ColumnType.STRING,
          ColumnType.BOOLEAN,
          ColumnType.INT,
          ColumnType.BIGINT,
          ColumnType.DOUBLE,
          ColumnType.decimal(10, 2),
          ColumnType.decimal(38, 0),
          ColumnType.TIMESTAMP,
          ColumnType.DATE);

  private ViewTesting() {}

  /** Returns a schema with a key of every type and every aggregate, panes of 10 ms. */
  public static ViewSchema schema() {
    List<ViewSchema.Key> keys = new ArrayList<>();
    List<Aggregate> aggregates = new ArrayList<>();
    aggregates.add(Aggregate.of(StandardAggregate.COUNT));
    for (ColumnType type : TYPES) {
      keys.add(new ViewSchema.Key("k" + keys.size(), type));
      for (StandardAggregate function : StandardAggregate.values()) {
        try {
          List<Double> constants = Collections.nCopies(function.constants(), 0.5);
          aggregates.add(new Aggregate(function, List.of(type), constants));
        } catch (IllegalArgumentException e) {
          // Not for this type.
        }
      }
    }
    return new ViewSchema(keys, new Window.Tumbling(10), aggregates);
  }

  /** Returns a view of random events. */
  public static View view(ViewSchema schema, Random random, int events) {
    View view = new View(schema);
    int left = events;
    while (left > 0) {
      int count = 1 + random.nextInt(left);
      left -= count;
      List<Column> keys = new ArrayList<>();
      schema.keys().forEach(key -> keys.add(column(key.type(), random, count)));
      long[] panes = random.longs(count, -2, 3).map(pane -> pane * 10).toArray();
      int[] rows = view.rows(keys, panes, count);
      view.countRows(rows, count);
      for (int i = 0; i < schema.aggregates().size(); i++) {
        Aggregate aggregate = schema.aggregates().get(i);
        List<Column> arguments = new ArrayList<>();
        aggregate.arguments().forEach(type -> arguments.add(column(type, random, count)));
        if (aggregate.function().isOrdered()) {
          long[] offsets = random.longs(count, 0, Long.MAX_VALUE).toArray(); // no event twice
          arguments.add(LongColumn.of(ColumnType.BIGINT, panes, count));
          arguments.add(LongColumn.of(ColumnType.BIGINT, new long[count], count));
          arguments.add(LongColumn.of(ColumnType.BIGINT, offsets, count));
        }
        view.accumulators(i).lift(arguments, rows, count);
      }
    }
    return view;
  }

  /** Returns few different values, the rare ones and NULLs among them. */
  static Column column(ColumnType type, Random random, int count) {
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = random.nextInt(4) == 0;
    }
    switch (type.kind()) {
      case STRING -> {
        String[] texts = {"", "a", "null", "\uFFFD", "\uD83D\uDE00", "\u0000"};
        StringColumn.Builder builder = new StringColumn.Builder(new Dictionary(), count);
        for (int i = 0; i < count; i++) {
          if (nulls[i]) {
            builder.appendNull();
          } else {
            builder.append(texts[random.nextInt(texts.length)]);
          }
        }
        return builder.build();
      }
      case DOUBLE -> {
        double[] pool = {
          0.0,
          -0.0,
          Double.NaN,
          1e308,
          -1e308,
          Double.MIN_VALUE,
          Double.POSITIVE_INFINITY,
          0.1,
          1e16
        };
        double[] values = random.ints(count, 0, pool.length).mapToDouble(i -> pool[i]).toArray();
        return DoubleColumn.of(values, nulls, count);
      }
      case DECIMAL -> {
        BigDecimal most = BigDecimal.TEN.pow(type.precision() - type.scale()).subtract(ulp(type));
        BigDecimal[] pool = {
          most, most.negate(), ulp(type), ulp(type).negate(), BigDecimal.ZERO.setScale(type.scale())
        };
        BigDecimal[] values = new BigDecimal[count];
        for (int i = 0; i < count; i++) {
          values[i] = nulls[i] ? null : pool[random.nextInt(pool.length)];
        }
        return DecimalColumn.of(type, values, count);
      }
      default -> {
        long[] pool =
            switch (type.kind()) {
              case BOOLEAN -> new long[] {0, 1};
              case INT -> new long[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
              case DATE -> new long[] {0, -719_162, 2_932_896};
              case TIMESTAMP -> new long[] {0, -62_135_596_800_000L, 253_402_300_799_999L};
              default -> new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE};
            };
        long[] values = random.ints(count, 0, pool.length).mapToLong(i -> pool[i]).toArray();
        return LongColumn.of(type, values, nulls, count);
      }
    }
  }

  private static BigDecimal ulp(ColumnType type) {
    return BigDecimal.valueOf(1, type.scale());
  }

  /** Returns the finished rows by key and pane, each with its number of events at the end. */
  public static Map<List<Object>, List<Object>> rows(View view) {
    Batch finished = view.finish();
    Column events = view.stored().get(view.schema().keys().size() + 1);
    int keys = view.schema().firstAggregateIndex();
    Map<List<Object>, List<Object>> rows = new HashMap<>();
    for (int row = 0; row < finished.size(); row++) {
      Object[] values = new Object[finished.width() + 1];
      for (int i = 0; i < finished.width(); i++) {
        values[i] = finished.column(i).value(row);
      }
      values[finished.width()] = events.value(row);
      List<Object> all = Arrays.asList(values);
      if (rows.put(all.subList(0, keys), all.subList(keys, all.size())) != null) {
        throw new AssertionError("Key is there twice: " + all.subList(0, keys));
      }
    }
    return rows;
  }
}

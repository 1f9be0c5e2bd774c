package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** FIRST_VALUE and LAST_VALUE. */
class EndValueTest {

  private static final List<ColumnType> TYPES =
      List.of(
          ColumnType.STRING,
          ColumnType.BOOLEAN,
          ColumnType.INT,
          ColumnType.BIGINT,
          ColumnType.DOUBLE,
          ColumnType.decimal(38, 10),
          ColumnType.TIMESTAMP,
          ColumnType.DATE);

  @Property(tries = 150)
  void valueIsThatOfAPlainLoopWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    for (ColumnType type : TYPES) {
      int size = random.nextInt(30);
      Column values = column(type, random, size);
      long[] times = random.longs(size, -2, 2).toArray();
      long[] partitions = random.longs(size, 0, 3).toArray();
      long[] offsets = new long[size];
      Arrays.setAll(offsets, i -> i * 3L);
      int first = -1;
      int last = -1;
      for (int i = 0; i < size; i++) {
        if (!values.isNull(i)) {
          long[] place = {times[i], partitions[i], offsets[i]};
          if (first < 0
              || Arrays.compare(place, new long[] {times[first], partitions[first], offsets[first]})
                  < 0) {
            first = i;
          }
          if (last < 0
              || Arrays.compare(place, new long[] {times[last], partitions[last], offsets[last]})
                  > 0) {
            last = i;
          }
        }
      }
      List<Column> columns = List.of(values, bigints(times), bigints(partitions), bigints(offsets));
      assertThat(AccumulatorTesting.finish(StandardAggregate.FIRST_VALUE, columns, random))
          .isEqualTo(first < 0 ? null : values.value(first));
      assertThat(AccumulatorTesting.finish(StandardAggregate.LAST_VALUE, columns, random))
          .isEqualTo(last < 0 ? null : values.value(last));
    }
  }

  @Test
  void eventTimeComesBeforePartitionAndPartitionBeforeOffset() {
    assertThat(ends(new long[] {5, 4, 6}, new long[] {0, 9, 0}, new long[] {1, 99, 0}))
        .containsExactly("1", "2");
    assertThat(ends(new long[] {5, 5, 5}, new long[] {1, 0, 2}, new long[] {1, 99, 0}))
        .containsExactly("1", "2");
    assertThat(ends(new long[] {5, 5, 5}, new long[] {1, 1, 1}, new long[] {7, 99, 8}))
        .containsExactly("0", "1");
    assertThat(
            ends(
                new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0},
                new long[] {0, Integer.MAX_VALUE, 0},
                new long[] {0, Long.MAX_VALUE, 0}))
        .containsExactly("1", "0");
  }

  @Test
  void doublesComeOutAsTheyWentIn() {
    for (double value : new double[] {-0.0, 0.0, Double.NaN, -1e308, 4.9e-324}) {
      List<Column> columns =
          List.of(DoubleColumn.of(new double[] {value}, 1), bigints(0), bigints(0), bigints(0));
      assertThat(AccumulatorTesting.finish(StandardAggregate.LAST_VALUE, columns, new Random(1)))
          .isEqualTo(value);
    }
  }

  /** Returns the first and last of the texts "0", "1", "2". */
  private static List<Object> ends(long[] times, long[] partitions, long[] offsets) {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), 3);
    texts.append("0");
    texts.append("1");
    texts.append("2");
    List<Column> columns =
        List.of(texts.build(), bigints(times), bigints(partitions), bigints(offsets));
    return List.of(
        AccumulatorTesting.finish(StandardAggregate.FIRST_VALUE, columns, new Random(1)),
        AccumulatorTesting.finish(StandardAggregate.LAST_VALUE, columns, new Random(1)));
  }

  private static LongColumn bigints(long... values) {
    return LongColumn.of(ColumnType.BIGINT, values, values.length);
  }

  private static Column column(ColumnType type, Random random, int size) {
    boolean[] nulls = new boolean[size];
    long[] longs = new long[size];
    for (int i = 0; i < size; i++) {
      nulls[i] = random.nextInt(3) == 0;
      longs[i] = type.kind() == ColumnType.Kind.BOOLEAN ? random.nextInt(2) : random.nextLong();
    }
    switch (type.kind()) {
      case STRING -> {
        StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), size);
        for (int i = 0; i < size; i++) {
          if (nulls[i]) {
            texts.appendNull();
          } else {
            texts.append("v" + longs[i]);
          }
        }
        return texts.build();
      }
      case DOUBLE -> {
        double[] doubles = Arrays.stream(longs).mapToDouble(v -> v * 0.1).toArray();
        return DoubleColumn.of(doubles, nulls, size);
      }
      case DECIMAL -> {
        BigDecimal[] decimals = new BigDecimal[size];
        for (int i = 0; i < size; i++) {
          decimals[i] = nulls[i] ? null : BigDecimal.valueOf(longs[i], type.scale());
        }
        return DecimalColumn.of(type, decimals, size);
      }
      default -> {
        return LongColumn.of(type, longs, nulls, size);
      }
    }
  }
}

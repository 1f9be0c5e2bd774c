package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.BytesColumn;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** COUNT(DISTINCT x). */
class DistinctTest {

  private static final ColumnType DECIMAL = ColumnType.decimal(38, 10);

  private static final List<ColumnType> TYPES =
      List.of(
          ColumnType.STRING,
          ColumnType.BOOLEAN,
          ColumnType.INT,
          ColumnType.BIGINT,
          ColumnType.DOUBLE,
          DECIMAL,
          ColumnType.TIMESTAMP,
          ColumnType.DATE);

  @Property(tries = 100)
  void countIsTheSizeOfASetWhateverTheOrderAndTheMerges(@ForAll long seed) {
    Random random = new Random(seed);
    for (ColumnType type : TYPES) {
      Column column = column(type, random, random.nextInt(150));
      Set<Object> values = new HashSet<>();
      for (int i = 0; i < column.size(); i++) {
        if (!column.isNull(i)) {
          values.add(column.value(i));
        }
      }
      assertThat(AccumulatorTesting.finish(StandardAggregate.COUNT_DISTINCT, column, random))
          .as("%s", type)
          .isEqualTo((long) values.size());
    }
  }

  @Property(tries = 100)
  void equalSetsHaveEqualBytes(@ForAll long seed) {
    Random random = new Random(seed);
    for (ColumnType type : TYPES) {
      int size = 1 + random.nextInt(60);
      Column column = column(type, random, size);
      int[] groups = random.ints(size, 0, 3).toArray();
      Accumulators forwards = accumulators(type, 3);
      forwards.lift(List.of(column), groups, size);
      int[] rows = new int[size];
      Arrays.setAll(rows, i -> rows.length - 1 - i);
      int[] groupsBackwards = Arrays.stream(rows).map(row -> groups[row]).toArray();
      Accumulators backwards = accumulators(type, 3);
      backwards.lift(List.of(column(type, random, 20)), new int[20], 0);
      backwards.lift(List.of(column.select(rows, size)), groupsBackwards, size);
      Accumulators merged = accumulators(type, 3);
      merged.merge(forwards.states(), new int[] {0, 1, 2}, 3);
      merged.merge(backwards.states(), new int[] {0, 1, 2}, 3);
      for (int group = 0; group < 3; group++) {
        byte[] bytes = bytes(forwards, group);
        assertThat(bytes(backwards, group)).as("%s", type).isEqualTo(bytes);
        assertThat(bytes(merged, group)).as("%s", type).isEqualTo(bytes);
      }
    }
  }

  @Test
  void manyGroupsShareTheirValues() {
    Random random = new Random(3);
    int rows = 200_000;
    long[] values = random.longs(rows, -3000, 3000).toArray();
    int[] groups = random.ints(rows, 0, 50).toArray();
    Accumulators accumulators = accumulators(ColumnType.BIGINT, 50);
    accumulators.lift(List.of(LongColumn.of(ColumnType.BIGINT, values, rows)), groups, rows);
    List<Set<Long>> sets = new ArrayList<>();
    for (int group = 0; group < 50; group++) {
      sets.add(new HashSet<>());
    }
    for (int i = 0; i < rows; i++) {
      sets.get(groups[i]).add(values[i]);
    }
    Accumulators merged = accumulators(ColumnType.BIGINT, 50);
    int[] numbers = new int[50];
    Arrays.setAll(numbers, i -> i);
    merged.merge(accumulators.states(), numbers, 50);
    for (int group = 0; group < 50; group++) {
      long expected = sets.get(group).size();
      assertThat(accumulators.finish().value(group)).isEqualTo(expected);
      assertThat(merged.finish().value(group)).isEqualTo(expected);
    }
  }

  @Test
  void doublesAreToldApartByTotalOrderWithOneNan() {
    double otherNan = Double.longBitsToDouble(0xFFF8000000000001L);
    double[] values = {0.0, -0.0, Double.NaN, otherNan, Double.MIN_VALUE, -Double.MIN_VALUE};
    assertThat(count(DoubleColumn.of(values, values.length))).isEqualTo(5);
  }

  @Test
  void valuesAtTheEdgesAreValuesLikeAnyOther() {
    long[] longs = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Long.MIN_VALUE};
    assertThat(count(LongColumn.of(ColumnType.BIGINT, longs, 5))).isEqualTo(4);
    BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    BigDecimal[] decimals = {
      new BigDecimal(most, 10), new BigDecimal(most.negate(), 10), new BigDecimal(most, 10)
    };
    assertThat(count(DecimalColumn.of(DECIMAL, decimals, 3))).isEqualTo(2);
    assertThat(count(texts("", null, "\u0000", "\uFFFD", "\uD83D\uDE00", ""))).isEqualTo(4);
  }

  @Test
  void overNoValueItIsZeroAndTheStateIsNull() {
    for (ColumnType type : TYPES) {
      assertThat(count(Column.nulls(type, 3))).isZero();
      assertThat(count(Column.nulls(type, 0))).isZero();
      assertThat(accumulators(type, 1).states().get(0).isNull(0)).isTrue();
    }
  }

  /** Changing these bytes is a deliberate act with a version number. */
  @Test
  void formatIsPinned() {
    long[] longs = {300, -1, 5, 300};
    assertThat(hex(LongColumn.of(ColumnType.BIGINT, longs, 4))).isEqualTo("0106a702");
    assertThat(hex(texts("über", "übel", "", "a")))
        .isEqualTo("000000016100" + "05c3bc62656c" + "0401" + "72");
    BigDecimal[] decimals = {BigDecimal.valueOf(300, 10), BigDecimal.valueOf(-1, 10)};
    assertThat(hex(DecimalColumn.of(DECIMAL, decimals, 2))).isEqualTo("01ff02012d");
    assertThat(hex(DoubleColumn.of(new double[] {0.0, -0.0}, 2))).isEqualTo("0101");
  }

  @Test
  void oneArgumentIsCounted() {
    assertThatThrownBy(
            () ->
                Aggregate.of(StandardAggregate.COUNT_DISTINCT, ColumnType.INT, ColumnType.BOOLEAN))
        .hasMessage("COUNT(DISTINCT …) has 2 arguments, must be 1");
    assertThat(AggregateFunctions.find("COUNT_DISTINCT")).isEmpty();
    assertThat(AggregateFunctions.names()).doesNotContain("COUNT_DISTINCT");
    assertThat(AggregateFunctions.findDistinct("SUM")).isEmpty();
  }

  private static long count(Column column) {
    return (Long)
        AccumulatorTesting.finish(StandardAggregate.COUNT_DISTINCT, column, new Random(1));
  }

  private static String hex(Column column) {
    Accumulators accumulators = accumulators(column.type(), 1);
    accumulators.lift(List.of(column), new int[column.size()], column.size());
    return HexFormat.of().formatHex(bytes(accumulators, 0));
  }

  private static byte[] bytes(Accumulators accumulators, int group) {
    return ((BytesColumn) accumulators.states().get(0)).get(group);
  }

  private static Accumulators accumulators(ColumnType type, int groups) {
    Accumulators accumulators = Aggregate.of(StandardAggregate.COUNT_DISTINCT, type).accumulators();
    accumulators.grow(groups);
    return accumulators;
  }

  private static StringColumn texts(String... texts) {
    StringColumn.Builder builder = new StringColumn.Builder(new Dictionary(), texts.length);
    for (String text : texts) {
      if (text == null) {
        builder.appendNull();
      } else {
        builder.append(text);
      }
    }
    return builder.build();
  }

  /** Values of all magnitudes, many of them more than once, some NULL. */
  private static Column column(ColumnType type, Random random, int size) {
    boolean[] nulls = new boolean[size];
    long[] longs = new long[size];
    for (int i = 0; i < size; i++) {
      nulls[i] = random.nextInt(10) == 0;
      longs[i] =
          switch (random.nextInt(4)) {
            case 0 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
            case 1 -> random.nextLong();
            default -> random.nextInt(40) - 20;
          };
    }
    switch (type.kind()) {
      case STRING -> {
        String[] texts = new String[size];
        for (int i = 0; i < size; i++) {
          texts[i] = nulls[i] ? null : "ab\uD83D\uDE00".repeat(random.nextInt(4)) + longs[i] % 9;
        }
        return texts(texts);
      }
      case DOUBLE -> {
        double[] edges = {0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, 4.9e-324, 1e308};
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
          doubles[i] = random.nextBoolean() ? longs[i] / 8.0 : edges[random.nextInt(6)];
        }
        return DoubleColumn.of(doubles, nulls, size);
      }
      case DECIMAL -> {
        BigDecimal[] decimals = new BigDecimal[size];
        for (int i = 0; i < size; i++) {
          BigInteger unscaled = BigInteger.valueOf(longs[i]);
          decimals[i] =
              nulls[i]
                  ? null
                  : new BigDecimal(
                      random.nextBoolean() ? unscaled : unscaled.shiftLeft(60), type.scale());
        }
        return DecimalColumn.of(type, decimals, size);
      }
      case BOOLEAN -> {
        Arrays.setAll(longs, i -> longs[i] & 1);
        return LongColumn.of(type, longs, nulls, size);
      }
      default -> {
        return LongColumn.of(type, longs, nulls, size);
      }
    }
  }
}

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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ExtremumTest {

  private static final String[] LETTERS = {
    "a", "b", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF", "\uD800\uDC00", "\uD83D\uDE00", "\uDBFF\uDFFF"
  };

  @Property(tries = 500)
  void textsAreComparedAsTheirUtf8Bytes(@ForAll long seed) {
    Random random = new Random(seed);
    String[] texts = new String[1 + random.nextInt(20)];
    for (int i = 0; i < texts.length; i++) {
      StringBuilder text = new StringBuilder();
      for (int letters = random.nextInt(4); letters > 0; letters--) {
        text.append(LETTERS[random.nextInt(LETTERS.length)]);
      }
      texts[i] = text.toString();
    }
    Comparator<String> byBytes =
        Comparator.comparing(
            text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    List<String> values = List.of(texts);
    assertThat(AccumulatorTesting.finish(StandardAggregate.MIN, texts(texts), random))
        .isEqualTo(values.stream().min(byBytes).orElseThrow());
    assertThat(AccumulatorTesting.finish(StandardAggregate.MAX, texts(texts), random))
        .isEqualTo(values.stream().max(byBytes).orElseThrow());
  }

  @Property(tries = 300)
  void doublesAreComparedByTotalOrder(@ForAll double[] values, @ForAll long seed) {
    if (values.length == 0) {
      return;
    }
    Random random = new Random(seed);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    DoubleColumn column = DoubleColumn.of(values, values.length);
    assertThat(AccumulatorTesting.finish(StandardAggregate.MIN, column, random))
        .isEqualTo(sorted[0]);
    assertThat(AccumulatorTesting.finish(StandardAggregate.MAX, column, random))
        .isEqualTo(sorted[sorted.length - 1]);
  }

  @Test
  void minusZeroIsLessThanZeroAndNanTheGreatest() {
    assertThat(minAndMax(doubles(0.0, -0.0))).containsExactly(-0.0, 0.0);
    assertThat(minAndMax(doubles(Double.NaN, Double.POSITIVE_INFINITY)))
        .containsExactly(Double.POSITIVE_INFINITY, Double.NaN);
    assertThat(minAndMax(doubles(Double.NaN))).containsExactly(Double.NaN, Double.NaN);
    assertThat(minAndMax(doubles(-Double.MAX_VALUE, Double.NEGATIVE_INFINITY)))
        .containsExactly(Double.NEGATIVE_INFINITY, -Double.MAX_VALUE);
  }

  @Test
  void codePointsBeyond16BitsAreTheGreatest() {
    assertThat(minAndMax(texts("\uFFFD", "\uD83D\uDE00")))
        .containsExactly("\uFFFD", "\uD83D\uDE00");
    assertThat(minAndMax(texts("a", "", "ab"))).containsExactly("", "ab");
  }

  @Test
  void longsAtTheEdgesAreValuesLikeAnyOther() {
    for (ColumnType type : List.of(ColumnType.BIGINT, ColumnType.TIMESTAMP)) {
      assertThat(minAndMax(longs(type, Long.MIN_VALUE, Long.MAX_VALUE, 0)))
          .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(minAndMax(longs(type, Long.MAX_VALUE)))
          .containsExactly(Long.MAX_VALUE, Long.MAX_VALUE);
    }
    assertThat(minAndMax(longs(ColumnType.DATE, 5, -5))).containsExactly(-5L, 5L);
    assertThat(minAndMax(longs(ColumnType.BOOLEAN, 0, 1))).containsExactly(false, true);
  }

  @Test
  void decimalsAreComparedByValue() {
    ColumnType type = ColumnType.decimal(5, 2);
    BigDecimal[] values = {new BigDecimal("-1.00"), null, new BigDecimal("0.10")};
    assertThat(minAndMax(DecimalColumn.of(type, values, 3))).containsExactly(values[0], values[2]);
  }

  @Test
  void overNullsAloneThereIsNone() {
    boolean[] nulls = {true, true};
    assertThat(minAndMax(LongColumn.of(ColumnType.BIGINT, new long[2], nulls, 2)))
        .containsExactly(null, null);
    assertThat(minAndMax(DoubleColumn.of(new double[2], nulls, 2))).containsExactly(null, null);
    assertThat(minAndMax(StringColumn.of(new int[] {-1, -1}, 2, new Dictionary())))
        .containsExactly(null, null);
  }

  @Test
  void nullsAreNoZeros() {
    LongColumn longs =
        LongColumn.of(ColumnType.INT, new long[] {0, 7, 0}, new boolean[] {true, false, true}, 3);
    assertThat(minAndMax(longs)).containsExactly(7L, 7L);
  }

  private static List<Object> minAndMax(Column column) {
    return Arrays.asList(
        AccumulatorTesting.finish(StandardAggregate.MIN, column, new Random(1)),
        AccumulatorTesting.finish(StandardAggregate.MAX, column, new Random(1)));
  }

  private static StringColumn texts(String... texts) {
    StringColumn.Builder builder = new StringColumn.Builder(new Dictionary(), texts.length);
    for (String text : texts) {
      builder.append(text);
    }
    return builder.build();
  }

  private static DoubleColumn doubles(double... values) {
    return DoubleColumn.of(values, values.length);
  }

  private static LongColumn longs(ColumnType type, long... values) {
    return LongColumn.of(type, values, values.length);
  }
}

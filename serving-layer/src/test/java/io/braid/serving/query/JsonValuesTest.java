package io.braid.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import org.junit.jupiter.api.Test;

final class JsonValuesTest {

  @Test
  void doublesThatJsonHasNoNumberForAreTexts() {
    Column doubles =
        DoubleColumn.of(
            new double[] {
              Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.1
            },
            5);

    assertThat(JsonValues.of(doubles, 0)).isEqualTo("NaN");
    assertThat(JsonValues.of(doubles, 1)).isEqualTo("Infinity");
    assertThat(JsonValues.of(doubles, 2)).isEqualTo("-Infinity");
    assertThat(JsonValues.of(doubles, 3)).isEqualTo(-0.0);
    assertThat(JsonValues.of(doubles, 4)).isEqualTo(0.1);
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    Dictionary texts = new Dictionary();
    StringColumn.Builder column = new StringColumn.Builder(texts, 2);
    column.append("a\uD83Cb");
    column.append("\uD83C\uDFAC");

    assertThat(JsonValues.of(column.build(), 0)).isEqualTo("a\uFFFDb");
  }

  @Test
  void timesAreIsoInUtcAndNullIsNull() {
    Column timestamps =
        LongColumn.of(
            ColumnType.TIMESTAMP,
            new long[] {1_795_327_200_001L, 0},
            new boolean[] {false, true},
            2);
    Column dates = LongColumn.of(ColumnType.DATE, new long[] {-1}, 1);

    assertThat(JsonValues.of(timestamps, 0)).isEqualTo("2026-11-22T06:00:00.001Z");
    assertThat(JsonValues.of(timestamps, 1)).isNull();
    assertThat(JsonValues.of(dates, 0)).isEqualTo("1969-12-31");
  }
}

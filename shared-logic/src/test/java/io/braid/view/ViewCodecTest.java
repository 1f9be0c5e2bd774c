package io.braid.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.aggregate.Aggregate;
import io.braid.aggregate.StandardAggregate;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import io.braid.time.Window;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewCodecTest {

  private static final ColumnType PRICE = ColumnType.decimal(10, 2);

  private static final ViewSchema SCHEMA =
      new ViewSchema(
          List.of(
              new ViewSchema.Key("text", ColumnType.STRING),
              new ViewSchema.Key("flag", ColumnType.BOOLEAN)),
          new Window.Tumbling(10),
          List.of(
              Aggregate.of(StandardAggregate.COUNT),
              Aggregate.of(StandardAggregate.SUM, ColumnType.BIGINT),
              Aggregate.of(StandardAggregate.AVG, ColumnType.DOUBLE),
              Aggregate.of(StandardAggregate.SUM, PRICE),
              Aggregate.of(StandardAggregate.MAX, ColumnType.STRING)));

  /** Changing these bytes is a deliberate act with a version number. */
  private static final String STORED =
      "00000001000000020000000100000002c3bc00000000ffffffff01000100000000000000"
          + "01000000000000000000000000000000000afffffffffffffff600000000000000000300"
          + "000000000000010000000000000000030000000000000001000000090080000000000000"
          + "00ffffffff00000000000000000300000000000000010100004341c37937e080003fe000"
          + "00000000000100003ff000000000000000000000000000000000000d0100000000200000"
          + "0000000000ffffffff0000000164ffffffffffffffffffffffff00000001000000016200"
          + "000000ffffffff";

  @Test
  void formatIsPinned() {
    assertThat(HexFormat.of().formatHex(ViewCodec.encode(view()))).isEqualTo(STORED);
  }

  @Test
  void storedViewIsReadBack() {
    View read = ViewCodec.decode(HexFormat.of().parseHex(STORED), SCHEMA);
    assertThat(ViewTesting.rows(read)).isEqualTo(ViewTesting.rows(view()));
  }

  @Test
  void viewOfAnotherVersionIsRefused() {
    byte[] bytes = ViewCodec.encode(view());
    bytes[3] = 9;
    assertThatThrownBy(() -> ViewCodec.decode(bytes, SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot decode a view of version 9, expected 1");
  }

  @Test
  void viewThatIsCutShortIsRefused() {
    byte[] bytes = ViewCodec.encode(view());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cutShort = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ViewCodec.decode(cutShort, SCHEMA))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Two rows: ("ü", true) with values that need every part of a state, and (NULL, NULL). */
  private static View view() {
    View view = new View(SCHEMA);
    StringColumn texts = texts("ü", "ü", "ü", null);
    Column flags =
        LongColumn.of(
            ColumnType.BOOLEAN,
            new long[] {1, 1, 1, 0},
            new boolean[] {false, false, false, true},
            4);
    int[] rows = view.rows(List.of(texts, flags), new long[] {10, 10, 10, -10}, 4);
    view.countRows(rows, 4);
    view.accumulators(0).lift(List.of(), rows, 4);
    long[] longs = {Long.MAX_VALUE, 1, 0, 0};
    view.accumulators(1)
        .lift(
            List.of(
                LongColumn.of(
                    ColumnType.BIGINT, longs, new boolean[] {false, false, true, true}, 4)),
            rows,
            4);
    view.accumulators(2)
        .lift(List.of(DoubleColumn.of(new double[] {1e16, 0x1p961, 1, 0.5}, 4)), rows, 4);
    BigDecimal[] prices = {new BigDecimal("1.25"), null, new BigDecimal("-0.25"), null};
    view.accumulators(3).lift(List.of(DecimalColumn.of(PRICE, prices, 4)), rows, 4);
    view.accumulators(4).lift(List.of(texts("a", "b", null, null)), rows, 4);
    return view;
  }

  private static StringColumn texts(String... values) {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), values.length);
    for (String value : values) {
      if (value == null) {
        texts.appendNull();
      } else {
        texts.append(value);
      }
    }
    return texts.build();
  }
}

package io.braid.serving.query;

import io.braid.column.CodePoints;
import io.braid.column.Column;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The order of an answer's rows: ascending by one column after the other, NULLs last, texts by code
 * point, doubles by total order.
 */
final class RowOrder {

  private RowOrder() {}

  /** Returns the rows 0 to {@code size} − 1 in order; equal rows stay as they come. */
  static int[] of(List<Column> columns, int size) {
    Integer[] rows = new Integer[size];
    Arrays.setAll(rows, i -> i);
    columns.stream()
        .map(RowOrder::by)
        .reduce(Comparator::thenComparing)
        .ifPresent(order -> Arrays.sort(rows, order));
    return Arrays.stream(rows).mapToInt(Integer::intValue).toArray();
  }

  private static Comparator<Integer> by(Column column) {
    if (column instanceof StringColumn texts) {
      int[] ranks = ranks(texts.dictionary());
      return Comparator.comparingInt(
          row -> texts.isNull(row) ? Integer.MAX_VALUE : ranks[texts.code(row)]);
    }
    Comparator<Integer> values;
    if (column instanceof DoubleColumn doubles) {
      values = Comparator.comparingDouble(doubles::get);
    } else if (column instanceof DecimalColumn decimals) {
      values = (left, right) -> decimals.get(left).compareTo(decimals.get(right));
    } else if (column instanceof LongColumn longs) {
      values = Comparator.comparingLong(longs::get);
    } else {
      throw new IllegalStateException("Cannot order by " + column.type());
    }
    return column.mayHaveNulls() ? nullsLast(column, values) : values;
  }

  private static Comparator<Integer> nullsLast(Column column, Comparator<Integer> values) {
    return (left, right) -> {
      boolean leftNull = column.isNull(left);
      boolean rightNull = column.isNull(right);
      return leftNull || rightNull
          ? Boolean.compare(leftNull, rightNull)
          : values.compare(left, right);
    };
  }

  /** Returns the place of each text among all of a dictionary, by code. */
  private static int[] ranks(Dictionary texts) {
    Integer[] codes = new Integer[texts.size()];
    Arrays.setAll(codes, i -> i);
    Arrays.sort(codes, (left, right) -> CodePoints.compare(texts.text(left), texts.text(right)));
    int[] ranks = new int[codes.length];
    for (int rank = 0; rank < codes.length; rank++) {
      ranks[codes[rank]] = rank;
    }
    return ranks;
  }
}

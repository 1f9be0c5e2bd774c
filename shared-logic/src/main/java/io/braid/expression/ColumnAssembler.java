package io.braid.expression;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.Arrays;

/** Puts a column together from values of several; rows not put are NULL. One owner. */
final class ColumnAssembler {

  private final ColumnType type;
  private final int size;
  private final NullMask nulls;
  private long[] longs = {};
  private double[] doubles = {};
  private BigDecimal[] decimals = {};
  private int[] codes = {};
  private final Dictionary dictionary = new Dictionary();

  ColumnAssembler(ColumnType type, int size) {
    this.type = type;
    this.size = size;
    this.nulls = new NullMask(size);
    nulls.setAll();
    switch (type.kind()) {
      case STRING -> {
        codes = new int[size];
        Arrays.fill(codes, Dictionary.NULL);
      }
      case BOOLEAN, INT, BIGINT, TIMESTAMP, DATE -> longs = new long[size];
      case DOUBLE -> doubles = new double[size];
      case DECIMAL -> decimals = new BigDecimal[size];
      case BYTES -> throw new IllegalArgumentException("No expression is of type " + type);
    }
  }

  /** Puts the values of {@code column}, in order, at the first {@code count} of {@code rows}. */
  void put(Column column, int[] rows, int count) {
    for (int i = 0; i < count; i++) {
      if (column.isNull(i)) {
        continue;
      }
      int row = rows[i];
      nulls.clear(row);
      if (column instanceof LongColumn values) {
        longs[row] = values.get(i);
      } else if (column instanceof DoubleColumn values) {
        doubles[row] = values.get(i);
      } else if (column instanceof StringColumn values) {
        codes[row] = dictionary.encode(values.get(i));
      } else {
        decimals[row] = ((DecimalColumn) column).get(i);
      }
    }
  }

  Column build() {
    return switch (type.kind()) {
      case STRING -> StringColumn.of(codes, size, dictionary);
      case DOUBLE -> nulls.column(doubles);
      case DECIMAL -> DecimalColumn.of(type, decimals, size);
      case BOOLEAN, INT, BIGINT, TIMESTAMP, DATE, BYTES -> nulls.column(type, longs);
    };
  }

  /** Returns the row numbers from 0 to {@code size}, exclusive. */
  static int[] allRows(int size) {
    int[] rows = new int[size];
    for (int i = 0; i < size; i++) {
      rows[i] = i;
    }
    return rows;
  }
}

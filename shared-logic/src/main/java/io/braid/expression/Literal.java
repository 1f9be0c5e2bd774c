package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One value for all rows.
 *
 * @param value String, Boolean, Long, Double or BigDecimal as {@link Column#value} has it; empty
 *     for NULL
 */
record Literal(ColumnType type, Optional<Object> value) implements Expression {

  Literal {
    boolean valid =
        value.isEmpty()
            || switch (type.kind()) {
              case STRING -> value.get() instanceof String;
              case BOOLEAN -> value.get() instanceof Boolean;
              case INT, BIGINT, TIMESTAMP, DATE -> value.get() instanceof Long;
              case DOUBLE -> value.get() instanceof Double;
              case DECIMAL -> value.get() instanceof BigDecimal d && d.scale() == type.scale();
              case BYTES -> false;
            };
    if (!valid) {
      throw new IllegalArgumentException("Invalid literal of type " + type + ": " + value.get());
    }
  }

  boolean isNull() {
    return value.isEmpty();
  }

  @Override
  public List<Expression> operands() {
    return List.of();
  }

  @Override
  public Column evaluate(Batch batch, ExpressionErrors errors) {
    int size = batch.size();
    return switch (type.kind()) {
      case STRING -> {
        Dictionary dictionary = new Dictionary();
        int[] codes = new int[size]; // the only text has code 0
        if (isNull()) {
          Arrays.fill(codes, Dictionary.NULL);
        } else {
          dictionary.encode((String) value.get());
        }
        yield StringColumn.of(codes, size, dictionary);
      }
      case BOOLEAN, INT, BIGINT, TIMESTAMP, DATE -> {
        long[] values = new long[size];
        Arrays.fill(values, isNull() ? 0 : asLong());
        yield nulls(size).column(type, values);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        Arrays.fill(values, isNull() ? 0 : (Double) value.get());
        yield nulls(size).column(values);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[size];
        Arrays.fill(values, (BigDecimal) value.orElse(null));
        yield DecimalColumn.of(type, values, size);
      }
      case BYTES -> throw new IllegalStateException("No literal is of type " + type);
    };
  }

  private NullMask nulls(int size) {
    NullMask mask = new NullMask(size);
    if (isNull()) {
      mask.setAll();
    }
    return mask;
  }

  /** Returns the value as a {@link LongColumn} keeps it. */
  long asLong() {
    Object number = value.orElseThrow();
    return number instanceof Boolean truth ? (truth ? 1 : 0) : (Long) number;
  }

  double asDouble() {
    return (Double) value.orElseThrow();
  }

  BigDecimal asDecimal() {
    return (BigDecimal) value.orElseThrow();
  }

  String asText() {
    return (String) value.orElseThrow();
  }

  @Override
  public String text() {
    String written =
        value
            .map(v -> v instanceof String text ? "'" + text.replace("'", "''") + "'" : v.toString())
            .orElse("NULL");
    return written + ":" + type;
  }
}

package io.braid.expression;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trees and rows of all types, rich in NULLs and in numbers at the edges of their type. */
final class RandomExpressions {

  static final List<ColumnType> COLUMNS =
      List.of(
          ColumnType.INT,
          ColumnType.BIGINT,
          ColumnType.DOUBLE,
          ColumnType.decimal(6, 2),
          ColumnType.STRING,
          ColumnType.BOOLEAN,
          ColumnType.decimal(38, 20),
          ColumnType.INT,
          ColumnType.STRING);

  private static final long[] LONGS = {
    0, 1, -1, 2, 3, 7, -10, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 40
  };
  private static final long[] INTS = {
    0, 1, -1, 2, 3, 7, -10, 46341, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final double[] DOUBLES = {
    0, -0.0, 1, -1.5, 2.5, 0.1, 1e300, -1e300, 1e18, Double.MIN_VALUE, Double.POSITIVE_INFINITY
  };
  private static final String[] TEXTS = {
    "", "a", "b", "ab", "Z", "é", "\uFFFD", "\uD83D\uDE00", "12", " -3.5 ", "1e3", "true", "x1"
  };
  private static final String[] DECIMALS = {"0.00", "0.01", "-1.50", "9999.99", "-9999.99", "2.00"};

  private final Random random;

  RandomExpressions(long seed) {
    this.random = new Random(seed);
  }

  Object[] row() {
    return COLUMNS.stream().map(type -> random.nextInt(5) == 0 ? null : value(type)).toArray();
  }

  private Object value(ColumnType type) {
    return switch (type.kind()) {
      case INT -> INTS[random.nextInt(INTS.length)];
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case BOOLEAN -> random.nextBoolean();
      case DECIMAL ->
          new BigDecimal(DECIMALS[random.nextInt(DECIMALS.length)]).setScale(type.scale());
      default -> LONGS[random.nextInt(LONGS.length)];
    };
  }

  static Batch batch(List<Object[]> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < COLUMNS.size(); c++) {
      columns.add(column(rows, c, COLUMNS.get(c)));
    }
    return Batch.of(rows.size(), columns);
  }

  private static Column column(List<Object[]> rows, int index, ColumnType type) {
    LongColumn.Builder longs = new LongColumn.Builder(type, rows.size());
    DoubleColumn.Builder doubles = new DoubleColumn.Builder(rows.size());
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), rows.size());
    DecimalColumn.Builder decimals = new DecimalColumn.Builder(type, rows.size());
    for (Object[] row : rows) {
      Object value = row[index];
      switch (type.kind()) {
        case STRING -> {
          if (value == null) {
            texts.appendNull();
          } else {
            texts.append((String) value);
          }
        }
        case DOUBLE -> {
          if (value == null) {
            doubles.appendNull();
          } else {
            doubles.append((Double) value);
          }
        }
        case DECIMAL -> decimals.append((BigDecimal) value);
        default -> {
          if (value == null) {
            longs.appendNull();
          } else {
            longs.append(value instanceof Boolean truth ? (truth ? 1 : 0) : (Long) value);
          }
        }
      }
    }
    return switch (type.kind()) {
      case STRING -> texts.build();
      case DOUBLE -> doubles.build();
      case DECIMAL -> decimals.build();
      default -> longs.build();
    };
  }

  Expression any(int depth) {
    return switch (random.nextInt(3)) {
      case 0 -> number(depth);
      case 1 -> text(depth);
      default -> condition(depth);
    };
  }

  private Expression leaf(Kind... kinds) {
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (List.of(kinds).contains(COLUMNS.get(i).kind())) {
        candidates.add(i);
      }
    }
    int index = candidates.get(random.nextInt(candidates.size()));
    ColumnType type = COLUMNS.get(index);
    return switch (random.nextInt(8)) {
      case 0 -> Expressions.nullOf(type);
      case 1, 2 -> Expressions.literal(type, value(type));
      default -> new ColumnReference(index, "c" + index, type);
    };
  }

  private Expression number(int depth) {
    if (depth == 0) {
      return leaf(Kind.INT, Kind.BIGINT, Kind.DOUBLE, Kind.DECIMAL);
    }
    return switch (random.nextInt(10)) {
      case 0 -> Expressions.negate(number(depth - 1));
      case 1 -> Expressions.absolute(number(depth - 1));
      case 2 -> Expressions.cast(text(depth - 1), numberType());
      case 3 -> Expressions.cast(number(depth - 1), numberType());
      case 4 ->
          Expressions.caseOf(
              List.of(condition(depth - 1), number(depth - 1), number(depth - 1)), numberType());
      case 5 -> Expressions.coalesce(List.of(number(depth - 1), number(depth - 1)), numberType());
      case 6 -> Expressions.nullIf(number(depth - 1), number(depth - 1));
      default ->
          Expressions.arithmetic(
              one(ArithmeticOperator.values()), number(depth - 1), number(depth - 1));
    };
  }

  private ColumnType numberType() {
    return List.of(
            ColumnType.INT,
            ColumnType.BIGINT,
            ColumnType.DOUBLE,
            ColumnType.decimal(6, 2),
            ColumnType.decimal(38, 0),
            ColumnType.decimal(38, 20))
        .get(random.nextInt(6));
  }

  private Expression text(int depth) {
    if (depth == 0) {
      return leaf(Kind.STRING);
    }
    return switch (random.nextInt(6)) {
      case 0 -> Expressions.upper(text(depth - 1));
      case 1 -> Expressions.lower(text(depth - 1));
      case 2 -> Expressions.cast(condition(depth - 1), ColumnType.STRING);
      case 3 ->
          Expressions.caseOf(
              List.of(
                  condition(depth - 1),
                  text(depth - 1),
                  condition(depth - 1),
                  text(depth - 1),
                  text(depth - 1)),
              ColumnType.STRING);
      case 4 -> Expressions.coalesce(List.of(text(depth - 1), text(depth - 1)), ColumnType.STRING);
      default -> Expressions.nullIf(text(depth - 1), text(depth - 1));
    };
  }

  private Expression condition(int depth) {
    if (depth == 0) {
      return leaf(Kind.BOOLEAN);
    }
    ComparisonOperator operator = one(ComparisonOperator.values());
    return switch (random.nextInt(9)) {
      case 0 -> Expressions.compare(operator, number(depth - 1), number(depth - 1));
      case 1 -> Expressions.compare(operator, text(depth - 1), text(depth - 1));
      case 2 -> Expressions.and(List.of(condition(depth - 1), condition(depth - 1), condition(0)));
      case 3 -> Expressions.or(List.of(condition(depth - 1), condition(depth - 1), condition(0)));
      case 4 -> Expressions.not(condition(depth - 1));
      case 5 ->
          random.nextBoolean()
              ? Expressions.isNull(any(depth - 1))
              : Expressions.isNotNull(any(depth - 1));
      case 6 ->
          random.nextBoolean()
              ? Expressions.is(random.nextBoolean(), condition(depth - 1))
              : Expressions.isNot(random.nextBoolean(), condition(depth - 1));
      case 7 -> Expressions.in(text(depth - 1), List.of(text(0), text(0), text(depth - 1)));
      default -> Expressions.between(number(depth - 1), number(depth - 1), number(depth - 1));
    };
  }

  private <T> T one(T[] candidates) {
    return candidates[random.nextInt(candidates.length)];
  }
}

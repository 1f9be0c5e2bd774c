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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
          ColumnType.STRING,
          ColumnType.TIMESTAMP,
          ColumnType.DATE);

  private static final long[] LONGS = {
    0, 1, -1, 2, 3, 7, -10, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 40
  };
  private static final long[] INTS = {
    0, 1, -1, 2, 3, 7, -10, 46341, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final double[] DOUBLES = {
    0,
    -0.0,
    -0.4,
    2.675,
    1234567.5,
    1e-7,
    4503599627370495.5,
    Double.NaN,
    1,
    -1.5,
    2.5,
    0.1,
    1e300,
    -1e300,
    1e18,
    Double.MIN_VALUE,
    Double.POSITIVE_INFINITY
  };
  private static final String[] TEXTS = {
    "",
    "a",
    "b",
    "ab",
    "Z",
    "é",
    "\uFFFD",
    "\uD83D\uDE00",
    "12",
    " -3.5 ",
    "1e3",
    "true",
    "x1",
    "%",
    "a!%",
    "ba\uD83D\uDE00ab"
  };
  private static final String[] PATTERN_PARTS = {"%", "_", "a", "b", "!%", "!", "\uD83D\uDE00"};
  private static final long[] PLACES = {0, 1, 2, 3, -1, -2, 7, Long.MAX_VALUE, Long.MIN_VALUE};
  private static final long[] SCALES = {
    0, 1, 2, 3, 20, 22, 23, 400, 5000, -1, -2, -10, -18, -19, -20, -39, -308, -309, -400
  };
  private static final String[] TIMES = {
    "0001-01-01T00:00:00Z",
    "0004-02-29T23:59:59.999Z",
    "1900-02-28T12:30:15.250Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z",
    "2000-02-29T00:00:00.001Z",
    "2020-12-31T23:00:00Z",
    "2021-01-03T10:11:12.345Z",
    "2024-10-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z"
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
      case TIMESTAMP -> Instant.parse(one(TIMES)).toEpochMilli();
      case DATE -> Math.floorDiv(Instant.parse(one(TIMES)).toEpochMilli(), 86_400_000L);
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
    return switch (random.nextInt(4)) {
      case 0 -> number(depth);
      case 1 -> text(depth);
      case 2 -> time(one(Kind.TIMESTAMP, Kind.DATE), depth);
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
    return switch (random.nextInt(16)) {
      case 10 -> Expressions.floor(number(depth - 1));
      case 11 -> Expressions.ceil(number(depth - 1));
      case 12, 13 -> Expressions.round(number(depth - 1), integer(SCALES));
      case 14 -> extremum(List.of(number(depth - 1), number(depth - 1)), numberType());
      case 15 -> extraction(depth - 1);
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

  /** A constant as in nearly all statements, or a column. */
  private Expression integer(long[] constants) {
    return random.nextInt(4) == 0
        ? leaf(Kind.INT, Kind.BIGINT)
        : Expressions.literal(ColumnType.BIGINT, constants[random.nextInt(constants.length)]);
  }

  private Expression extremum(List<Expression> operands, ColumnType type) {
    return random.nextBoolean()
        ? Expressions.least(operands, type)
        : Expressions.greatest(operands, type);
  }

  private Expression extraction(int depth) {
    TimeField field = one(TimeField.values());
    Kind kind = field.isFinerThanDay() ? Kind.TIMESTAMP : one(Kind.TIMESTAMP, Kind.DATE);
    return Expressions.extract(field, time(kind, depth));
  }

  private Expression time(Kind kind, int depth) {
    if (depth == 0) {
      return leaf(kind);
    }
    Expression time = time(kind, depth - 1);
    CalendarUnit unit = one(CalendarUnit.values());
    if (kind == Kind.DATE && unit.isFinerThanDay()) {
      unit = CalendarUnit.WEEK;
    }
    return switch (random.nextInt(5)) {
      case 0, 1 -> Expressions.floor(time, unit);
      case 2, 3 -> Expressions.ceil(time, unit);
      default -> extremum(List.of(time, time(kind, depth - 1)), time.type());
    };
  }

  private Expression pattern(int depth) {
    if (random.nextInt(4) == 0) {
      return text(depth);
    }
    StringBuilder pattern = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      pattern.append(one(PATTERN_PARTS));
    }
    return Expressions.literal(ColumnType.STRING, pattern.toString());
  }

  /** Half of the patterns are wrong about their escape: constants of that kind are refused. */
  private Expression like(int depth) {
    Expression pattern = pattern(depth);
    if (random.nextBoolean()) {
      try {
        return Expressions.like(text(depth), pattern, Optional.of("!"));
      } catch (IllegalArgumentException e) {
        Expression computed =
            Expressions.coalesce(List.of(leaf(Kind.STRING), pattern), pattern.type());
        return Expressions.like(text(depth), computed, Optional.of("!"));
      }
    }
    return Expressions.like(text(depth), pattern, Optional.empty());
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
    return switch (random.nextInt(13)) {
      case 12 ->
          Expressions.concat(
              List.of(
                  Expressions.literal(ColumnType.STRING, "a"),
                  text(depth - 1),
                  Expressions.literal(ColumnType.STRING, "b")));
      case 6, 7 ->
          Expressions.trim(
              one(TrimSide.values()),
              random.nextBoolean() ? text(0) : text(depth - 1),
              text(depth - 1));
      case 8, 9 ->
          Expressions.substring(
              text(depth - 1),
              integer(PLACES),
              random.nextBoolean() ? Optional.empty() : Optional.of(integer(PLACES)));
      case 10 -> Expressions.concat(List.of(text(depth - 1), text(0), text(depth - 1)));
      case 11 -> extremum(List.of(text(depth - 1), text(depth - 1)), ColumnType.STRING);
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
    return switch (random.nextInt(12)) {
      case 9, 10 -> like(depth - 1);
      case 11 -> {
        Expression time = time(Kind.TIMESTAMP, depth - 1);
        yield Expressions.compare(operator, time, time(Kind.TIMESTAMP, depth - 1));
      }
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

  @SafeVarargs
  private final <T> T one(T... candidates) {
    return candidates[random.nextInt(candidates.length)];
  }
}

package io.braid.expression;

import io.braid.column.ColumnType;
import io.braid.column.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.WeekFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One row at a time, in objects and unbounded numbers: what the columns must agree with. */
final class SlowEvaluation {

  private final Object[] row;
  private long errors;

  SlowEvaluation(Object[] row) {
    this.row = row;
  }

  long errors() {
    return errors;
  }

  private Object fail() {
    errors++;
    return null;
  }

  Object evaluate(Expression expression) {
    List<Expression> operands = expression.operands();
    if (expression instanceof ColumnReference reference) {
      return row[reference.index()];
    }
    if (expression instanceof Literal literal) {
      return literal.value().orElse(null);
    }
    if (expression instanceof Logic logic) {
      return logic(logic);
    }
    if (expression instanceof Case) {
      int i = 0;
      while (i + 1 < operands.size()) {
        if (Boolean.TRUE.equals(evaluate(operands.get(i)))) {
          return evaluate(operands.get(i + 1));
        }
        i += 2;
      }
      return evaluate(operands.get(i));
    }
    if (expression instanceof Coalesce) {
      for (Expression operand : operands) {
        Object value = evaluate(operand);
        if (value != null) {
          return value;
        }
      }
      return null;
    }
    Object[] values = operands.stream().map(this::evaluate).toArray();
    if (expression instanceof Truth truth) {
      return truth(truth.kind(), values[0]);
    }
    if (expression instanceof Membership) {
      boolean unknown = false;
      for (int i = 1; i < values.length; i++) {
        if (values[0] == null || values[i] == null) {
          unknown = true;
        } else if (compare(values[0], values[i]) == 0) {
          return true;
        }
      }
      return unknown ? null : false;
    }
    if (expression instanceof Between) {
      return and(
          (values[0] == null || values[1] == null) ? null : compare(values[0], values[1]) >= 0,
          (values[0] == null || values[2] == null) ? null : compare(values[0], values[2]) <= 0);
    }
    if (expression instanceof NullIf nullIf) {
      if (values[0] == null || values[1] == null) {
        return values[0];
      }
      boolean doubles = nullIf.compared().kind() == Kind.DOUBLE;
      Object left =
          doubles ? cast(values[0], operands.get(0).type(), ColumnType.DOUBLE) : values[0];
      Object right =
          doubles ? cast(values[1], operands.get(1).type(), ColumnType.DOUBLE) : values[1];
      return compare(left, right) == 0 ? null : values[0];
    }
    if (Arrays.stream(values).anyMatch(value -> value == null)) {
      return null;
    }
    if (expression instanceof Arithmetic arithmetic) {
      return arithmetic(arithmetic, values[0], values[1]);
    }
    if (expression instanceof SignChange change) {
      return signChange(change, values[0]);
    }
    if (expression instanceof Comparison comparison) {
      int order = compare(values[0], values[1]);
      return switch (comparison.operator()) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
    if (expression instanceof Cast cast) {
      return cast(values[0], cast.operand().type(), cast.type());
    }
    if (expression instanceof LetterCase letters) {
      String text = (String) values[0];
      return letters.upper() ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    }
    if (expression instanceof Like like) {
      return like(like, (String) values[0], (String) values[1]);
    }
    if (expression instanceof Trim trim) {
      return trim(trim.side(), (String) values[0], (String) values[1]);
    }
    if (expression instanceof Substring) {
      return substring((String) values[0], Arrays.copyOfRange(values, 1, values.length));
    }
    if (expression instanceof Concat) {
      return String.join("", Arrays.copyOf(values, values.length, String[].class));
    }
    if (expression instanceof WholeNumber whole) {
      RoundingMode mode = whole.ceiling() ? RoundingMode.CEILING : RoundingMode.FLOOR;
      return rounded(values[0], 0, mode, whole.type());
    }
    if (expression instanceof Rounding rounding) {
      return rounded(values[0], (Long) values[1], RoundingMode.HALF_UP, rounding.type());
    }
    if (expression instanceof RowExtremum extremum) {
      Comparator<Object> order = SlowEvaluation::compare;
      return Collections.max(Arrays.asList(values), extremum.greatest() ? order : order.reversed());
    }
    if (expression instanceof Extraction extraction) {
      return extract(extraction.field(), time(operands.get(0).type(), values[0]));
    }
    if (expression instanceof CalendarRounding rounding) {
      ColumnType type = rounding.type();
      ZonedDateTime time = time(type, values[0]);
      ZonedDateTime start = floor(rounding.unit(), time);
      if (rounding.ceiling() && !start.equals(time)) {
        start = next(rounding.unit(), start);
      }
      if (start.getYear() > 9999) {
        return fail();
      }
      long epochMs = start.toInstant().toEpochMilli();
      return type.kind() == Kind.DATE ? start.toLocalDate().toEpochDay() : (Object) epochMs;
    }
    throw new IllegalStateException("Not known to the slow evaluation: " + expression.text());
  }

  private Object like(Like like, String text, String pattern) {
    StringBuilder regex = new StringBuilder();
    int[] points = pattern.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      String character = Character.toString(points[i]);
      if (like.escape().isPresent() && like.escape().get().equals(character)) {
        i++;
        if (i == points.length || !("%_" + character).contains(Character.toString(points[i]))) {
          return fail();
        }
        regex.append(Pattern.quote(Character.toString(points[i])));
      } else {
        regex.append(
            switch (character) {
              case "%" -> ".*";
              case "_" -> ".";
              default -> Pattern.quote(character);
            });
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }

  private static String trim(TrimSide side, String characters, String text) {
    List<Integer> taken = characters.codePoints().boxed().toList();
    List<Integer> left = new ArrayList<>(text.codePoints().boxed().toList());
    while (side != TrimSide.TRAILING && !left.isEmpty() && taken.contains(left.get(0))) {
      left.remove(0);
    }
    while (side != TrimSide.LEADING
        && !left.isEmpty()
        && taken.contains(left.get(left.size() - 1))) {
      left.remove(left.size() - 1);
    }
    return left.stream().map(Character::toString).collect(Collectors.joining());
  }

  private Object substring(String text, Object[] bounds) {
    BigInteger start = BigInteger.valueOf((Long) bounds[0]);
    BigInteger end = BigInteger.TWO.pow(100);
    if (bounds.length > 1) {
      BigInteger length = BigInteger.valueOf((Long) bounds[1]);
      if (length.signum() < 0) {
        return fail();
      }
      end = start.add(length);
    }
    StringBuilder part = new StringBuilder();
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      BigInteger place = BigInteger.valueOf(i + 1);
      if (place.compareTo(start) >= 0 && place.compareTo(end) < 0) {
        part.appendCodePoint(points[i]);
      }
    }
    return part.toString();
  }

  private Object rounded(Object value, long digits, RoundingMode mode, ColumnType type) {
    int scale = (int) Math.max(-400, Math.min(digits, 1100));
    if (value instanceof Double number) {
      return Double.isFinite(number)
          ? new BigDecimal(number).setScale(scale, mode).doubleValue()
          : value;
    }
    return fit(new BigDecimal(value.toString()).setScale(scale, mode), type);
  }

  private static ZonedDateTime time(ColumnType type, Object value) {
    return type.kind() == Kind.DATE
        ? LocalDate.ofEpochDay((Long) value).atStartOfDay(ZoneOffset.UTC)
        : Instant.ofEpochMilli((Long) value).atZone(ZoneOffset.UTC);
  }

  private static Object extract(TimeField field, ZonedDateTime time) {
    return switch (field) {
      case YEAR -> time.getLong(ChronoField.YEAR);
      case QUARTER -> time.getLong(IsoFields.QUARTER_OF_YEAR);
      case MONTH -> time.getLong(ChronoField.MONTH_OF_YEAR);
      case WEEK -> time.getLong(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case DAY -> time.getLong(ChronoField.DAY_OF_MONTH);
      case HOUR -> time.getLong(ChronoField.HOUR_OF_DAY);
      case MINUTE -> time.getLong(ChronoField.MINUTE_OF_HOUR);
      case SECOND -> time.getLong(ChronoField.SECOND_OF_MINUTE);
      case MILLISECOND -> time.getSecond() * 1000L + time.getLong(ChronoField.MILLI_OF_SECOND);
      case DOW -> time.getLong(WeekFields.SUNDAY_START.dayOfWeek());
      case ISODOW -> time.getLong(ChronoField.DAY_OF_WEEK);
      case ISOYEAR -> time.getLong(IsoFields.WEEK_BASED_YEAR);
      case DOY -> time.getLong(ChronoField.DAY_OF_YEAR);
      case EPOCH -> time.toEpochSecond();
    };
  }

  private static ZonedDateTime floor(CalendarUnit unit, ZonedDateTime time) {
    ZonedDateTime day = time.truncatedTo(ChronoUnit.DAYS);
    return switch (unit) {
      case YEAR -> day.withDayOfYear(1);
      case QUARTER -> day.withDayOfMonth(1).withMonth((day.getMonthValue() - 1) / 3 * 3 + 1);
      case MONTH -> day.withDayOfMonth(1);
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case DAY -> day;
      case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
      case MINUTE -> time.truncatedTo(ChronoUnit.MINUTES);
      case SECOND -> time.truncatedTo(ChronoUnit.SECONDS);
    };
  }

  private static ZonedDateTime next(CalendarUnit unit, ZonedDateTime start) {
    return switch (unit) {
      case YEAR -> start.plusYears(1);
      case QUARTER -> start.plusMonths(3);
      case MONTH -> start.plusMonths(1);
      case WEEK -> start.plusWeeks(1);
      case DAY -> start.plusDays(1);
      case HOUR -> start.plusHours(1);
      case MINUTE -> start.plusMinutes(1);
      case SECOND -> start.plusSeconds(1);
    };
  }

  private Boolean logic(Logic logic) {
    Boolean result = logic.and();
    for (Expression operand : logic.operands()) {
      if (result != null && result != logic.and()) {
        return result;
      }
      Boolean value = (Boolean) evaluate(operand);
      result = logic.and() ? and(result, value) : or(result, value);
    }
    return result;
  }

  private static Boolean and(Boolean left, Boolean right) {
    if (Boolean.FALSE.equals(left) || Boolean.FALSE.equals(right)) {
      return false;
    }
    return (left == null || right == null) ? null : true;
  }

  private static Boolean or(Boolean left, Boolean right) {
    if (Boolean.TRUE.equals(left) || Boolean.TRUE.equals(right)) {
      return true;
    }
    return (left == null || right == null) ? null : false;
  }

  private static Boolean truth(Truth.Kind kind, Object value) {
    return switch (kind) {
      case NOT -> value == null ? null : !(Boolean) value;
      case IS_NULL -> value == null;
      case IS_NOT_NULL -> value != null;
      case IS_TRUE -> Boolean.TRUE.equals(value);
      case IS_NOT_TRUE -> !Boolean.TRUE.equals(value);
      case IS_FALSE -> Boolean.FALSE.equals(value);
      case IS_NOT_FALSE -> !Boolean.FALSE.equals(value);
    };
  }

  /** UTF-8 bytes, unsigned, are in the order of code points. */
  private static int compare(Object left, Object right) {
    if (left instanceof String a) {
      return Arrays.compareUnsigned(
          a.getBytes(StandardCharsets.UTF_8), ((String) right).getBytes(StandardCharsets.UTF_8));
    }
    if (left instanceof Boolean a) {
      return Boolean.compare(a, (Boolean) right);
    }
    if (left instanceof Double a) {
      return Double.compare(a, (Double) right);
    }
    return new BigDecimal(left.toString()).compareTo(new BigDecimal(right.toString()));
  }

  private Object arithmetic(Arithmetic node, Object left, Object right) {
    if (node.type().kind() == Kind.DOUBLE) {
      double a = (Double) left;
      double b = (Double) right;
      return switch (node.operator()) {
        case PLUS -> a + b;
        case MINUS -> a - b;
        case TIMES -> a * b;
        case DIVIDE -> b == 0 ? fail() : (Object) (a / b);
        case REMAINDER -> b == 0 ? fail() : (Object) (a % b);
      };
    }
    BigDecimal a = new BigDecimal(left.toString());
    BigDecimal b = new BigDecimal(right.toString());
    boolean divides =
        node.operator() == ArithmeticOperator.DIVIDE
            || node.operator() == ArithmeticOperator.REMAINDER;
    if (divides && b.signum() == 0) {
      return fail();
    }
    BigDecimal exact =
        switch (node.operator()) {
          case PLUS -> a.add(b);
          case MINUS -> a.subtract(b);
          case TIMES -> a.multiply(b);
          case DIVIDE -> new BigDecimal(a.toBigIntegerExact().divide(b.toBigIntegerExact()));
          case REMAINDER -> a.subtract(b.multiply(a.divideToIntegralValue(b)));
        };
    return fit(exact, node.type());
  }

  private Object signChange(SignChange node, Object value) {
    if (value instanceof Double number) {
      return node.absolute() ? Math.abs(number) : -number;
    }
    BigDecimal number = new BigDecimal(value.toString());
    return fit(node.absolute() ? number.abs() : number.negate(), node.type());
  }

  private Object fit(BigDecimal exact, ColumnType type) {
    if (type.kind() == Kind.DECIMAL) {
      BigDecimal scaled = exact.setScale(type.scale(), RoundingMode.HALF_UP);
      BigInteger limit = BigInteger.TEN.pow(type.precision());
      return scaled.unscaledValue().abs().compareTo(limit) >= 0 ? fail() : scaled;
    }
    BigInteger whole = exact.toBigInteger();
    int bits = type.kind() == Kind.INT ? 31 : 63;
    return whole.bitLength() > bits ? fail() : (Object) whole.longValue();
  }

  private Object cast(Object value, ColumnType from, ColumnType to) {
    if (from.equals(to)) {
      return value;
    }
    return switch (to.kind()) {
      case STRING ->
          value instanceof BigDecimal decimal
              ? decimal.toPlainString()
              : value.toString().toUpperCase(Locale.ROOT);
      case BOOLEAN ->
          switch (((String) value).strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> fail();
          };
      case DOUBLE -> {
        if (value instanceof Long number) {
          yield (double) number;
        }
        yield isNumber(value) ? (Object) Double.parseDouble(value.toString().strip()) : fail();
      }
      default -> {
        if (value instanceof Double number) {
          yield Double.isFinite(number) ? fit(new BigDecimal(number), to) : fail();
        }
        yield isNumber(value) ? fit(new BigDecimal(value.toString().strip()), to) : fail();
      }
    };
  }

  private static boolean isNumber(Object value) {
    try {
      return new BigDecimal(value.toString().strip()).precision() > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

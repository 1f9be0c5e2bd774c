package io.braid.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {

  private static final ColumnType INT = ColumnType.INT;
  private static final ColumnType BIGINT = ColumnType.BIGINT;
  private static final BigDecimal ALL_NINES = BigDecimal.TEN.pow(38).subtract(BigDecimal.ONE);

  @Property(tries = 4000)
  void columnsAgreeWithOneRowAtATime(@ForAll long seed) {
    RandomExpressions random = new RandomExpressions(seed);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 1 + Math.floorMod(seed, 40); i++) {
      rows.add(random.row());
    }
    Expression expression = random.any(3);

    ExpressionErrors errors = new ExpressionErrors();
    Column column = expression.evaluate(RandomExpressions.batch(rows), errors);

    long expectedErrors = 0;
    assertThat(column.size()).isEqualTo(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      SlowEvaluation slow = new SlowEvaluation(rows.get(i));
      assertThat(column.value(i))
          .as("row %d of %s", i, expression.text())
          .isEqualTo(slow.evaluate(expression));
      expectedErrors += slow.errors();
    }
    assertThat(errors.count()).as(expression.text()).isEqualTo(expectedErrors);
    assertThat(column.type().kind()).isEqualTo(expression.type().kind());
    if (column instanceof DecimalColumn decimals) {
      for (int i = 0; i < rows.size(); i++) {
        if (!decimals.isNull(i)) {
          assertThat(decimals.get(i).scale()).isEqualTo(expression.type().scale());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22 06:00:00.25, 2026-11-22T06:00:00.250Z",
    "' 2026-11-22 06:00:00 ', 2026-11-22T06:00:00Z",
    "2026-11-22, 2026-11-22T00:00:00Z",
    "2026-11-22T06:00:00+01:00, 2026-11-22T05:00:00Z",
    "2026-11-22 06:00:00+01:00, 2026-11-22T05:00:00Z",
  })
  void textsBecomeInstants(String text, Instant expected) {
    Object value = value(Expressions.cast(text(text), ColumnType.TIMESTAMP));
    assertThat(value).isEqualTo(expected.toEpochMilli());
  }

  @Test
  void datesAndInstantsBecomeEachOtherAndTexts() {
    Expression instant = Expressions.literal(ColumnType.TIMESTAMP, -1L);
    Expression date = Expressions.cast(instant, ColumnType.DATE);
    assertThat(value(date)).isEqualTo(-1L);
    assertThat(value(Expressions.cast(date, ColumnType.TIMESTAMP))).isEqualTo(-86_400_000L);
    assertThat(value(Expressions.cast(date, ColumnType.STRING))).isEqualTo("1969-12-31");
    assertThat(value(Expressions.cast(instant, ColumnType.STRING)))
        .isEqualTo("1969-12-31 23:59:59.999");
    assertThat(value(Expressions.cast(text("1969-12-31"), ColumnType.DATE))).isEqualTo(-1L);
  }

  @Test
  void integersTruncateAndEveryOtherQuotientIsDouble() {
    assertThat(value(divide(longs(7), longs(-2)))).isEqualTo(-3L);
    assertThat(value(divide(decimal("7.0"), longs(2)))).isEqualTo(3.5);
    assertThat(divide(decimal("7.0"), decimal("2.0")).type()).isEqualTo(ColumnType.DOUBLE);
  }

  @Test
  void overflowAndDivisionByZeroAreNullAndCounted() {
    for (Expression failing :
        List.of(
            Expressions.arithmetic(ArithmeticOperator.PLUS, longs(Long.MAX_VALUE), longs(1)),
            Expressions.arithmetic(
                ArithmeticOperator.TIMES,
                Expressions.literal(INT, 65536L),
                Expressions.literal(INT, 65536L)),
            divide(longs(1), longs(0)),
            divide(longs(Long.MIN_VALUE), longs(-1)),
            divide(Expressions.literal(ColumnType.DOUBLE, 1.0), longs(0)),
            Expressions.cast(longs(1L << 31), INT),
            Expressions.cast(decimal("99.95"), ColumnType.decimal(3, 1)),
            Expressions.cast(text("1e999999999"), ColumnType.decimal(38, 0)),
            Expressions.cast(text("1e999999999"), BIGINT),
            Expressions.cast(text("1969-12-32"), ColumnType.DATE),
            Expressions.cast(text("2026-02-29"), ColumnType.TIMESTAMP),
            Expressions.cast(text("10000-01-01 00:00:00"), ColumnType.TIMESTAMP),
            Expressions.cast(text("twelve"), INT))) {
      ExpressionErrors errors = new ExpressionErrors();
      Column column = failing.evaluate(oneRow(), errors);
      assertThat(column.isNull(0)).as(failing.text()).isTrue();
      assertThat(errors.count()).as(failing.text()).isEqualTo(1);
    }
  }

  @Test
  void tinyTextsBecomeZeroWithoutGrowing() {
    assertThat(value(Expressions.cast(text("1e-999999999"), ColumnType.decimal(38, 2))))
        .isEqualTo(new BigDecimal("0.00"));
    assertThat(value(Expressions.cast(text("-1e-999999999"), BIGINT))).isEqualTo(0L);
  }

  @Test
  void operandsBehindADecisionCountNoErrors() {
    Expression zero = longs(0);
    Expression failing =
        Expressions.compare(ComparisonOperator.GREATER, divide(longs(1), zero), longs(0));
    Expression notZero = Expressions.compare(ComparisonOperator.NOT_EQUAL, zero, longs(0));
    ExpressionErrors errors = new ExpressionErrors();
    Column column = Expressions.and(List.of(notZero, failing)).evaluate(oneRow(), errors);
    assertThat(column.value(0)).isEqualTo(false);
    assertThat(errors.count()).isZero();
  }

  @Test
  void textsCompareByCodePoint() {
    assertThat(
            value(
                Expressions.compare(ComparisonOperator.LESS, text("\uFFFD"), text("\uD83D\uDE00"))))
        .isEqualTo(true);
  }

  @Test
  void fewRowsOfALargeDictionaryAreEvaluatedOneByOne() {
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), 100);
    for (int i = 0; i < 100; i++) {
      texts.append("Text" + i);
    }
    texts.appendNull();
    Batch few = Batch.of(101, List.of(texts.build())).select(new int[] {7, 100, 8}, 3);
    Expression column = new ColumnReference(0, "text", ColumnType.STRING);

    assertThat(values(Expressions.compare(ComparisonOperator.EQUAL, column, text("Text8")), few))
        .containsExactly(false, null, true);
    assertThat(values(Expressions.compare(ComparisonOperator.LESS, text("Text7"), column), few))
        .containsExactly(false, null, true);
    assertThat(values(Expressions.in(column, List.of(text("Text7"), text("none"))), few))
        .containsExactly(true, null, false);
    assertThat(values(Expressions.upper(column), few)).containsExactly("TEXT7", null, "TEXT8");
    assertThat(values(Expressions.like(column, text("%8"), Optional.empty()), few))
        .containsExactly(false, null, true);
  }

  private static List<Object> values(Expression expression, Batch batch) {
    Column column = expression.evaluate(batch, new ExpressionErrors());
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      values.add(column.value(i));
    }
    return values;
  }

  @Test
  void doublesCompareByTotalOrder() {
    Expression zero = Expressions.literal(ColumnType.DOUBLE, 0.0);
    Expression minusZero = Expressions.literal(ColumnType.DOUBLE, -0.0);
    Expression nan = Expressions.literal(ColumnType.DOUBLE, Double.NaN);
    assertThat(value(Expressions.compare(ComparisonOperator.LESS, minusZero, zero)))
        .isEqualTo(true);
    assertThat(value(Expressions.compare(ComparisonOperator.EQUAL, nan, nan))).isEqualTo(true);
  }

  @Test
  void decimalProductsGiveUpScaleBeforeWholeDigits() {
    ColumnType wide = ColumnType.decimal(38, 20);
    assertThat(Expressions.arithmeticType(ArithmeticOperator.TIMES, wide, wide))
        .isEqualTo(ColumnType.decimal(38, 6));
    assertThat(Expressions.arithmeticType(ArithmeticOperator.PLUS, BIGINT, wide))
        .isEqualTo(ColumnType.decimal(38, 18));
    assertThat(
            Expressions.arithmeticType(
                ArithmeticOperator.PLUS, ColumnType.decimal(38, 0), ColumnType.decimal(2, 1)))
        .isEqualTo(ColumnType.decimal(38, 1));
  }

  @Test
  void typesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> divide(text("a"), longs(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compute string / bigint: expected numbers");
    assertThatThrownBy(() -> Expressions.cast(longs(1), ColumnType.TIMESTAMP))
        .hasMessage("Cannot cast bigint to timestamp");
    assertThatThrownBy(() -> Expressions.compare(ComparisonOperator.EQUAL, text("a"), longs(1)))
        .hasMessage("Cannot compare string with bigint");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc       | abc    | true",
        "abc       | ab     | false",
        "ab        | abc    | false",
        "abc       | a%     | true",
        "abc       | %c     | true",
        "abc       | %b%    | true",
        "abc       | a%c    | true",
        "aba       | aba%a  | false",
        "abab      | %ab    | true",
        "a😀c      | a_c    | true",
        "a😀c      | a__c   | false",
        "😀        | %_     | true",
        "xaybzab   | %a_b%b | true",
        "ab        | %_a_%  | false",
        "100%      | 100!%  | true",
        "1000      | 100!%  | false",
        "a_b!      | a!_b!! | true",
        "''        | %      | true",
        "''        | _      | false",
        "''        | ''     | true",
      })
  void likeTakesPercentForAnythingAndUnderscoreForOneCodePoint(
      String operand, String pattern, boolean matches) {
    Expression like = Expressions.like(text(operand), text(pattern), Optional.of("!"));
    assertThat(value(like)).isEqualTo(matches);
  }

  @Test
  void patternWithAnUnfinishedEscapeIsRefusedOrCounted() {
    assertThatThrownBy(() -> Expressions.like(text("a"), text("a!"), Optional.of("!")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid pattern 'a!': behind the escape '!' must stand %, _ or '!'");
    assertThatThrownBy(() -> Expressions.like(text("a"), text("a"), Optional.of("!!")))
        .hasMessage("Invalid escape '!!', must be one character");
    Expression computed = Expressions.concat(List.of(text("a!"), text("b")));
    assertFails(Expressions.like(text("a"), computed, Optional.of("!")));
  }

  @Test
  void trimTakesAnyOfItsCharactersFromItsSides() {
    assertThat(value(Expressions.trim(TrimSide.BOTH, text(" "), text("  a b ")))).isEqualTo("a b");
    assertThat(value(Expressions.trim(TrimSide.LEADING, text("xy"), text("yxxax"))))
        .isEqualTo("ax");
    assertThat(value(Expressions.trim(TrimSide.TRAILING, text("😀"), text("😁😀"))))
        .isEqualTo("😁");
    assertThat(value(Expressions.trim(TrimSide.BOTH, text("a"), text("aaa")))).isEqualTo("");
    assertThat(value(Expressions.trim(TrimSide.BOTH, text(""), text(" a")))).isEqualTo(" a");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, bcd",
    "2, , bcdef",
    "0, 2, a",
    "-1, 3, a",
    "-1, , abcdef",
    "-5, 3, ''",
    "7, 1, ''",
    "6, 9223372036854775807, f",
    "-9223372036854775808, 9223372036854775807, ''",
    "-9223372036854775808, , abcdef",
    "1, 0, ''",
  })
  void substringCountsFromOneAndReachesOverBothEnds(long start, Long length, String part) {
    Optional<Expression> count = Optional.ofNullable(length).map(ExpressionsTest::longs);
    assertThat(value(Expressions.substring(text("abcdef"), longs(start), count))).isEqualTo(part);
  }

  @Test
  void substringCountsCodePointsAndFailsOnNegativeLength() {
    assertThat(value(Expressions.substring(text("a😀b"), longs(2), Optional.of(longs(1)))))
        .isEqualTo("😀");
    assertFails(Expressions.substring(text("abc"), longs(2), Optional.of(longs(-1))));
  }

  @ParameterizedTest
  @CsvSource({
    "2.5, 0, 3.0",
    "-2.5, 0, -3.0",
    "0.49999999999999994, 0, 0.0",
    "-0.4, 0, 0.0",
    "2.675, 2, 2.67", // the double is 2.67499999999999982236431605997495353221893310546875
    "2.125, 2, 2.13",
    "-2.125, 2, -2.13",
    "1234.5, -2, 1200.0",
    "1250, -2, 1300.0",
    "1e300, 5, 1e300",
    "0.1, 5000, 0.1",
    "9e15, 2, 9e15",
    "4503599627370495.5, 0, 4503599627370496.0",
    "1.7976931348623157e308, -308, Infinity",
    "1.7976931348623157e308, -309, 0",
    "NaN, 2, NaN",
    "-Infinity, -3, -Infinity",
  })
  void doublesAreRoundedFromTheirExactValue(double number, long digits, double rounded) {
    Expression constant = Expressions.literal(ColumnType.DOUBLE, number);
    assertThat(value(Expressions.round(constant, longs(digits)))).isEqualTo(rounded);
  }

  @Property(tries = 2000)
  void roundedDoublesAreThoseOfUnboundedArithmetic(
      @ForAll @IntRange(min = -3, max = 25) int digits,
      @ForAll @LongRange(min = -4_000_000_000L, max = 4_000_000_000L) long numerator,
      @ForAll @IntRange(min = 0, max = 12) int tenths) {
    double number = numerator / Math.pow(10, tenths);
    Expression constant = Expressions.literal(ColumnType.DOUBLE, number);
    assertThat(value(Expressions.round(constant, longs(digits))))
        .isEqualTo(new BigDecimal(number).setScale(digits, RoundingMode.HALF_UP).doubleValue());
  }

  @Test
  void decimalsAreRoundedToATypeWithRoomForTheCarry() {
    Expression rounded = Expressions.round(decimal("99.95"), longs(1));
    assertThat(rounded.type()).isEqualTo(ColumnType.decimal(4, 1));
    assertThat(value(rounded)).isEqualTo(new BigDecimal("100.0"));
    Expression tens = Expressions.round(decimal("95.00"), longs(-1));
    assertThat(tens.type()).isEqualTo(ColumnType.decimal(3, 0));
    assertThat(value(tens)).isEqualTo(new BigDecimal("100"));
    assertThat(value(Expressions.round(decimal("-1.50"), longs(0))))
        .isEqualTo(new BigDecimal("-2"));
    assertThat(value(Expressions.round(decimal("9.95"), longs(5))))
        .isEqualTo(new BigDecimal("9.95"));
    Expression full = Expressions.literal(ColumnType.decimal(38, 0), ALL_NINES);
    assertFails(Expressions.round(full, longs(-1)));
    assertThat(value(Expressions.round(full, longs(-40)))).isEqualTo(BigDecimal.ZERO);
  }

  @Test
  void integersAreRoundedBeforeThePoint() {
    assertThat(value(Expressions.round(longs(1249), longs(-2)))).isEqualTo(1200L);
    assertThat(value(Expressions.round(longs(-1250), longs(-2)))).isEqualTo(-1300L);
    assertThat(value(Expressions.round(longs(7), longs(3)))).isEqualTo(7L);
    assertThat(value(Expressions.round(longs(4_999_999_999_999_999_999L), longs(-19))))
        .isEqualTo(0L);
    assertFails(Expressions.round(longs(5_000_000_000_000_000_000L), longs(-19)));
    assertFails(Expressions.round(longs(Long.MAX_VALUE), longs(-1)));
    assertFails(Expressions.round(Expressions.literal(INT, 2_147_483_647L), longs(-1)));
  }

  @Test
  void floorAndCeilAreWholeAndNeverMinusZero() {
    assertThat(value(Expressions.floor(decimal("-2.50")))).isEqualTo(new BigDecimal("-3"));
    assertThat(value(Expressions.ceil(decimal("9.01")))).isEqualTo(new BigDecimal("10"));
    assertThat(Expressions.ceil(decimal("9.01")).type()).isEqualTo(ColumnType.decimal(3, 0));
    assertThat(value(Expressions.ceil(Expressions.literal(ColumnType.DOUBLE, -0.5))))
        .isEqualTo(0.0);
    assertThat(value(Expressions.floor(Expressions.literal(ColumnType.DOUBLE, -0.5))))
        .isEqualTo(-1.0);
    assertThat(value(Expressions.floor(longs(-7)))).isEqualTo(-7L);
  }

  @Test
  void leastAndGreatestAreNullWhereAnOperandIs() {
    List<Expression> texts = List.of(text("b"), text("\uFFFD"), text("😀"));
    assertThat(value(Expressions.least(texts, ColumnType.STRING))).isEqualTo("b");
    assertThat(value(Expressions.greatest(texts, ColumnType.STRING))).isEqualTo("😀");
    assertThat(value(Expressions.greatest(List.of(longs(3), Expressions.nullOf(INT)), BIGINT)))
        .isNull();
    assertThat(
            value(Expressions.least(List.of(longs(3), decimal("2.5")), ColumnType.decimal(20, 1))))
        .isEqualTo(new BigDecimal("2.5"));
  }

  @ParameterizedTest
  @CsvSource({
    "YEAR, 2021",
    "QUARTER, 1",
    "MONTH, 1",
    "WEEK, 53", // a Sunday: still the last week of 2020
    "ISOYEAR, 2020",
    "DAY, 3",
    "DOW, 1",
    "ISODOW, 7",
    "DOY, 3",
    "HOUR, 10",
    "MINUTE, 11",
    "SECOND, 12",
    "MILLISECOND, 12345",
    "EPOCH, 1609668672",
  })
  void fieldsOfTimesAreThoseInUtc(TimeField field, long expected) {
    assertThat(value(Expressions.extract(field, timestamp("2021-01-03T10:11:12.345Z"))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "YEAR, 2021-01-01T00:00:00Z, 2022-01-01T00:00:00Z",
    "QUARTER, 2021-10-01T00:00:00Z, 2022-01-01T00:00:00Z",
    "MONTH, 2021-11-01T00:00:00Z, 2021-12-01T00:00:00Z",
    "WEEK, 2021-11-08T00:00:00Z, 2021-11-15T00:00:00Z",
    "DAY, 2021-11-14T00:00:00Z, 2021-11-15T00:00:00Z",
    "HOUR, 2021-11-14T10:00:00Z, 2021-11-14T11:00:00Z",
    "MINUTE, 2021-11-14T10:11:00Z, 2021-11-14T10:12:00Z",
    "SECOND, 2021-11-14T10:11:12Z, 2021-11-14T10:11:13Z",
  })
  void timesAreRoundedToUnitsInUtc(CalendarUnit unit, String floor, String ceil) {
    Expression time = timestamp("2021-11-14T10:11:12.345Z");
    assertThat(value(Expressions.floor(time, unit))).isEqualTo(Instant.parse(floor).toEpochMilli());
    assertThat(value(Expressions.ceil(time, unit))).isEqualTo(Instant.parse(ceil).toEpochMilli());
    assertThat(value(Expressions.ceil(timestamp(floor), unit)))
        .isEqualTo(Instant.parse(floor).toEpochMilli());
  }

  @Test
  void unitThatStartsAfterTheLastYearIsNullAndCounted() {
    assertFails(Expressions.ceil(timestamp("9999-12-31T00:00:00.001Z"), CalendarUnit.DAY));
    Expression date = Expressions.literal(ColumnType.DATE, 2_932_896L); // 9999-12-31
    assertFails(Expressions.ceil(date, CalendarUnit.YEAR));
    assertThat(value(Expressions.ceil(date, CalendarUnit.DAY))).isEqualTo(2_932_896L);
  }

  @Test
  void dateHasNoHours() {
    Expression date = Expressions.literal(ColumnType.DATE, 0L);
    assertThatThrownBy(() -> Expressions.extract(TimeField.HOUR, date))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compute EXTRACT of date by HOUR: expected a timestamp");
    assertThatThrownBy(() -> Expressions.floor(longs(0), CalendarUnit.DAY))
        .hasMessage("Cannot compute FLOOR of bigint by DAY: expected a timestamp or date");
  }

  private static void assertFails(Expression failing) {
    ExpressionErrors errors = new ExpressionErrors();
    assertThat(failing.evaluate(oneRow(), errors).isNull(0)).as(failing.text()).isTrue();
    assertThat(errors.count()).as(failing.text()).isEqualTo(1);
  }

  @Test
  void textOfFunctionsIsStable() {
    assertThat(Expressions.like(text("a"), text("%"), Optional.of("'")).text())
        .isEqualTo("('a':string like '%':string escape '''')");
    assertThat(Expressions.trim(TrimSide.BOTH, text(" "), text("a")).text())
        .isEqualTo("trim(both ' ':string from 'a':string)");
    assertThat(Expressions.substring(text("a"), longs(1), Optional.of(longs(2))).text())
        .isEqualTo("substring('a':string from 1:bigint for 2:bigint)");
    Expression nested = Expressions.concat(List.of(text("a"), text("b")));
    assertThat(Expressions.concat(List.of(nested, text("c"))).text())
        .isEqualTo("concat('a':string, 'b':string, 'c':string)");
    assertThat(Expressions.round(decimal("1.25"), longs(1)).text())
        .isEqualTo("round(1.25:decimal(3,2), 1:bigint):decimal(3,1)");
    assertThat(Expressions.ceil(decimal("1.25")).text()).isEqualTo("ceil(1.25:decimal(3,2))");
    assertThat(Expressions.least(List.of(longs(1), longs(2)), BIGINT).text())
        .isEqualTo("least(1:bigint, 2:bigint)");
    Expression epoch = timestamp("1970-01-01T00:00:00Z");
    assertThat(Expressions.floor(epoch, CalendarUnit.MONTH).text())
        .isEqualTo("floor(0:timestamp to month)");
    assertThat(Expressions.extract(TimeField.DOW, epoch).text())
        .isEqualTo("extract(dow from 0:timestamp)");
  }

  @Test
  void textIsStable() {
    Expression reference = new ColumnReference(3, "name is no part of it", INT);
    assertThat(
            Expressions.caseOf(
                    List.of(
                        Expressions.compare(ComparisonOperator.LESS_OR_EQUAL, reference, longs(5)),
                        text("it's"),
                        Expressions.nullOf(ColumnType.STRING)),
                    ColumnType.STRING)
                .text())
        .isEqualTo("case((#3:int <= 5:bigint), 'it''s':string, NULL:string)");
  }

  private static Expression divide(Expression left, Expression right) {
    return Expressions.arithmetic(ArithmeticOperator.DIVIDE, left, right);
  }

  private static Expression longs(long value) {
    return Expressions.literal(BIGINT, value);
  }

  private static Expression text(String value) {
    return Expressions.literal(ColumnType.STRING, value);
  }

  private static Expression decimal(String value) {
    BigDecimal decimal = new BigDecimal(value);
    return Expressions.literal(ColumnType.decimal(decimal.precision(), decimal.scale()), decimal);
  }

  private static Expression timestamp(String value) {
    return Expressions.literal(ColumnType.TIMESTAMP, Instant.parse(value).toEpochMilli());
  }

  private static Batch oneRow() {
    return Batch.of(1, List.of(LongColumn.of(INT, new long[] {0}, 1)));
  }

  private static Object value(Expression expression) {
    ExpressionErrors errors = new ExpressionErrors();
    Object value = expression.evaluate(oneRow(), errors).value(0);
    assertThat(errors.count()).isZero();
    return value;
  }
}

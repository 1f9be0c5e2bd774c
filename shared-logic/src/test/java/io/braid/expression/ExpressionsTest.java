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
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ExpressionsTest {

  private static final ColumnType INT = ColumnType.INT;
  private static final ColumnType BIGINT = ColumnType.BIGINT;

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

package io.braid.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.ServiceConfigurationError;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UserAggregatesTest {

  private static final Aggregate LONGEST =
      Aggregate.of(AggregateFunctions.find("LONGEST").orElseThrow(), ColumnType.STRING);

  @Property(tries = 100)
  void stateDependsOnTheMultisetAlone(@ForAll long seed) {
    Random random = new Random(seed);
    StringColumn.Builder texts = new StringColumn.Builder(new Dictionary(), 8);
    String longest = "";
    for (int i = random.nextInt(20); i > 0; i--) {
      String text = "a".repeat(random.nextInt(6));
      if (random.nextInt(4) == 0) {
        texts.appendNull();
      } else {
        texts.append(text);
        longest = text.length() > longest.length() ? text : longest;
      }
    }
    Accumulators accumulators = LONGEST.accumulators();
    StringColumn column = texts.build();
    accumulators.grow(1);
    accumulators.lift(List.of(column), new int[column.size()], column.size());
    assertThat(accumulators.finish().value(0)).isEqualTo(longest);
    assertThat(AccumulatorTesting.finishOfGroup(LONGEST, column, random)).isEqualTo(longest);
  }

  @Test
  void rowsWithAnyNullAreSkipped() {
    Aggregate mean =
        Aggregate.of(
            AggregateFunctions.find("GEOMETRIC_MEAN").orElseThrow(),
            ColumnType.DOUBLE,
            ColumnType.INT);
    DoubleColumn values =
        DoubleColumn.of(new double[] {2, 8, 5, -1}, new boolean[] {false, false, false, true}, 4);
    LongColumn weights =
        LongColumn.of(
            ColumnType.INT, new long[] {2, 2, 0, 1}, new boolean[] {false, false, true, false}, 4);
    Accumulators accumulators = mean.accumulators();
    accumulators.grow(2);
    accumulators.lift(List.of(values, weights), new int[] {1, 1, 1, 0}, 4);
    assertThat(accumulators.finish().value(0)).isNull();
    assertThat((double) accumulators.finish().value(1)).isBetween(3.999_999, 4.000_001);
    assertThat(accumulators.states().get(0).isNull(0)).isTrue();
  }

  @Test
  void versionIsPartOfTheText() {
    assertThat(LONGEST.text()).isEqualTo("LONGEST@1(string)");
    assertThat(AggregateFunctions.find("GEOMETRIC_MEAN").orElseThrow().text())
        .isEqualTo("GEOMETRIC_MEAN@3");
  }

  @Test
  void namesAreThoseOfStandardAndUsersAggregates() {
    assertThat(AggregateFunctions.names())
        .contains("COUNT", "APPROX_QUANTILE", "LONGEST", "GEOMETRIC_MEAN");
    assertThat(AggregateFunctions.refusal()).isEmpty();
    assertThat(AggregateFunctions.find("LONGEST")).containsSame(LONGEST.function());
  }

  @Test
  void nameOfAStandardAggregateIsRefused() {
    assertRefused(
        List.of(new Named("Sum")),
        "the user's aggregate io.braid.aggregate.UserAggregatesTest$Named has the name SUM, which"
            + " is that of a standard aggregate; it needs another name");
  }

  @Test
  void twoOfOneNameAreRefused() {
    assertRefused(
        List.of(new LongestText(), new Named("LONGEST")),
        "the users' aggregates io.braid.aggregate.LongestText and"
            + " io.braid.aggregate.UserAggregatesTest$Named both have the name LONGEST; one needs"
            + " another name");
  }

  @Test
  void whatIsNoNameIsRefused() {
    assertRefused(
        List.of(new Named("MOST POPULAR")),
        "the user's aggregate io.braid.aggregate.UserAggregatesTest$Named has the name 'MOST"
            + " POPULAR'; it must be ASCII letters, digits and '_', a letter first");
  }

  @Test
  void classThatCannotBeLoadedIsRefused() {
    Iterator<UserAggregate<?>> failing =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public UserAggregate<?> next() {
            throw new ServiceConfigurationError("Provider shop.Basket not found");
          }
        };
    assertThat(new UserAggregates(failing).refusal())
        .contains("cannot load a user's aggregate: Provider shop.Basket not found");
  }

  private static void assertRefused(List<UserAggregate<?>> aggregates, String sentence) {
    UserAggregates refused = new UserAggregates(aggregates.iterator());
    assertThat(refused.refusal()).contains(sentence);
    assertThat(refused.names()).isEmpty();
    assertThat(refused.find("LONGEST")).isEmpty();
  }

  @Test
  void lawsAreTriedOncePerTypes() {
    int[] finished = {0};
    UserFunction<Long> function =
        new UserFunction<>(
            new Named("COUNTED") {
              @Override
              public Object finish(Long state) {
                finished[0]++;
                return state;
              }
            });
    function.type(List.of(ColumnType.BIGINT), List.of());
    int once = finished[0];
    assertThat(once).isPositive();
    function.type(List.of(ColumnType.BIGINT), List.of());
    assertThat(finished[0]).isEqualTo(once);
    function.type(List.of(ColumnType.INT), List.of());
    assertThat(finished[0]).isGreaterThan(once);
  }

  @Test
  void everyTypeOfArgumentsCanBeTried() {
    UserFunction<Long> count =
        new UserFunction<>(
            new Named("ROWS") {
              @Override
              public Long lift(Long state, Object[] values) {
                return state + values.length;
              }
            });
    List<ColumnType> all =
        List.of(
            ColumnType.STRING,
            ColumnType.BOOLEAN,
            ColumnType.INT,
            ColumnType.BIGINT,
            ColumnType.DOUBLE,
            ColumnType.decimal(1, 1),
            ColumnType.decimal(38, 10),
            ColumnType.TIMESTAMP,
            ColumnType.DATE);
    assertThat(count.type(all, List.of())).isEqualTo(ColumnType.BIGINT);
  }

  @Test
  void finishedValuesAreOfTheirType() {
    ColumnType decimal = ColumnType.decimal(4, 2);
    assertThat(UserValues.normalise(decimal, new BigDecimal("1.500")))
        .isEqualTo(new BigDecimal("1.50"));
    assertThat(UserValues.normalise(ColumnType.STRING, null)).isNull();
    assertNoValue(decimal, new BigDecimal("123"), "finish() gives 123 of class BigDecimal");
    assertNoValue(decimal, new BigDecimal("1.234"), "it must be a BigDecimal that loses no digit");
    assertNoValue(ColumnType.INT, 1L << 31, "no value of type INTEGER; it must be a Long of 32");
    assertNoValue(ColumnType.BIGINT, 1, "of class Integer, which is no value of type BIGINT");
    assertNoValue(ColumnType.BOOLEAN, "true", "finish() gives 'true' of class String");
    Object[] truths = {true, null, false};
    assertThat(UserValues.column(ColumnType.BOOLEAN, truths))
        .extracting(c -> c.value(0), c -> c.value(1), c -> c.value(2))
        .containsExactly(truths);
  }

  private static void assertNoValue(ColumnType type, Object value, String words) {
    assertThatThrownBy(() -> UserValues.normalise(type, value)).hasMessageContaining(words);
  }

  private static class Named extends BrokenAggregates.Sum {

    private final String name;

    private Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }
  }
}

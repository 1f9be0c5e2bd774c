package io.braid.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class CivilDateTest {

  @Property(tries = 1000)
  void agreesWithThePlatformsCalendar(
      @ForAll @LongRange(min = -100_000_000, max = 100_000_000) long epochDay) {
    LocalDate expected = LocalDate.ofEpochDay(epochDay);
    long date = CivilDate.of(epochDay);
    assertThat(CivilDate.year(date)).isEqualTo(expected.getYear());
    assertThat(CivilDate.month(date)).isEqualTo(expected.getMonthValue());
    assertThat(CivilDate.day(date)).isEqualTo(expected.getDayOfMonth());
    assertThat(CivilDate.firstOf(expected.getYear(), expected.getMonthValue()))
        .isEqualTo(expected.withDayOfMonth(1).toEpochDay());
    assertThat(CivilDate.daysSinceMonday(epochDay))
        .isEqualTo(expected.getDayOfWeek().getValue() - 1);
  }
}

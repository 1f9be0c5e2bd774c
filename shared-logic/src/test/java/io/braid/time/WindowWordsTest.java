package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WindowWordsTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void everyWindowIsSaidWithItsLengthsAndPanes() {
    assertThat(WindowWords.of(new Window.Tumbling(60_000)))
        .isEqualTo("tumbling: size 1 min, panes of 1 min");
    assertThat(WindowWords.of(new Window.Hopping(40_000, 100_000)))
        .isEqualTo("hopping: slide 40 s, size 100 s, panes of 20 s");
    assertThat(WindowWords.of(new Window.Session(1_800_000)))
        .isEqualTo("sessions: gap 30 min, no panes");
    assertThat(WindowWords.of(Window.calendar(CalendarWindow.Unit.WEEK, 2, BERLIN)))
        .isEqualTo("tumbling: size 2 weeks in Europe/Berlin, panes of 2 weeks");
    assertThat(WindowWords.of(Window.calendar(CalendarWindow.Unit.MONTH, 1, ZoneOffset.UTC)))
        .isEqualTo("tumbling: size 1 month in UTC, panes of 1 month");
    assertThat(WindowWords.of(new Window.None())).startsWith("none");
  }

  @Test
  void lengthsAreInTheLargestUnitThatTheyAreMultiplesOf() {
    assertThat(WindowWords.length(1)).isEqualTo("1 ms");
    assertThat(WindowWords.length(1_500)).isEqualTo("1500 ms");
    assertThat(WindowWords.length(90_000)).isEqualTo("90 s");
    assertThat(WindowWords.length(7_200_000)).isEqualTo("2 h");
    assertThat(WindowWords.length(86_400_000)).isEqualTo("1 day");
    assertThat(WindowWords.length(7 * 86_400_000)).isEqualTo("7 days");
  }

  @Test
  void onlyPanesOfOneLengthHaveMilliseconds() {
    assertThat(WindowWords.paneMs(new Window.Hopping(40_000, 100_000))).hasValue(20_000);
    assertThat(WindowWords.paneMs(Window.calendar(CalendarWindow.Unit.DAY, 1, BERLIN))).isEmpty();
    assertThat(WindowWords.paneMs(new Window.Session(5))).isEmpty();
    assertThatThrownBy(() -> WindowWords.panes(new Window.Session(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("session(5)");
  }
}

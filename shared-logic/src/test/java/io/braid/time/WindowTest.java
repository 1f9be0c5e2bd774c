package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WindowTest {

  @Test
  void paneBeforeTheEpochStartsBelowItsEvents() {
    Window window = new Window.Tumbling(10);
    assertThat(window.paneStart(-1)).isEqualTo(-10);
    assertThat(window.paneStart(-10)).isEqualTo(-10);
    assertThat(window.paneStart(-11)).isEqualTo(-20);
    assertThat(window.paneStart(0)).isZero();
    assertThat(window.paneEnd(-10)).isZero();
    assertThat(window.lastWindowEnd(-1)).isZero();
    assertThat(window.lastWindowEnd(0)).isEqualTo(10);
  }

  @Property
  void tumblingPaneHoldsItsEventAndIsAlignedToTheEpoch(
      @ForAll @LongRange(min = Timestamps.MIN_MS, max = Timestamps.MAX_MS) long eventTimeMs,
      @ForAll @LongRange(min = 1, max = 86_400_000L * 366) long sizeMs) {
    Window window = new Window.Tumbling(sizeMs);
    long start = window.paneStart(eventTimeMs);
    assertThat(eventTimeMs).isBetween(start, window.paneEnd(start) - 1);
    assertThat(start % sizeMs).isZero();
    assertThat(window.lastWindowEnd(eventTimeMs)).isEqualTo(window.paneEnd(start));
  }

  @Test
  void withoutWindowThereIsOnePaneForAllTime() {
    Window window = new Window.None();
    assertThat(window.exists()).isFalse();
    assertThat(window.paneStart(Timestamps.MIN_MS)).isEqualTo(window.paneStart(Timestamps.MAX_MS));
  }

  @Test
  void windowWithoutSizeIsRefused() {
    assertThatThrownBy(() -> new Window.Tumbling(0))
        .hasMessage("Invalid window size: 0 ms, must be > 0");
  }

  @Test
  void lastWindowOfAnEventEndsAsItsKindSays() {
    assertThat(new Window.Tumbling(10).lastWindowEnd(9)).isEqualTo(10);
    assertThat(new Window.Hopping(4, 10).lastWindowEnd(5)).isEqualTo(14);
    assertThat(new Window.Hopping(4, 10).lastWindowEnd(-1)).isEqualTo(6);
    assertThat(new Window.Session(10).lastWindowEnd(5)).isEqualTo(15);
  }

  @Test
  void windowIsFinalFromWhereNoEventInTimeCanChangeIt() {
    assertThat(new Window.Tumbling(10).finalFrom(10)).isEqualTo(10);
    assertThat(new Window.Hopping(4, 10).finalFrom(10)).isEqualTo(18);
    assertThat(new Window.Session(10).finalFrom(20)).isEqualTo(30);
    // Where hopping windows start at every multiple of the slide: end plus size minus slide.
    assertThat(new Window.Hopping(5, 10).finalFrom(20)).isEqualTo(20 + 10 - 5);
  }

  @Property(tries = 200)
  void finalityIsThatOfTheEventWhichIsInTimeForLongest(
      @ForAll @IntRange(min = 1, max = 12) int slideMs,
      @ForAll @IntRange(min = 0, max = 30) int moreMs,
      @ForAll @IntRange(min = -20, max = 20) int number) {
    int sizeMs = slideMs + moreMs;
    long startMs = (long) number * slideMs;
    long latest = Long.MIN_VALUE;
    for (long event = startMs; event < startMs + sizeMs; event++) {
      for (long window = startMs - 100L * slideMs; window <= event; window += slideMs) {
        if (event < window + sizeMs) {
          latest = Math.max(latest, window + sizeMs);
        }
      }
    }
    assertThat(new Window.Hopping(slideMs, sizeMs).finalFrom(startMs + sizeMs)).isEqualTo(latest);
  }
}

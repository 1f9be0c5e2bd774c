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
  void hoppingWindowsAreMadeOfPanesOfTheGreatestCommonDivisor() {
    Window.Hopping window = new Window.Hopping(4, 10);
    assertThat(window.paneMs()).isEqualTo(2);
    assertThat(window.paneStart(5)).isEqualTo(4);
    assertThat(window.paneStart(-1)).isEqualTo(-2);
    assertThat(window.paneEnd(-2)).isZero();
    assertThat(window.lastWindowEnd(5)).isEqualTo(14);
    assertThat(window.lastWindowEnd(-1)).isEqualTo(6);
    assertThat(window.finalFrom(10)).isEqualTo(18);
    assertThat(window.panes(0, 5)).isEqualTo(new PaneRange(0, 14));
    assertThat(window.panes(0, Long.MAX_VALUE - 3)).isEqualTo(new PaneRange(0, Long.MAX_VALUE));
  }

  @Property(tries = 200)
  void panesOfEqualLengthTileTimeAndWindows(
      @ForAll @LongRange(min = Timestamps.MIN_MS, max = Timestamps.MAX_MS) long eventTimeMs,
      @ForAll @LongRange(min = 1, max = 86_400_000L) long slideMs,
      @ForAll @LongRange(min = 0, max = 86_400_000L) long moreMs) {
    long sizeMs = slideMs + Math.min(moreMs, slideMs * 1_439);
    Window.Hopping window = new Window.Hopping(slideMs, sizeMs);
    long start = window.paneStart(eventTimeMs);
    long end = window.paneEnd(start);
    assertThat(eventTimeMs).isBetween(start, end - 1);
    assertThat(window.paneStart(start)).isEqualTo(start);
    assertThat(window.paneStart(end - 1)).isEqualTo(start);
    assertThat(window.paneStart(end)).isEqualTo(end);
    assertThat(slideMs % (end - start)).isZero();
    assertThat(sizeMs % (end - start)).isZero();
    // The last window: it starts at a multiple of the slide, holds the event, the next one does
    // not.
    long lastStart = window.lastWindowEnd(eventTimeMs) - sizeMs;
    assertThat(lastStart % slideMs).isZero();
    assertThat(eventTimeMs).isBetween(lastStart, lastStart + sizeMs - 1);
    assertThat(lastStart + slideMs).isGreaterThan(eventTimeMs);
  }

  @Test
  void hoppingWindowOfTooManySlidesIsRefused() {
    assertThat(new Window.Hopping(1, 1_440).paneMs()).isEqualTo(1);
    assertThatThrownBy(() -> new Window.Hopping(1, 1_441))
        .hasMessage(
            "Invalid hopping window: size 1441 ms is more than 1440 times the slide of 1 ms");
    assertThatThrownBy(() -> new Window.Hopping(10, 9))
        .hasMessage("Invalid hopping window: slide 10 ms and size 9 ms, must be 0 < slide <= size");
    assertThat(new Window.Hopping(Long.MAX_VALUE / 2, Long.MAX_VALUE).paneMs()).isEqualTo(1);
  }

  @Test
  void sessionOfOneEventEndsOneGapBehindIt() {
    Window.Session window = new Window.Session(10);
    assertThat(window.paneStart(-7)).isEqualTo(-7);
    assertThat(window.paneEnd(-7)).isEqualTo(3);
    assertThat(window.lastWindowEnd(-7)).isEqualTo(3);
    assertThat(window.finalFrom(20)).isEqualTo(30);
    assertThat(window.panes(100, 200)).isEqualTo(new PaneRange(90, Long.MAX_VALUE));
    assertThat(window.panes(Long.MIN_VALUE + 3, 200)).isEqualTo(PaneRange.ALL);
    assertThatThrownBy(() -> new Window.Session(0))
        .hasMessage("Invalid session gap: 0 ms, must be > 0");
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

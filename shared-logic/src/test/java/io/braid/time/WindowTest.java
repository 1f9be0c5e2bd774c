package io.braid.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
}

package io.braid.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {

  @Test
  void nothingIsWrittenWithoutATerminal() {
    StringWriter written = new StringWriter();
    ProgressBar bar = new ProgressBar(new PrintWriter(written), false);

    bar.show("run", 0.5, "12 events");
    bar.clear();

    assertThat(written.toString()).isEmpty();
  }

  @Test
  void lineIsTakenAwayAtTheEnd() {
    StringWriter written = new StringWriter();
    ProgressBar bar = new ProgressBar(new PrintWriter(written), true);

    bar.show("run", 0.5, "12 events");
    bar.clear();

    assertThat(written.toString())
        .startsWith("\r\033[Krun [###############...............]  50 %  12 events")
        .endsWith("\r\033[K");
  }

  @Test
  void fractionsOutsideAreTakenForTheNearerEnd() {
    assertThat(ProgressBar.line("x", -1, "")).contains("[" + ".".repeat(30) + "]   0 %");
    assertThat(ProgressBar.line("x", 1.7, "")).contains("[" + "#".repeat(30) + "] 100 %");
  }
}

package io.braid.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BrokerOutcomeTest {

  @Test
  void lineSurvivesTheWayToTheParent() {
    for (BrokerOutcome outcome :
        new BrokerOutcome[] {
          BrokerOutcome.ready(), BrokerOutcome.taken("port 1"), BrokerOutcome.failed("disk full")
        }) {
      assertThat(BrokerOutcome.of(outcome.line())).isEqualTo(outcome);
    }
  }

  @Test
  void failureOfSeveralLinesIsOne() {
    assertThat(BrokerOutcome.failed("a\n\tb").line()).isEqualTo("FAILED a b");
  }

  @Test
  void unknownLineIsAFailureThatStatesIt() {
    BrokerOutcome outcome = BrokerOutcome.of("READYISH");

    assertThat(outcome.kind()).isEqualTo(BrokerOutcome.Kind.FAILED);
    assertThat(outcome.detail()).contains("READYISH");
  }
}

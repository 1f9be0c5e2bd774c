package io.braid.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.definition.Metric;
import io.braid.fold.MetricPlan;
import io.braid.time.Window;
import io.braid.view.ViewSchema;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerProtocolTest {

  @Test
  void sourcesAreAlikeOnlyWithTheSameTopicAndViewsInTheSameOrder() {
    PeerSource source = new PeerSource("s", "id", List.of(metric("a", "1"), metric("b", "2")));

    assertThat(source.fingerprint()).matches("[0-9a-f]{16}");
    assertThat(new PeerSource("s", "id", List.of(metric("c", "1"), metric("d", "2"))).fingerprint())
        .as("names mean nothing")
        .isEqualTo(source.fingerprint());
    assertThat(new PeerSource("s", "id", List.of(metric("b", "2"), metric("a", "1"))).fingerprint())
        .isNotEqualTo(source.fingerprint());
    assertThat(new PeerSource("s", "other", source.metrics()).fingerprint())
        .isNotEqualTo(source.fingerprint());
    assertThat(new PeerSource("s", "id", List.of(metric("a", "1"))).fingerprint())
        .isNotEqualTo(source.fingerprint());
  }

  private static Metric metric(String name, String fingerprint) {
    ViewSchema schema = new ViewSchema(List.of(), new Window.None(), List.of());
    MetricPlan plan = new MetricPlan(Optional.empty(), List.of(), List.of(), schema, List.of());
    return new Metric(name, "s", "SELECT", ZoneOffset.UTC, plan, fingerprint);
  }
}

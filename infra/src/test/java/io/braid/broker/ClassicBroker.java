package io.braid.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A broker as it was before the new protocol of groups: it knows it, and does not speak it. */
public final class ClassicBroker {

  private ClassicBroker() {}

  public static EmbeddedBroker start(Path folder) throws Exception {
    return EmbeddedBroker.start(
        folder,
        0,
        Duration.ofSeconds(10),
        Map.of("group.coordinator.rebalance.protocols", "classic"));
  }
}

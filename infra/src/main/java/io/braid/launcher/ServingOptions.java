package io.braid.launcher;

import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that {@code up} and {@code demo} share: they win over the file. */
final class ServingOptions {
  @Mixin private HttpOptions http;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the embedded broker; 0 takes a free one.")
  private Integer kafkaPort;

  Optional<String> store() {
    return http.store();
  }

  PlatformOptions platform(Path config, Optional<String> chosenStore, boolean portsMayMove)
      throws WrongInputException {
    return StoreOption.platform(
        config,
        chosenStore,
        http.httpPort(),
        StoreOption.port("--kafka-port", kafkaPort),
        portsMayMove);
  }
}

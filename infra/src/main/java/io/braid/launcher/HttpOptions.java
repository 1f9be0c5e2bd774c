package io.braid.launcher;

import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that serves: they win over the file. */
final class HttpOptions {
  @Mixin private StoreOption store;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of the HTTP API; 0 takes a free one.")
  private Integer httpPort;

  Optional<String> store() {
    return store.store();
  }

  OptionalInt httpPort() throws WrongInputException {
    return StoreOption.port("--http-port", httpPort);
  }

  PlatformOptions platform(Path config) throws WrongInputException {
    return StoreOption.platform(config, store(), httpPort(), OptionalInt.empty(), false);
  }
}

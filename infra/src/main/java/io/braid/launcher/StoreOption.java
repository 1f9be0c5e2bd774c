package io.braid.launcher;

import io.braid.platform.PlatformOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Where the store is, for every command that starts a process; it wins over the file. */
final class StoreOption {
  /** Two letters at least, so that a Windows drive is no scheme. */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  @Option(
      names = "--store",
      paramLabel = "PATH",
      description =
          "Where archive, views and the embedded broker's data are kept: a local path, or for `speed` any of Hadoop's.")
  private String store;

  Optional<String> store() {
    return Optional.ofNullable(store)
        .map(
            given ->
                SCHEME.matcher(given).matches()
                    ? given
                    : Path.of(given).toAbsolutePath().normalize().toString());
  }

  /** Returns what to start, without a port. */
  PlatformOptions platform(Path config) throws WrongInputException {
    return platform(config, store(), OptionalInt.empty(), OptionalInt.empty(), false);
  }

  static PlatformOptions platform(
      Path config,
      Optional<String> store,
      OptionalInt httpPort,
      OptionalInt kafkaPort,
      boolean portsMayMove)
      throws WrongInputException {
    if (!Files.isReadable(config) || Files.isDirectory(config)) {
      throw new WrongInputException("Cannot read " + config + ": no such file, or no right to.");
    }
    return new PlatformOptions(
        config.toAbsolutePath().normalize(), httpPort, kafkaPort, store, portsMayMove);
  }

  /** Returns the port that an option names. */
  static OptionalInt port(String option, Integer port) throws WrongInputException {
    if (port == null) {
      return OptionalInt.empty();
    }
    if (port < 0 || port > 65_535) {
      throw new WrongInputException("Invalid " + option + ": " + port + ", must be 0 to 65535.");
    }
    return OptionalInt.of(port);
  }
}

package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "speed",
    description = "Run a worker: fold a share of the partitions for servers elsewhere.")
final class SpeedCommand extends RunningCommand {
  @Mixin private StoreOption store;

  SpeedCommand(PlatformStarter starter) {
    super(starter);
  }

  @Override
  PlatformOptions options(Path definitions) throws WrongInputException {
    return store.platform(definitions);
  }

  @Override
  String ready(Platform platform) {
    return "braid speed is ready: " + platform.url() + "  kafka " + platform.bootstrapServers();
  }
}

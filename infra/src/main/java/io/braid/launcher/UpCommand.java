package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "up",
    description =
        "Run all layers in this process, with an embedded broker unless the file names one.")
final class UpCommand extends RunningCommand {
  @Mixin private ServingOptions serving;

  UpCommand(PlatformStarter starter) {
    super(starter);
  }

  @Override
  PlatformOptions options(Path definitions) throws WrongInputException {
    return serving.platform(definitions, serving.store(), false);
  }

  @Override
  String ready(Platform platform) {
    return "braid is ready: " + platform.url() + "  kafka " + platform.bootstrapServers();
  }
}

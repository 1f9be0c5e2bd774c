package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "serve",
    description = "Run a server: answer queries from the store and from workers elsewhere.")
final class ServeCommand extends RunningCommand {
  @Mixin private HttpOptions http;

  ServeCommand(PlatformStarter starter) {
    super(starter);
  }

  @Override
  PlatformOptions options(Path definitions) throws WrongInputException {
    return http.platform(definitions);
  }

  @Override
  String ready(Platform platform) {
    return "braid is ready: " + platform.url() + "  kafka " + platform.bootstrapServers();
  }
}

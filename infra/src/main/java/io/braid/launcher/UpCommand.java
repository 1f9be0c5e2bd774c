package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    description =
        "Run all layers in this process, with an embedded broker unless the file names one.")
final class UpCommand implements Callable<Integer> {
  private final PlatformStarter starter;

  @Spec private CommandSpec spec;
  @Mixin private ServingOptions serving;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The definitions, braid.yaml.")
  private Path config;

  UpCommand(PlatformStarter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws Exception {
    PlatformOptions options = serving.platform(config, serving.store(), false);
    try (Lifetime lifetime = Lifetime.untilSignal()) {
      try {
        Platform platform = lifetime.own(starter.start(options));
        spec.commandLine()
            .getOut()
            .println(
                "braid is ready: " + platform.url() + "  kafka " + platform.bootstrapServers());
        lifetime.awaitSignal();
      } catch (Exception e) {
        if (!lifetime.isSignalled()) {
          throw e;
        }
      }
    }
    return 0;
  }
}

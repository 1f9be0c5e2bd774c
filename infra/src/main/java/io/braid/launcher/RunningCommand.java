package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that starts a process of Braid, says when it is ready, and runs until a signal. */
abstract class RunningCommand implements Callable<Integer> {
  private final PlatformStarter starter;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The definitions, braid.yaml.")
  private Path config;

  RunningCommand(PlatformStarter starter) {
    this.starter = starter;
  }

  /** Returns what to start, as the options say. */
  abstract PlatformOptions options(Path definitions) throws WrongInputException;

  /** Returns what is said of a process that is ready. */
  abstract String ready(Platform platform);

  @Override
  public final Integer call() throws Exception {
    PlatformOptions options = options(config);
    try (Lifetime lifetime = Lifetime.untilSignal()) {
      try {
        Platform platform = lifetime.own(starter.start(options));
        spec.commandLine().getOut().println(ready(platform));
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

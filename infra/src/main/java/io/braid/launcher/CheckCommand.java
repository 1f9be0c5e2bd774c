package io.braid.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "check", description = "Check definitions and start nothing.")
final class CheckCommand implements Callable<Integer> {
  private final Checker checker;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The definitions, braid.yaml.")
  private Path config;

  CheckCommand(Checker checker) {
    this.checker = checker;
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(config) || Files.isDirectory(config)) {
      throw new WrongInputException("Cannot read " + config + ": no such file, or no right to.");
    }
    checker.check(config, spec.commandLine().getOut());
    return 0;
  }
}

package io.braid.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    description =
        "Check definitions and start nothing. With --sample, fold a file of events and show what the metrics make of it.")
final class CheckCommand implements Callable<Integer> {
  private final Checker checker;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The definitions, braid.yaml.")
  private Path config;

  @Option(
      names = "--sample",
      paramLabel = "FILE",
      description = "Events, one JSON object a line, plain or gzip. Blank lines are no events.")
  private Path sample;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description = "Whose events the sample holds; needed when there are several sources.")
  private String source;

  CheckCommand(Checker checker) {
    this.checker = checker;
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(config) || Files.isDirectory(config)) {
      throw new WrongInputException("Cannot read " + config + ": no such file, or no right to.");
    }
    if (sample != null) {
      SampleRun.print(
          config,
          sample,
          Optional.ofNullable(source),
          InstantSource.system(),
          spec.commandLine().getOut());
    } else if (source != null) {
      throw new WrongInputException("--source says whose events --sample holds; give both.");
    } else {
      checker.check(config, spec.commandLine().getOut());
    }
    return 0;
  }
}

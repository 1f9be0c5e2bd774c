package io.braid.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.client.ApiClient;
import io.braid.client.Comparison;
import io.braid.client.JobKind;
import io.braid.client.ProgressBar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "compare",
    description = "Compare the served view with a replay at the same position, row by row.")
final class CompareCommand implements Callable<Integer> {
  private final boolean terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "SOURCE", description = "A source of braid.yaml.")
  private String source;

  @Option(
      names = "--replay",
      paramLabel = "ID",
      description = "The replay to compare with (default: a fresh one).")
  private String replay;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the whole comparison, samples of differing rows included, as JSON.")
  private Path report;

  CompareCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode body = ApiClient.object().put("source", source);
    if (replay != null) {
      body.put("right", "replay:" + replay);
    }
    JsonNode document =
        server
            .client()
            .post(JobKind.COMPARISON, body)
            .await(new ProgressBar(spec.commandLine().getErr(), terminal));
    Comparison comparison = Comparison.of(document);
    comparison.lines().forEach(spec.commandLine().getOut()::println);
    if (report != null) {
      write(document);
    }
    return comparison.differing() == 0 ? 0 : Failures.FAILED;
  }

  private void write(JsonNode document) throws CommandFailedException {
    try {
      Files.writeString(report, document.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new CommandFailedException(
          "Cannot write the report to %s: %s; name another file with --report"
              .formatted(report, e.getMessage()),
          e);
    }
  }
}

package io.braid.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.client.ApiClient;
import io.braid.client.Comparison;
import io.braid.client.JobKind;
import io.braid.client.ProgressBar;
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

  CompareCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode body = ApiClient.object().put("source", source);
    if (replay != null) {
      body.put("right", "replay:" + replay);
    }
    Comparison comparison =
        Comparison.of(
            server
                .client()
                .post(JobKind.COMPARISON, body)
                .await(new ProgressBar(spec.commandLine().getErr(), terminal)));
    comparison.lines().forEach(spec.commandLine().getOut()::println);
    return comparison.differing() == 0 ? 0 : Failures.FAILED;
  }
}

package io.braid.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.client.ApiClient;
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
    name = "recompute",
    description = "Recompute a source's batch views from its history and publish them.")
final class RecomputeCommand implements Callable<Integer> {
  private final boolean terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "SOURCE", description = "A source of braid.yaml.")
  private String source;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "full (default), or incremental: from the run that is served.")
  private String mode;

  RecomputeCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode body = ApiClient.object().put("source", source);
    if (mode != null) {
      body.put("mode", mode);
    }
    JsonNode run =
        server
            .client()
            .post(JobKind.RUN, body)
            .await(new ProgressBar(spec.commandLine().getErr(), terminal));
    spec.commandLine()
        .getOut()
        .printf(
            "run %s published: %s events, cut %s%n",
            run.path("id").asText(), run.path("events").asText(), run.path("cut"));
    return 0;
  }
}

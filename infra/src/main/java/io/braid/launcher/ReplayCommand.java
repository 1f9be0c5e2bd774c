package io.braid.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.braid.client.ApiClient;
import io.braid.client.JobKind;
import io.braid.client.ProgressBar;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    description = "Replay a source's log by the streaming path alone: the Kappa answer.")
final class ReplayCommand implements Callable<Integer> {
  private final boolean terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "SOURCE", description = "A source of braid.yaml.")
  private String source;

  @Option(
      names = "--from",
      paramLabel = "FROM",
      description = "earliest (default) or a position such as {\"0\": 1200}.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TO",
      description = "latest (default: the log ends now), or a position.")
  private String to;

  @Option(
      hidden = true,
      names = "--late",
      paramLabel = "RULE",
      description = "include or drop, for this replay alone.")
  private String late;

  ReplayCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode body = ApiClient.object().put("source", source);
    if (from != null) {
      body.set("from", bound("--from", from));
    }
    if (to != null) {
      body.set("to", bound("--to", to));
    }
    if (late != null) {
      body.put("late", late);
    }
    JsonNode replay =
        server
            .client()
            .post(JobKind.REPLAY, body)
            .await(new ProgressBar(spec.commandLine().getErr(), terminal));
    spec.commandLine()
        .getOut()
        .printf(
            "replay %s completed: %s events, position %s%n",
            replay.path("id").asText(), replay.path("events").asText(), replay.path("position"));
    return 0;
  }

  /** A position is an object, epoch milliseconds are a number, all else the server judges. */
  private static JsonNode bound(String option, String text) throws WrongInputException {
    if (text.strip().startsWith("{")) {
      return ApiClient.parse(text.getBytes(StandardCharsets.UTF_8))
          .orElseThrow(
              () ->
                  new WrongInputException(
                      "Invalid " + option + ": " + text + ", a position is like {\"0\": 1200}."));
    }
    return text.matches("-?[0-9]{1,18}")
        ? LongNode.valueOf(Long.parseLong(text))
        : TextNode.valueOf(text);
  }
}

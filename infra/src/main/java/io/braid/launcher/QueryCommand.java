package io.braid.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.client.AnswerTable;
import io.braid.client.ApiClient;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "query",
    description =
        "Ask for a metric. Options are the HTTP API's parameters; the server judges them.")
final class QueryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "METRIC", description = "A metric of braid.yaml.")
  private String metric;

  @Option(names = "--from", paramLabel = "TIME", description = "First window start, inclusive.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Last window start, exclusive.")
  private String to;

  @Option(
      names = {"--group-by", "--group_by"},
      paramLabel = "COLUMNS",
      description = "Group columns to keep, with commas between.")
  private String groupBy;

  @Option(
      hidden = true,
      names = "--where",
      paramLabel = "SQL",
      description = "Condition over group columns.")
  private String where;

  @Option(
      names = "--granularity",
      paramLabel = "DURATION",
      description =
          "Join panes: an ISO-8601 duration that is a multiple of them, such as PT1H or P1D, or all.")
  private String granularity;

  @Option(
      hidden = true,
      names = {"--order-by", "--order_by"},
      paramLabel = "COLUMN",
      description = "A column, with desc behind it for descending.")
  private String orderBy;

  @Option(names = "--limit", paramLabel = "N", description = "Rows at most.")
  private String limit;

  @Option(names = "--cursor", paramLabel = "CURSOR", description = "Go on behind a page.")
  private String cursor;

  @Option(
      names = "--include",
      paramLabel = "WHAT",
      description = "final: say of each row whether no event in time can change it any more.")
  private String include;

  @Option(names = "--view", paramLabel = "VIEW", description = "merged, batch, speed or replay:ID.")
  private String view;

  @Option(names = "--require", paramLabel = "WHAT", description = "complete")
  private String require;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table (default) for people; json as the server sends it.")
  private String format;

  @Override
  public Integer call() throws Exception {
    ApiClient client = server.client();
    Map<String, String> parameters = parameters();
    PrintWriter out = spec.commandLine().getOut();
    if (format != null && !format.equals("table")) {
      if (format.equals("arrow")) {
        throw new WrongInputException(
            "Invalid --format: arrow is binary; fetch it with curl from "
                + client.url()
                + "/api/v1/metrics/"
                + metric
                + "/query?format=arrow.");
      }
      if (!format.equals("json")) {
        parameters.put("format", format);
      }
      out.println(new String(client.queryBytes(metric, parameters), StandardCharsets.UTF_8));
      return 0;
    }
    JsonNode answer = client.query(metric, parameters);
    AnswerTable table = new AnswerTable(answer);
    table.lines().forEach(out::println);
    out.println(table.provenance());
    if (!table.next().isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("More rows: the same command with --cursor " + table.next());
    }
    return 0;
  }

  private Map<String, String> parameters() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("from", from);
    given.put("to", to);
    given.put("group_by", groupBy);
    given.put("where", where);
    given.put("granularity", granularity);
    given.put("order_by", orderBy);
    given.put("limit", limit);
    given.put("cursor", cursor);
    given.put("include", include);
    given.put("view", view);
    given.put("require", require);
    given.values().removeIf(value -> value == null);
    return given;
  }
}

package io.braid.benchmark.speed;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What groups cost: bytes of heap each, and throughput as they become many. No broker. */
@Command(
    name = "speed-state",
    description = "Bytes a group, and the fold's throughput from 1,000 to 1,000,000 groups.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class StateBenchmark implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--groups",
      split = ",",
      defaultValue = "1000,10000,100000,1000000",
      description = "How many groups there are.")
  private List<Integer> groups;

  @Option(
      names = "--aggregates",
      split = ";",
      defaultValue =
          "COUNT(*) AS a;COUNT(*) AS a, COUNT(*) FILTER (WHERE status = 'error') AS b,"
              + " SUM(latency_ms) AS c, MAX(latency_ms) AS d;COUNT(*) AS a, COUNT(DISTINCT service) AS b",
      description = "Of each metric, with semicolons between.")
  private List<String> aggregates;

  @Option(
      names = "--events",
      defaultValue = "4000000",
      description = "Measured in each run, after every group has had an event.")
  private long events;

  @Option(names = "--rounds", defaultValue = "5", description = "Runs of each kind.")
  private int rounds;

  @Option(names = "--heap", defaultValue = "3g", description = "Of each run.")
  private String heap;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("braid-benchmark-");
    try {
      for (String metric : aggregates) {
        out.printf("%n%s, by user%n", metric);
        out.println("| groups | bytes a group | fold, events/s | decoding and fold, events/s |");
        out.println("|---|---|---|---|");
        for (int count : groups) {
          List<Map<String, String>> runs = new ArrayList<>();
          for (int round = 0; round < rounds; round++) {
            runs.add(
                ChildProcess.run(
                    "",
                    List.of("-Xms" + heap, "-Xmx" + heap),
                    StateProbe.class.getName(),
                    List.of(
                        folder.toString(), metric, Integer.toString(count), Long.toString(events)),
                    folder.resolve("state.err")));
          }
          out.printf(
              Locale.ROOT,
              "| %,d | %s | %s | %s |%n",
              count,
              Figures.spread(figures(runs, "bytes_a_group"), "%.0f"),
              Figures.spread(figures(runs, "fold_a_second"), "%,.0f"),
              Figures.spread(figures(runs, "both_a_second"), "%,.0f"));
          out.flush();
        }
      }
    } finally {
      Workplace.delete(folder);
    }
    return 0;
  }

  private static List<Double> figures(List<Map<String, String>> runs, String name) {
    return runs.stream().map(run -> Double.valueOf(run.get(name))).toList();
  }
}

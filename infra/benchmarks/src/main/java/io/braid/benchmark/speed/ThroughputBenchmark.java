package io.braid.benchmark.speed;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Throughput of the speed layer and its peers over the same topic: one after the other, each in a
 * JVM of its own with the same heap, several rounds. Fails when two of them disagree.
 */
@Command(
    name = "speed-throughput",
    description = "Events a second over one partition: raw poll, Braid, Kafka Streams, Flink SQL.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class ThroughputBenchmark implements Callable<Integer> {

  /** A contestant, in the order in which they run. */
  enum Peer {
    POLL("raw poll"),
    BRAID("Braid"),
    DEDUPLICATE("Braid, deduplicate"),
    STREAMS("Streams, exactly once"),
    STREAMS_AT_LEAST_ONCE("Streams, at least once"),
    FLINK("Flink SQL"),
    FLINK_TVF("Flink SQL, window function");

    private final String title;

    Peer(String title) {
      this.title = title;
    }
  }

  private static final Set<Peer> OURS = EnumSet.of(Peer.POLL, Peer.BRAID, Peer.DEDUPLICATE);

  @Spec private CommandSpec spec;

  @Option(names = "--events", defaultValue = "6000000", description = "In the topic.")
  private long events;

  @Option(
      names = "--warm-up",
      defaultValue = "2000000",
      description = "Events at the start of each run that are not measured.")
  private long warmUp;

  @Option(names = "--rounds", defaultValue = "5", description = "Runs of each contestant.")
  private int rounds;

  @Option(
      names = "--formats",
      split = ",",
      defaultValue = "avro,json",
      description = "Of the records.")
  private List<String> formats;

  @Option(
      names = "--peers",
      split = ",",
      defaultValue = "POLL,BRAID,DEDUPLICATE,STREAMS,STREAMS_AT_LEAST_ONCE,FLINK,FLINK_TVF",
      description = "Who takes part: ${COMPLETION-CANDIDATES}.")
  private List<Peer> peers;

  @Option(names = "--heap", defaultValue = "2g", description = "Of each contestant.")
  private String heap;

  @Option(
      names = "--java",
      description = "A further option for the Java of every contestant, such as a profiler.")
  private List<String> javaOptions = new ArrayList<>();

  @Option(
      names = "--folder",
      defaultValue = "${java.io.tmpdir}",
      description = "Where the broker keeps its log meanwhile, some 250 bytes an event.")
  private Path folder;

  @Option(
      names = "--flink",
      defaultValue = "${braid.benchmark.flink}",
      description = "Class path of the Flink peer; the run script sets it.")
  private String flink;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean agree = true;
    try (Workplace place = Workplace.open(folder)) {
      for (String format : formats) {
        long startNs = System.nanoTime();
        EventLog log = new EventLog(place.bootstrapServers(), format, 1);
        log.fill(events);
        out.printf(
            Locale.ROOT,
            "%n%s: %,d events of %d bytes, filled in %.0f s; warm-up %,d; heap %s%n",
            format,
            events,
            log.valueBytes() / events,
            (System.nanoTime() - startNs) / 1e9,
            warmUp,
            heap);
        Map<Peer, List<Result>> results = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
          for (Peer peer : peers) {
            Result result = run(peer, log, place);
            results.computeIfAbsent(peer, unused -> new ArrayList<>()).add(result);
            boolean right = agrees(peer, log, result);
            agree &= right;
            out.printf(
                Locale.ROOT,
                "  round %d  %-28s %,11.0f events/s  %5.0f ns of processor  %s%n",
                round,
                peer.title,
                result.eventsPerSecond(),
                result.processorNsPerEvent(),
                right ? "right" : "WRONG: " + result.figures());
          }
        }
        out.print(table(results));
        out.flush();
      }
    }
    return agree ? 0 : 1;
  }

  /** One run's figures. */
  record Result(Map<String, String> figures) {

    double eventsPerSecond() {
      return number("measured") * 1e9 / number("nanos");
    }

    double processorNsPerEvent() {
      return number("processor") / number("measured");
    }

    private double number(String name) {
      return Double.parseDouble(figures.get(name));
    }
  }

  private Result run(Peer peer, EventLog log, Workplace place)
      throws IOException, InterruptedException {
    String kafka = place.bootstrapServers();
    String total = Long.toString(log.events());
    String warm = Long.toString(warmUp);
    return switch (peer) {
      case POLL -> child(RawPoll.class, List.of(kafka, log.topic(), total, warm), place);
      case BRAID, DEDUPLICATE -> speedLayer(peer == Peer.DEDUPLICATE, log, place);
      case STREAMS ->
          child(
              StreamsPeer.class,
              List.of(kafka, log.topic(), log.format(), "exactly_once_v2", total, warm),
              place);
      case STREAMS_AT_LEAST_ONCE ->
          child(
              StreamsPeer.class,
              List.of(kafka, log.topic(), log.format(), "at_least_once", total, warm),
              place);
      case FLINK -> flink(Definition.STATEMENT, log, place);
      case FLINK_TVF -> flink(Definition.WINDOW_STATEMENT, log, place);
    };
  }

  private Result speedLayer(boolean deduplicate, EventLog log, Workplace place)
      throws IOException, InterruptedException {
    String name = "throughput";
    Path definition =
        Definition.write(
            place.folder(),
            name,
            place.bootstrapServers(),
            log.topic(),
            1,
            log.format(),
            deduplicate,
            Definition.STATEMENT);
    try {
      return child(
          SpeedPeer.class,
          List.of(definition.toString(), Long.toString(log.events()), Long.toString(warmUp)),
          place);
    } finally {
      Workplace.delete(place.folder().resolve(name)); // its store: the next one starts afresh
    }
  }

  private Result child(Class<?> main, List<String> arguments, Workplace place)
      throws IOException, InterruptedException {
    return new Result(ChildProcess.run("", options(), main.getName(), arguments, log(place)));
  }

  private Result flink(String statement, EventLog log, Workplace place)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(options());
    options.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    options.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    return new Result(
        ChildProcess.run(
            flink,
            options,
            "io.braid.benchmark.flink.FlinkPeer",
            List.of(
                place.bootstrapServers(),
                log.topic(),
                log.format(),
                Long.toString(warmUp),
                statement),
            log(place)));
  }

  private List<String> options() {
    List<String> options = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap));
    options.addAll(javaOptions);
    return options;
  }

  private static Path log(Workplace place) {
    return place.folder().resolve("contestant.err");
  }

  private boolean agrees(Peer peer, EventLog log, Result result) {
    if (peer == Peer.POLL) {
      return result.figures().get("plays").equals(Long.toString(log.events()))
          && result.figures().get("bytes").equals(Long.toString(log.valueBytes()));
    }
    Totals expected = peer == Peer.DEDUPLICATE ? log.distinctTotals() : log.totals();
    return expected.agreesWith(Totals.of(result.figures()));
  }

  private static String table(Map<Peer, List<Result>> results) {
    StringBuilder table = new StringBuilder();
    table.append("\n| peer | events/s, median [least, greatest] | processor ns | of raw poll |\n");
    table.append("|---|---|---|---|\n");
    Map<Peer, Double> medians = new LinkedHashMap<>();
    results.forEach(
        (peer, runs) ->
            medians.put(peer, Figures.median(runs.stream().map(Result::eventsPerSecond).toList())));
    results.forEach(
        (peer, runs) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s |%n",
                    peer.title,
                    Figures.spread(runs.stream().map(Result::eventsPerSecond).toList(), "%,.0f"),
                    Figures.spread(runs.stream().map(Result::processorNsPerEvent).toList(), "%.0f"),
                    ratio(medians, peer, Peer.POLL))));
    table.append('\n');
    for (Peer peer : medians.keySet()) {
      if (!OURS.contains(peer) && medians.containsKey(Peer.BRAID)) {
        table.append("Braid / ").append(peer.title).append(" = ");
        table.append(ratio(medians, Peer.BRAID, peer)).append('\n');
      }
    }
    return table.toString();
  }

  private static String ratio(Map<Peer, Double> medians, Peer peer, Peer other) {
    return medians.containsKey(other)
        ? String.format(Locale.ROOT, "%.2f", medians.get(peer) / medians.get(other))
        : "";
  }
}

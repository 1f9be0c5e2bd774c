package io.braid.benchmark.speed;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a crash costs: {@code braid up} is killed with SIGKILL on a broker that lives on, and
 * started again, first with nothing to catch up with, then with many events behind. Fails when an
 * answer lacks events once it says it is level.
 */
@Command(
    name = "speed-recovery",
    description = "From kill -9 to answers, and how fast a worker catches up from its checkpoint.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class RecoveryBenchmark implements Callable<Integer> {

  private static final String NAME = "recovery";

  /** The least that tells the position: one row. */
  private static final Map<String, String> QUESTION =
      Map.of("group_by", "", "granularity", "all", "limit", "1");

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      defaultValue = "2000000",
      description = "Folded, and in checkpoints, before the first crash.")
  private long events;

  @Option(
      names = "--behind",
      defaultValue = "10000000",
      description = "Events that arrive while the process is away.")
  private long behind;

  @Option(names = "--rounds", defaultValue = "5", description = "Crashes of each kind.")
  private int rounds;

  @Option(
      names = "--settle",
      defaultValue = "25",
      description = "Seconds for a checkpoint to be written once level.")
  private int settleSeconds;

  @Option(names = "--partitions", defaultValue = "4", description = "Of the topic.")
  private int partitions;

  @Option(names = "--format", defaultValue = "avro", description = "Of the records.")
  private String format;

  @Option(
      names = "--folder",
      defaultValue = "${java.io.tmpdir}",
      description = "Where store and broker are kept meanwhile, some 250 bytes an event.")
  private Path folder;

  /**
   * One restart.
   *
   * @param firstAnswerS from the start to the first answer, seconds
   * @param levelS from the start to an answer that holds the whole log, seconds
   * @param wentOn what the first answer held that had all partitions
   * @param eventsPerSecond from there to level; NaN when that was level already
   */
  private record Restart(double firstAnswerS, double levelS, long wentOn, double eventsPerSecond) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Workplace place = Workplace.open(folder)) {
      EventLog log = new EventLog(place.bootstrapServers(), format, partitions);
      log.fill(events);
      Path definition =
          Definition.write(
              place.folder(),
              NAME,
              place.bootstrapServers(),
              log.topic(),
              partitions,
              format,
              false,
              Definition.STATEMENT);
      try (UpProcess up = UpProcess.start(definition)) {
        up.awaitReady();
        Thread.sleep(settleSeconds * 1_000L);
        up.kill();
      }
      out.printf(Locale.ROOT, "killed and started again at %,d events:%n", log.events());
      report(out, restarts(definition, log, out), log);

      Path store = place.folder().resolve(NAME);
      Path saved = place.folder().resolve("saved");
      copy(store, saved);
      log.fill(behind);
      out.printf(Locale.ROOT, "%n%,d events behind:%n", behind);
      List<Restart> late = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        Workplace.delete(store);
        copy(saved, store);
        late.add(restart(definition, log, out));
      }
      report(out, late, log);
    }
    return 0;
  }

  private List<Restart> restarts(Path definition, EventLog log, PrintWriter out)
      throws IOException, InterruptedException {
    List<Restart> restarts = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      restarts.add(restart(definition, log, out));
    }
    return restarts;
  }

  private Restart restart(Path definition, EventLog log, PrintWriter out)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    try (UpProcess up = UpProcess.start(definition)) {
      JsonNode answer = up.firstAnswer(QUESTION);
      long firstNs = System.nanoTime();
      // The first answers may name partitions as missing that are not open yet.
      while (UpProcess.partitions(answer) < partitions) {
        Thread.sleep(5);
        answer = up.firstAnswer(QUESTION);
      }
      long wentOnNs = System.nanoTime();
      long wentOn = UpProcess.position(answer);
      long position = wentOn;
      while (position < log.events()) {
        Thread.sleep(5);
        position = UpProcess.position(up.firstAnswer(QUESTION));
      }
      long levelNs = System.nanoTime();
      long plays = FreshnessBenchmark.plays(up);
      if (plays != log.events()) {
        throw new IOException("Level, and yet %d of %d events".formatted(plays, log.events()));
      }
      Restart restart =
          new Restart(
              (firstNs - startNs) / 1e9,
              (levelNs - startNs) / 1e9,
              wentOn,
              wentOn == position ? Double.NaN : (position - wentOn) * 1e9 / (levelNs - wentOnNs));
      out.printf(
          Locale.ROOT,
          "  first answer after %.2f s; went on at %,d; level after %.2f s%s%n",
          restart.firstAnswerS(),
          wentOn,
          restart.levelS(),
          Double.isNaN(restart.eventsPerSecond())
              ? ""
              : String.format(
                  Locale.ROOT, "; %,.0f events/s from there", restart.eventsPerSecond()));
      out.flush();
      up.kill();
      return restart;
    }
  }

  private static void report(PrintWriter out, List<Restart> restarts, EventLog log) {
    out.printf(
        Locale.ROOT,
        "| first answer, s | %s |%n| level with %,d, s | %s |%n",
        Figures.spread(restarts.stream().map(Restart::firstAnswerS).toList(), "%.2f"),
        log.events(),
        Figures.spread(restarts.stream().map(Restart::levelS).toList(), "%.2f"));
    List<Double> rates =
        restarts.stream().map(Restart::eventsPerSecond).filter(Double::isFinite).toList();
    if (!rates.isEmpty()) {
      out.printf("| events/s | %s |%n", Figures.spread(rates, "%,.0f"));
    }
    out.flush();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}

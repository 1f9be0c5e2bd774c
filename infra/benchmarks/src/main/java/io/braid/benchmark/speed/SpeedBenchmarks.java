package io.braid.benchmark.speed;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the speed layer's benchmarks, one subcommand each. */
@Command(
    name = "run",
    description = "Benchmarks of the speed layer and its peers.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ThroughputBenchmark.class,
      FreshnessBenchmark.class,
      RecoveryBenchmark.class,
      StateBenchmark.class
    })
public final class SpeedBenchmarks {

  SpeedBenchmarks() {}

  /** Runs one benchmark and ends the JVM: 0 done, 1 failed or contestants disagree, 2 usage. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(new CommandLine(new SpeedBenchmarks()).setOut(out).execute(args));
  }
}

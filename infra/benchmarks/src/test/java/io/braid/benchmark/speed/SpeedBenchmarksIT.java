package io.braid.benchmark.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Runs the benchmarks with few events: their contestants have to agree, their times are nothing.
 */
@Timeout(300)
class SpeedBenchmarksIT {

  @TempDir private Path folder;

  @Test
  void contestantsAgreeOnWhatTheyFolded() {
    String output =
        run(
            List.of(
                "speed-throughput",
                "--events=20000",
                "--warm-up=5000",
                "--rounds=1",
                "--formats=avro",
                "--peers=POLL,BRAID,DEDUPLICATE,STREAMS",
                "--heap=512m",
                "--folder=" + folder));

    assertThat(output).contains("Braid / Streams, exactly once = ").doesNotContain("WRONG");
    assertThat(output.lines().filter(line -> line.endsWith("right"))).hasSize(4);
  }

  @Test
  void stateIsMeasuredForEveryNumberOfGroups() {
    String output =
        run(
            List.of(
                "speed-state",
                "--groups=100,2000",
                "--aggregates=COUNT(*) AS a",
                "--events=20000",
                "--rounds=1",
                "--heap=256m"));

    assertThat(output).containsPattern("\\| 100 \\| \\d+ ").containsPattern("\\| 2,000 \\| \\d+ ");
  }

  @Test
  void everyAcknowledgedEventIsAnswered() throws Exception {
    Path home = Path.of("").toAbsolutePath().getParent().getParent();
    assumeTrue(isPackaged(home), "infra is not packaged, so there is no `braid up` to start");
    System.setProperty(UpProcess.HOME, home.toString());

    String output =
        run(
            List.of(
                "speed-freshness",
                "--rate=500",
                "--seconds=2",
                "--warm-up=1",
                "--rounds=1",
                "--folder=" + folder));

    assertThat(output).containsPattern("\\| p99 \\| \\d+\\.\\d ");
  }

  private static boolean isPackaged(Path home) throws Exception {
    Path target = home.resolve("infra/target");
    try (Stream<Path> files = Files.list(target)) {
      return Files.isDirectory(target.resolve("lib"))
          && files.anyMatch(file -> file.getFileName().toString().matches("infra-.*\\.jar"));
    }
  }

  private static String run(List<String> arguments) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    int status =
        new CommandLine(new SpeedBenchmarks())
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(errors))
            .execute(arguments.toArray(String[]::new));
    assertThat(status).as("%s%s", output, errors).isZero();
    return output.toString();
  }
}

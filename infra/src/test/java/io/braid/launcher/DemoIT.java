package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees first, as a newcomer starts it. */
final class DemoIT {
  @TempDir private Path directory;

  @Test
  void demoEndsWithAnEqualComparison() throws Exception {
    try (TestingProcess demo =
        TestingProcess.start(
            directory, "demo", "--exit", "--http-port", "0", "--kafka-port", "0")) {
      assertThat(demo.awaitEnd(Duration.ofSeconds(90))).as("%s", demo.err()).isZero();

      List<String> out = demo.out();
      assertThat(out.get(out.size() - 1)).matches("comparison: \\d{2,} rows equal, 0 differ");
      assertThat(out).anyMatch(line -> line.matches("   run \\S+ published: \\d+ events, cut .*"));
      assertThat(out).anyMatch(line -> line.matches("   replay \\S+ completed: \\d+ events, .*"));
      assertThat(demo.err()).noneMatch(line -> line.startsWith("\tat ") || line.contains("\r"));
      System.out.printf("demo --exit took %.1f s%n", demo.took().toMillis() / 1e3);
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left.filter(file -> file.getFileName().toString().startsWith("braid-demo-")))
            .isEmpty();
      }
    }
  }
}

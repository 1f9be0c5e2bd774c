package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class UpCommandIT {
  private static final int ENDED_BY_SIGTERM = 143;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sigtermClosesThePlatformAndEndsTheProcessInTime(boolean hang) throws Exception {
    Path config = Files.writeString(directory.resolve("braid.yaml"), "name: x\n");
    Path noted = directory.resolve("noted");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dnoted=" + noted,
            "-Dhang=" + hang,
            ServingProcess.class.getName(),
            "up",
            "--config",
            config.toString());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(reader.readLine())
          .isEqualTo("braid is ready: http://127.0.0.1:8080  kafka 127.0.0.1:9092");

      // Unlike Process.destroy, this leaves the streams open.
      process.toHandle().destroy();

      assertThat(process.waitFor(7, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
      assertThat(noted).hasContent("closed");
      assertThat(reader.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }
}

package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.launcher.TestingCommand.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that are some of several meet at a broker that the file names. */
class SharedBrokerTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"speed", "serve"})
  void aFileWithoutABrokerIsRefused(String command) throws Exception {
    Path definitions = folder.resolve("braid.yaml");
    Files.writeString(
        definitions,
        """
        name: alone
        store: ./data
        sources:
          s: {topic: t, columns: {at: timestamp}, event_time: at}
        metrics:
          m: SELECT COUNT(*) AS n FROM s
        """);

    Outcome outcome = TestingCommand.run(command, "--config", definitions.toString());

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith(definitions.toString())
        .contains("`braid " + command + "` needs a broker", "bootstrap.servers")
        .doesNotContain("Exception");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"speed", "serve"})
  void optionsThatMakeNoSenseThereAreUnknown(String command) {
    Outcome outcome = TestingCommand.run(command, "--config", "f", "--kafka-port", "1");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("--kafka-port");
  }
}

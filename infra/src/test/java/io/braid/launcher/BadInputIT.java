package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.LocalPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts that cannot succeed: each a process of its own, that ends in time with its exit code and
 * one or two plain lines. One Braid that is up has what the others want: ports, store, broker. All
 * wait side by side, since most of them wait.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final String DEFINITIONS =
      """
      name: n
      %s
      sources:
        s:
          topic: %s
          columns: {t: timestamp, service: string}
          event_time: t
      metrics:
        m: SELECT %s, COUNT(*) AS n FROM s GROUP BY service
      """;

  private Path directory;
  private Path regularFile;
  private String unreachable;
  private final List<TestingProcess> started = new ArrayList<>();
  private TestingProcess up;
  private TestingProcess httpPortTaken;
  private TestingProcess kafkaPortTaken;
  private TestingProcess kafkaUnreachable;
  private TestingProcess storeBelowFile;
  private TestingProcess storeInUse;
  private TestingProcess compactedTopic;
  private TestingProcess brokenDefinition;
  private TestingProcess brokenYaml;

  @BeforeAll
  void startAll(@TempDir Path folder) throws Exception {
    directory = folder;
    Path config = define("up.yaml", "", "events", "service");
    regularFile = Files.writeString(folder.resolve("file"), "x");
    unreachable = "127.0.0.1:" + LocalPorts.free();

    up = start(config, "up", "--http-port", "0", "--kafka-port", "0").awaitReady();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", up.kafka()))) {
      NewTopic compacted = new NewTopic("compacted", Optional.of(1), Optional.empty());
      compacted.configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(compacted)).all().get();
    }
    String kafka = "kafka: {bootstrap.servers: '%s'}";

    storeInUse = start(config, "up", "--http-port", "0", "--kafka-port", "0");
    kafkaPortTaken =
        start(config, "a", "--http-port", "0", "--kafka-port", up.kafka().replaceAll(".*:", ""));
    kafkaUnreachable =
        start(define("b.yaml", kafka.formatted(unreachable), "events", "service"), "b");
    storeBelowFile = start(config, "file/store");
    compactedTopic =
        start(define("c.yaml", kafka.formatted(up.kafka()), "compacted", "service"), "c");
    brokenDefinition = start(define("d.yaml", "", "events", "servce"), "d");
    brokenYaml = start(define("e.yaml", "stor: ./data", "events", "service"), "e");
    httpPortTaken =
        start(
            define("f.yaml", kafka.formatted(up.kafka()), "events", "service"),
            "f",
            "--http-port",
            Integer.toString(up.httpPort()));
  }

  @AfterAll
  void stopAll() throws Exception {
    for (TestingProcess process : started) {
      process.close();
    }
  }

  private Path define(String file, String more, String topic, String column) throws IOException {
    return Files.writeString(directory.resolve(file), DEFINITIONS.formatted(more, topic, column));
  }

  private TestingProcess start(Path config, String store, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("up", "--config", config.toString()));
    arguments.addAll(List.of("--store", directory.resolve(store).toString()));
    arguments.addAll(List.of(more));
    TestingProcess process = TestingProcess.start(directory, arguments.toArray(new String[0]));
    started.add(process);
    return process;
  }

  @Test
  void occupiedHttpPort() throws Exception {
    assertRefused(
        httpPortTaken, 1, "Cannot listen on 127.0.0.1:" + up.httpPort(), "in use", "--http-port");
  }

  @Test
  void occupiedKafkaPort() throws Exception {
    assertRefused(
        kafkaPortTaken,
        1,
        "port " + up.kafka().replaceAll(".*:", "") + " of 127.0.0.1 is in use",
        "--kafka-port");
  }

  @Test
  void unreachableBrokerIsGivenUpInTime() throws Exception {
    assertRefused(kafkaUnreachable, 1, "Cannot reach Kafka at " + unreachable, "bootstrap.servers");
    assertThat(kafkaUnreachable.took()).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void storeBelowRegularFile() throws Exception {
    assertRefused(
        storeBelowFile, 1, "Cannot use the store " + regularFile, "not writable", "--store");
  }

  @Test
  void storeInUseIsWaitedForAndThenRefused() throws Exception {
    assertRefused(
        storeInUse,
        1,
        "Cannot use the store " + directory.resolve("up"),
        "another Braid is using it",
        "--store");
    assertThat(storeInUse.took()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
    assertThat(up.braid().ask("m").rows()).isEmpty(); // the one that is up does not mind
  }

  @Test
  void compactedTopicIsRefusedWithTheReason() throws Exception {
    assertRefused(
        compactedTopic, 1, "Cannot use topic compacted", "cleanup.policy", "compact", "delete");
  }

  @Test
  void unknownColumnIsRefusedAtItsPlace() throws Exception {
    Path config = directory.resolve("d.yaml");
    assertRefused(brokenDefinition, 2, config + ":9:", "servce", "service");
    assertThat(brokenDefinition.err().get(0)).matches("\\Q" + config + "\\E:9:\\d+: .*");
    assertThat(directory.resolve("d")).doesNotExist();
  }

  @Test
  void unknownKeyIsRefusedAtItsPlace() throws Exception {
    Path config = directory.resolve("e.yaml");
    assertRefused(brokenYaml, 2, config + ":2:1: ", "stor", "store");
    assertThat(directory.resolve("e")).doesNotExist();
  }

  private static void assertRefused(TestingProcess process, int status, String... said)
      throws Exception {
    assertThat(process.awaitEnd(BOUND)).as("%s", process.err()).isEqualTo(status);
    List<String> err = process.err();
    assertThat(err).hasSizeBetween(1, 2);
    assertThat(String.join("\n", err)).contains(said).doesNotContain("Exception", "\tat ");
    assertThat(process.out()).isEmpty();
  }
}

package io.braid.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.client.EventSender;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
final class EmbeddedBrokerIT {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path directory;

  @Test
  void recordsOutliveParentAndBrokerKilledTogether() throws Exception {
    Path data = directory.resolve("broker");
    int port = LocalPorts.free();
    Process parent = startParent(data, port);
    String address = readAddress(parent);
    assertThat(address).isEqualTo("127.0.0.1:" + port);
    TestingTopic topic = TestingTopic.create(address, "t", 2);
    send(topic, "a", "b", "c");

    // As kill -9 of the whole process group: nobody says goodbye.
    ProcessHandle child = parent.children().findFirst().orElseThrow();
    parent.destroyForcibly();
    child.destroyForcibly();

    try (EmbeddedBroker again = EmbeddedBroker.start(data, port)) {
      assertThat(again.bootstrapServers()).isEqualTo(address);
      assertThat(topic.values()).containsExactlyInAnyOrder("a", "b", "c");
      send(topic, "d");
    }
    try (EmbeddedBroker moved = EmbeddedBroker.start(data, 0)) {
      TestingTopic elsewhere = new TestingTopic(moved.bootstrapServers(), "t", 2);
      assertThat(elsewhere.values()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }
    assertThat(directory.resolve("logs/broker.log")).isNotEmptyFile();
  }

  @Test
  void orphanEndsWithinFiveSecondsAndTheNextBrokerWaitsForThat() throws Exception {
    Path data = directory.resolve("broker");
    int port = LocalPorts.free();
    Process parent = startParent(data, port);
    readAddress(parent);
    ProcessHandle orphan = parent.children().findFirst().orElseThrow();

    parent.destroyForcibly();
    CompletableFuture<ProcessHandle> gone = orphan.onExit().orTimeout(5, TimeUnit.SECONDS);

    // At once, while the orphan still holds port and directory.
    try (EmbeddedBroker next = EmbeddedBroker.start(data, port)) {
      assertThat(next.isRunning()).isTrue();
      assertThat(gone.get().isAlive()).isFalse();
    }
  }

  @Test
  void busyPortIsOnePlainSentenceThatNamesIt() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  EmbeddedBroker.start(
                      directory.resolve("broker"), busy.getLocalPort(), Duration.ofSeconds(1)))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("port " + busy.getLocalPort() + " of 127.0.0.1 is in use")
          .hasMessageContaining("--kafka-port")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void directoryOfAnotherClusterIsRefusedWithTheLog() throws Exception {
    Path data = Files.createDirectories(directory.resolve("broker"));
    Files.writeString(data.resolve("meta.properties"), "version=1\nnode.id=9\ncluster.id=x\n");

    assertThatThrownBy(() -> EmbeddedBroker.start(data, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("broker.log");
  }

  private static void send(TestingTopic topic, String... values) throws Exception {
    try (EventSender sender = EventSender.connect(topic.bootstrapServers(), topic.name())) {
      for (String value : values) {
        sender.send(null, value.getBytes(StandardCharsets.UTF_8), value);
      }
      sender.flush();
      assertThat(sender.acknowledged()).isEqualTo(values.length);
    }
  }

  private Process startParent(Path data, int port) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            BrokerParent.class.getName(),
            data.toString(),
            Integer.toString(port));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(directory.resolve("parent.err").toFile());
    return builder.start();
  }

  private static String readAddress(Process parent) throws Exception {
    BufferedReader reader = parent.inputReader(StandardCharsets.UTF_8);
    return reader.readLine();
  }
}

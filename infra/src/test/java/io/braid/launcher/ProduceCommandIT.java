package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.EmbeddedBroker;
import io.braid.broker.LocalPorts;
import io.braid.broker.TestingTopic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ProduceCommandIT {
  @TempDir private static Path shared;
  private static EmbeddedBroker broker;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void partOfAGzipFileIsSentByteForByteWithKeys() throws Exception {
    TestingTopic topic = TestingTopic.create(broker.bootstrapServers(), "part", 3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.add("{ \"n\":" + i + ",  \"user\": \"u" + i % 5 + "\"}");
    }
    lines.set(52, "not json, \"user\": 1");
    lines.add(30, "");
    Path file = gzip("part.json.gz", String.join("\n", lines));
    long before = System.currentTimeMillis();

    int status = produce(topic.name(), file, "--skip", "50", "--count", "20", "--key", "user");

    assertThat(status).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("20 events produced to part");
    assertThat(err.toString()).isEmpty();
    lines.remove(30);
    assertThat(topic.values()).containsExactlyInAnyOrderElementsOf(lines.subList(50, 70));
    for (ConsumerRecord<byte[], byte[]> record : topic.records()) {
      String value = new String(record.value(), StandardCharsets.UTF_8);
      String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
      if (value.startsWith("not json")) {
        assertThat(key).isNull();
      } else {
        assertThat(value).contains("\"user\": \"" + key + "\"");
      }
      assertThat(record.timestamp()).isBetween(before, System.currentTimeMillis());
    }
  }

  @Test
  void rateSpreadsEventsOverTime() throws Exception {
    TestingTopic topic = TestingTopic.create(broker.bootstrapServers(), "slow", 1);
    Path file = Files.writeString(shared.resolve("slow.json"), "{}\n".repeat(30));
    long before = System.nanoTime();

    assertThat(produce(topic.name(), file, "--rate", "30")).isZero();

    assertThat((System.nanoTime() - before) / 1e9).isBetween(0.9, 10.0);
    assertThat(topic.values()).hasSize(30);
  }

  @Test
  void missingTopicIsAPlainErrorAndIsNotCreated() throws Exception {
    Path file = Files.writeString(shared.resolve("one.json"), "{}\n");

    assertThat(produce("nowhere", file)).isEqualTo(1);
    assertThat(err.toString()).startsWith("No topic nowhere at " + broker.bootstrapServers());
    assertThat(produce("nowhere", file)).isEqualTo(1);
  }

  @Test
  void recordTooLargeNamesItsLine() throws Exception {
    TestingTopic topic = TestingTopic.create(broker.bootstrapServers(), "large", 1);
    Path file =
        Files.writeString(
            shared.resolve("large.json"), "{}\n\n{\"a\": \"" + "x".repeat(3 << 20) + "\"}\n{}\n");

    assertThat(produce(topic.name(), file)).isEqualTo(1);
    assertThat(err.toString()).contains("line 3 to topic large", "max.message.bytes");
    assertThat(err.toString()).contains("1 events were written before");
  }

  @Test
  void truncatedGzipTellsHowFarItCame() throws Exception {
    TestingTopic topic = TestingTopic.create(broker.bootstrapServers(), "cut", 1);
    Path whole = gzip("whole.json.gz", "{\"a\": 1}\n".repeat(10));
    byte[] bytes = Files.readAllBytes(whole);
    Path file = Files.write(shared.resolve("cut.json.gz"), Arrays.copyOf(bytes, bytes.length - 9));

    assertThat(produce(topic.name(), file)).isEqualTo(1);
    assertThat(err.toString()).contains("cut.json.gz").contains("events were written before");
  }

  @Test
  void brokerThatIsNotThereIsGivenUpInTime() throws Exception {
    Path file = Files.writeString(shared.resolve("two.json"), "{}\n");
    String nobody = "127.0.0.1:" + LocalPorts.free();
    long before = System.nanoTime();

    int status = run("produce", "--kafka", nobody, "--topic", "t", "--file", file.toString());

    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).startsWith("No Kafka broker answers at " + nobody);
    assertThat((System.nanoTime() - before) / 1e9).isLessThan(15);
    assertThat(run("produce", "--kafka", "here", "--topic", "t", "--file", file.toString()))
        .isEqualTo(2);
  }

  private int produce(String topic, Path file, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("produce", "--kafka", broker.bootstrapServers(), "--topic", topic));
    arguments.addAll(List.of("--file", file.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(new String[0]));
  }

  private int run(String... arguments) {
    PlatformStarter starter =
        options -> {
          throw new IllegalStateException("produce starts nothing");
        };
    return Braid.commandLine(TestingCommand.starters(starter), (config, printer) -> {}, false)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static Path gzip(String name, String text) throws IOException {
    Path file = shared.resolve(name);
    try (OutputStream output = new GZIPOutputStream(Files.newOutputStream(file))) {
      output.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}

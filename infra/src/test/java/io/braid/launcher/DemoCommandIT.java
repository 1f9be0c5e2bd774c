package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.broker.EmbeddedBroker;
import io.braid.broker.TestingTopic;
import io.braid.client.TestingApi;
import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo with real traffic in a real broker; the layers' answers come from a script. */
@Timeout(60)
final class DemoCommandIT {
  private static final String ANSWER =
      "{'metric': 'm', 'view': 'merged', 'columns': [{'name': 'plays'}], 'rows': [[3]],"
          + " 'provenance': {'batch': null, 'speed': {'position':"
          + " {'0': 99999, '1': 99999, '2': 99999, '3': 99999}, 'watermark': 'T', 'duplicates': 1,"
          + " 'late': 2}, 'coverage': 'complete', 'missing': [], 'freshness_ms': 1}, 'next': null}";

  @TempDir private static Path shared;
  private static EmbeddedBroker broker;
  private static TestingTopic topic;

  private final StringWriter out = new StringWriter();
  private final List<Path> configs = new ArrayList<>();
  private int closed;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
    topic = TestingTopic.create(broker.bootstrapServers(), "playback", 4);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "2, 1, 3"})
  void tourEndsWithTheComparisonAndItsExitCode(int differing, int onlyLeft, int unequal)
      throws IOException {
    try (TestingApi api = scripted(differing, onlyLeft)) {
      int status =
          Braid.commandLine(
                  TestingCommand.starters(options -> start(api, options)),
                  (config, printer) -> {},
                  false)
              .setOut(new PrintWriter(out, true))
              .execute("demo", "--exit");

      assertThat(status).isEqualTo(unequal == 0 ? 0 : 1);
      assertThat(out.toString())
          .contains("run r1 published: 60000 events", "replay p1 completed: 60100 events")
          .endsWith("comparison: 11 rows equal, " + unequal + " differ" + System.lineSeparator());
      assertThat(api.requests())
          .contains("POST /api/v1/comparisons {\"source\":\"playback\",\"right\":\"replay:p1\"}");
    }
    assertThat(topic.records()).hasSizeGreaterThanOrEqualTo(60_000);
    assertThat(closed).isEqualTo(1);
    assertThat(configs.get(0).getParent()).doesNotExist();
  }

  private Platform start(TestingApi api, PlatformOptions options) {
    assertThat(options.config()).content().contains("playback_quality");
    configs.add(options.config());
    assertThat(options.store().orElseThrow()).startsWith(options.config().getParent().toString());
    return new Platform() {
      @Override
      public URI url() {
        return api.url();
      }

      @Override
      public String bootstrapServers() {
        return broker.bootstrapServers();
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  private static TestingApi scripted(int differing, int onlyLeft) throws IOException {
    return new TestingApi()
        .answer("GET /api/v1/metrics/playback_quality/query", 200, ANSWER)
        .answer("GET /api/v1/metrics/plays_by_country/query", 200, ANSWER)
        .answer("GET /api/v1/metrics/viewing_sessions/query", 200, ANSWER)
        .accept("POST /api/v1/batch/runs", "/api/v1/batch/runs/r1", "{'id': 'r1'}")
        .answer(
            "GET /api/v1/batch/runs/r1",
            200,
            "{'id': 'r1', 'state': 'published', 'events': 60000, 'cut': {'0': 1}}")
        .accept("POST /api/v1/replays", "/api/v1/replays/p1", "{'id': 'p1'}")
        .answer(
            "GET /api/v1/replays/p1",
            200,
            "{'id': 'p1', 'state': 'completed', 'events': 60100, 'position': {'0': 2}}")
        .accept("POST /api/v1/comparisons", "/api/v1/comparisons/c1", "{'id': 'c1'}")
        .answer(
            "GET /api/v1/comparisons/c1",
            200,
            "{'id': 'c1', 'state': 'completed', 'position': {'0': 2}, 'metrics': {'playback_quality':"
                + " {'rows_equal': 11, 'rows_differing': "
                + differing
                + ", 'only_left': "
                + onlyLeft
                + ", 'only_right': 0}}}");
  }
}

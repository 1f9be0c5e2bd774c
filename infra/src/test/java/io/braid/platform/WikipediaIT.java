package io.braid.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.client.TestingAnswer;
import io.braid.client.TestingBraid;
import io.braid.launcher.TestingCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real events: 39,244 edits of Wikipedia through the example's own definition, held to plain SQL
 * over the same file. The recording is no part of the repository; {@code -Dbraid.wikipedia} names
 * it where it is elsewhere than in {@code ../shared/data} beside the repository.
 */
@Timeout(180)
final class WikipediaIT {
  private static final String TOTALS = "edit_totals";
  private static final String PER_MINUTE = "edits_per_minute";
  private static final int EDITS = 39_244;
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
  private static final Path CONFIG = REPOSITORY.resolve("infra/examples/wikipedia/braid.yaml");
  private static final Path RECORDING =
      Path.of(
          System.getProperty(
              "braid.wikipedia",
              REPOSITORY.resolveSibling("shared/data/wikipedia-edits.json.gz").toString()));

  private static final long NOON_MS = Instant.parse("2015-09-12T12:00:00Z").toEpochMilli();

  private static List<List<String>> perMinute;
  private static List<List<String>> trending;
  private static List<List<String>> sessions;
  private static List<List<String>> days;

  @TempDir private Path directory;

  @BeforeAll
  static void askDuckDb() throws Exception {
    assumeTrue(
        Files.isReadable(RECORDING),
        "The recorded edits are not at " + RECORDING + "; name them with -Dbraid.wikipedia=FILE");
    perMinute = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE edits AS SELECT *, "
              + "epoch_ms(CAST(\"time\" AS TIMESTAMPTZ)) AS t, "
              + "epoch_ms(CAST(\"time\" AS TIMESTAMPTZ)) // 60000 * 60000 AS minute_ms "
              + "FROM read_json_auto('"
              + RECORDING
              + "', format = 'newline_delimited', sample_size = -1)");
      statement.execute(
          "CREATE MACRO iso(ms) AS strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')");
      // What is known of the recording, so that an error here is not taken for one of Braid.
      assertThat(row(statement, "SELECT COUNT(*), SUM(added), SUM(delta) FROM edits"))
          .containsExactly("39244", "9385573", "8991275");
      perMinute =
          rows(
              statement,
              """
              SELECT channel, COUNT(*), SUM(added), SUM(deleted), iso(minute_ms),
                     iso(minute_ms + 60000)
              FROM edits GROUP BY channel, minute_ms ORDER BY minute_ms, channel
              """);
      trending =
          rows(
              statement,
              """
              SELECT channel, iso(s), iso(s + 3600000), COUNT(*), COUNT(DISTINCT page)
              FROM (SELECT channel, page, (t // 600000 - k) * 600000 AS s
                    FROM edits, range(6) AS r(k))
              GROUP BY channel, s ORDER BY s, channel
              """);
      sessions =
          rows(
              statement,
              """
              SELECT "user", iso(MIN(t)), iso(MAX(t) + 1800000), COUNT(*), SUM(delta)
              FROM (SELECT *, SUM(fresh) OVER (PARTITION BY "user" ORDER BY t ROWS UNBOUNDED
                                               PRECEDING) AS session
                    FROM (SELECT *, CASE WHEN t - LAG(t) OVER (PARTITION BY "user" ORDER BY t)
                                              <= 1800000 THEN 0 ELSE 1 END AS fresh
                          FROM edits WHERE NOT isRobot))
              GROUP BY "user", session ORDER BY MIN(t), "user"
              """);
      days =
          rows(
              statement,
              """
              SELECT iso(local_day), COUNT(*), COUNT(DISTINCT "user"),
                     QUANTILE_DISC(added, 0.9), STDDEV_POP(delta),
                     COUNT(*) FILTER (WHERE page LIKE '%:%')
              FROM (SELECT *, CASE WHEN t < 1446368400000
                                   THEN (t - 25200000) // 86400000 * 86400000 + 25200000
                                   ELSE (t - 28800000) // 86400000 * 86400000 + 28800000
                              END AS local_day
                    FROM edits)
              GROUP BY local_day ORDER BY local_day
              """);
    }
  }

  private static List<List<String>> rows(Statement statement, String sql) throws SQLException {
    List<List<String>> all = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(rows.getString(i)));
        }
        all.add(values);
      }
    }
    return all;
  }

  private static List<String> row(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        values.add(rows.getString(i));
      }
      return values;
    }
  }

  @Test
  void recomputeOfAllEdits() throws Exception {
    try (TestingPlatform platform = TestingPlatform.start(CONFIG, directory.resolve("store"))) {
      produce(platform, 0, EDITS);
      assertEverything(platform.braid()); // the speed layer alone
      String run = platform.braid().run("wikipedia").path("id").asText();

      TestingAnswer answer = assertEverything(platform.braid());

      assertThat(answer.run()).isEqualTo(run);
      assertThat(answer.cut()).isEqualTo(answer.position());
      assertThat(platform.braid().ask(PER_MINUTE, "view", "batch", "limit", "1").run())
          .isEqualTo(run);
    }
  }

  @Test
  void recomputeBetweenTwoHalves() throws Exception {
    try (TestingPlatform platform = TestingPlatform.start(CONFIG, directory.resolve("store"))) {
      int half = EDITS / 2;
      produce(platform, 0, half);
      platform.braid().run("wikipedia");
      produce(platform, half, EDITS);

      TestingAnswer answer = assertEverything(platform.braid());

      assertThat(sum(answer.cut())).isEqualTo(half);
      assertThat(sum(answer.position())).isEqualTo(EDITS);
    }
  }

  private static void produce(TestingPlatform platform, int skip, int end) {
    TestingCommand.Outcome produced =
        TestingCommand.run(
            "produce",
            "--kafka",
            platform.kafka(),
            "--topic",
            "wikipedia",
            "--key",
            "channel",
            "--file",
            RECORDING.toString(),
            "--skip",
            Integer.toString(skip),
            "--count",
            Integer.toString(end - skip));
    assertThat(produced.out())
        .isEqualToIgnoringNewLines((end - skip) + " events produced to wikipedia");
    assertThat(produced.status()).isZero();
  }

  private static TestingAnswer assertEverything(TestingBraid braid) throws Exception {
    TestingAnswer totals = awaitEdits(braid);
    assertThat(totals.columns()).containsExactly("edits", "added", "deleted", "delta");
    assertThat(totals.rows()).containsExactly(List.of("39244", "9385573", "394298", "8991275"));
    assertThat(totals.provenance().path("coverage").asText()).isEqualTo("complete");

    // More rows than a page holds; a small page makes many cursors.
    TestingAnswer byPages = braid.askByPages(PER_MINUTE, 2_000);
    assertThat(byPages.rows()).hasSizeGreaterThan(10_000);
    assertThat(new HashSet<>(byPages.rows())).hasSameSizeAs(byPages.rows());
    assertThat(byPages.rows().equals(perMinute))
        .as("channel and minute, %s against %s", byPages.rows().size(), perMinute.size())
        .isTrue();

    assertThat(byPages.rows().stream().map(row -> row.get(0)).distinct()).hasSize(51);

    TestingAnswer noon =
        braid.ask(
            PER_MINUTE, "from", "2015-09-12T12:00:00Z", "to", String.valueOf(NOON_MS + 600_000));
    assertThat(noon.rows())
        .isNotEmpty()
        .isEqualTo(
            perMinute.stream().filter(row -> row.get(4).startsWith("2015-09-12T12:0")).toList());
    assertWindows(braid);
    return totals;
  }

  /** Hopping windows, sessions, and days by the clocks of San Francisco. */
  private static void assertWindows(TestingBraid braid) throws Exception {
    assertThat(braid.askByPages("trending_channels", 5_000).rows().equals(trending)).isTrue();

    List<List<String>> ours = braid.askByPages("editing_sessions", 5_000).rows();
    assertThat(ours.stream().map(row -> row.subList(0, 5)).toList().equals(sessions)).isTrue();

    List<List<String>> perDay = braid.ask("days").rows();
    assertThat(perDay).hasSameSizeAs(days);
    for (int i = 0; i < days.size(); i++) {
      List<String> our = perDay.get(i);
      List<String> their = days.get(i);
      double editors = Double.parseDouble(their.get(2));
      assertThat(our.get(0)).isEqualTo(their.get(0));
      assertThat(our.get(1)).isEqualTo(their.get(1));
      assertThat(our.get(2)).isEqualTo(their.get(2));
      assertThat(Double.parseDouble(our.get(3))).isCloseTo(editors, within(0.06 * editors));
      assertThat(Double.parseDouble(our.get(4)))
          .isCloseTo(Double.parseDouble(their.get(3)), withinPercentage(1));
      assertThat(Double.parseDouble(our.get(5)))
          .isCloseTo(Double.parseDouble(their.get(4)), withinPercentage(1e-9));
      assertThat(our.get(6)).isEqualTo(their.get(5));
    }
  }

  /** Keys are hashed to partitions, so that only the sum of the offsets is known. */
  private static TestingAnswer awaitEdits(TestingBraid braid) throws Exception {
    TestingAnswer answer = braid.ask(TOTALS);
    for (int i = 0; i < 500 && sum(answer.position()) < EDITS; i++) {
      Thread.sleep(20);
      answer = braid.ask(TOTALS);
    }
    return answer;
  }

  private static long sum(SortedMap<Integer, Long> position) {
    return position.values().stream().mapToLong(offset -> offset).sum();
  }
}

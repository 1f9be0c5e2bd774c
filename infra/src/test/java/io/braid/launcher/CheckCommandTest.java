package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckCommandTest {

  private static final String SHOP =
      """
      name: shop
      sources:
        orders:
          topic: orders
          columns: {id: string, country: string, amount: 'decimal(12,2)', at: timestamp}
          event_time: at
          deduplicate: {by: id, within: 10m}
      metrics:
        revenue: |
          SELECT country, COUNT(*) AS orders, SUM(amount) AS revenue, 1 / COUNT(amount) AS inverse,
                 COUNT(*) FILTER (WHERE 10 / CAST(amount AS INT) > 1) AS small
          FROM orders GROUP BY country, TUMBLE("at", INTERVAL '1' MINUTE)
        last: SELECT MAX(country) AS last, COUNT(DISTINCT "at") AS moments FROM orders
        moving: SELECT COUNT(*) AS n FROM orders GROUP BY HOP("at", INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)
        visits: SELECT country, COUNT(*) AS n FROM orders GROUP BY country, SESSION("at", INTERVAL '30' MINUTE)
        months: {sql: 'SELECT COUNT(*) AS n FROM orders GROUP BY TUMBLE("at", INTERVAL ''1'' MONTH)', time_zone: Europe/Berlin}
      """;

  private static final String EVENTS =
      """
      {"id": "1", "country": "DE", "amount": 2, "at": "2026-01-01T00:00:01Z"}
      {"id": "2", "country": "DE", "amount": "x\\u001b[31m", "at": "2026-01-01T00:00:02Z"}

      {"id": "1", "country": "DE", "amount": 2, "at": "2026-01-01T00:00:01Z"}
      {"id": "3", "amount": 0, "at": "2026-01-01T00:00:59Z"}
      no json
      {"id": "4", "country": "FR", "at": "2026-01-01T00:05:00Z"}
      {"id": "5", "country": "FR", "amount": 7.50, "at": "2026-01-01T00:01:00Z"}
      """;

  @TempDir private Path folder;

  private TestingCommand.Outcome check(String definitions, String... options) throws IOException {
    Path config = Files.writeString(folder.resolve("braid.yaml"), definitions);
    String[] arguments = new String[3 + options.length];
    arguments[0] = "check";
    arguments[1] = "--config";
    arguments[2] = config.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return TestingCommand.run(arguments);
  }

  private String sample(String events) throws IOException {
    return Files.writeString(folder.resolve("events.json"), events).toString();
  }

  @Test
  void saysColumnsWindowsAccumulatorsAndMemoryOfEachMetric() throws IOException {
    TestingCommand.Outcome outcome = check(SHOP);

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines().skip(1))
        .containsExactly(
            "source orders: topic orders, 4 columns",
            "  metric revenue: country VARCHAR, orders BIGINT, revenue DECIMAL(38, 2), inverse BIGINT, small BIGINT, window_start TIMESTAMP, window_end TIMESTAMP",
            "    window: tumbling: size 1 min, panes of 1 min",
            "    aggregate: COUNT(*): exact; bytes a group: 8",
            "    aggregate: SUM(DECIMAL(12, 2)): exact; bytes a group: 48",
            "    aggregate: COUNT(DECIMAL(12, 2)): exact; bytes a group: 8",
            "    aggregate: COUNT(*) FILTER: exact; bytes a group: 8",
            "    memory: keys 16 + pane 8 + states 80 = 104 bytes a row",
            "    retractable: yes",
            "  metric last: last VARCHAR, moments BIGINT",
            "    window: none: one row a group, for all time",
            "    aggregate: MAX(VARCHAR): exact; bytes a group: 8 and the text",
            "    aggregate: COUNT(DISTINCT TIMESTAMP): exact; bytes a group: 9 + 12 for each value, + 24 for each value that is new to all groups",
            "    memory: keys 8 + pane 8 + states 8 = 24 bytes a row, and what these take: MAX(VARCHAR), COUNT(DISTINCT TIMESTAMP)",
            "    retractable: no, because of MAX(VARCHAR), COUNT(DISTINCT TIMESTAMP)",
            "  metric moving: n BIGINT, window_start TIMESTAMP, window_end TIMESTAMP",
            "    window: hopping: slide 1 min, size 5 min, panes of 1 min",
            "    aggregate: COUNT(*): exact; bytes a group: 8",
            "    memory: keys 8 + pane 8 + states 16 = 32 bytes a row",
            "    retractable: yes",
            "  metric visits: country VARCHAR, n BIGINT, window_start TIMESTAMP, window_end TIMESTAMP",
            "    window: sessions: gap 30 min, no panes",
            "    aggregate: COUNT(*): exact; bytes a group: 8",
            "    memory: keys 16 + pane 16 + states 16 = 48 bytes a row",
            "    retractable: yes",
            "  metric months: n BIGINT, window_start TIMESTAMP, window_end TIMESTAMP",
            "    window: tumbling: size 1 month in Europe/Berlin, panes of 1 month",
            "    aggregate: COUNT(*): exact; bytes a group: 8",
            "    memory: keys 8 + pane 8 + states 16 = 32 bytes a row",
            "    retractable: yes");
  }

  @Test
  void foldsASampleAndPrintsRowsAndCounts() throws IOException {
    TestingCommand.Outcome outcome = check(SHOP, "--sample", sample(EVENTS));

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines)
        .startsWith(
            "metric revenue: 4 rows",
            "country  orders  revenue  inverse  small  window_start              window_end",
            "-------  ------  -------  -------  -----  ------------------------  ------------------------",
            "DE            1     2.00        1      1  2026-01-01T00:00:00.000Z  2026-01-01T00:01:00.000Z",
            "NULL          1     0.00        1      0  2026-01-01T00:00:00.000Z  2026-01-01T00:01:00.000Z",
            "FR            1     7.50        1      0  2026-01-01T00:01:00.000Z  2026-01-01T00:02:00.000Z",
            "FR            1     NULL     NULL      0  2026-01-01T00:05:00.000Z  2026-01-01T00:06:00.000Z",
            "",
            "metric last: 1 row",
            "last  moments",
            "----  -------",
            "FR          4",
            "")
        .endsWith(
            "sample %s: 7 records of source orders".formatted(folder.resolve("events.json")),
            "dead letters: 2",
            "  line 2: column 'amount': expected decimal(12,2), found the string \"x\\u001b[31m\"",
            "  line 6: not JSON: Unrecognized token 'no': was expecting (…",
            "duplicates: 1",
            "late in revenue: 1, folded",
            "late in last: 0, folded",
            "late in moving: 0, folded",
            "late in visits: 0, folded",
            "late in months: 0, folded",
            "expression errors in revenue: 1",
            "expression errors in last: 0",
            "expression errors in moving: 0",
            "expression errors in visits: 0",
            "expression errors in months: 0");
  }

  private static final String DROPPING =
      """
      name: shop
      sources:
        orders:
          topic: orders
          columns: {country: string, at: timestamp}
          event_time: at
          late: drop
      metrics:
        minutes: SELECT country, COUNT(*) AS n FROM orders GROUP BY country, TUMBLE("at", INTERVAL '1' MINUTE)
      """;

  @Test
  void lateEventsAreDroppedAsTheSourceSays() throws IOException {
    TestingCommand.Outcome outcome =
        check(
            DROPPING,
            "--sample",
            sample(
                """
                {"country": "DE", "at": "2026-01-01T00:01:00Z"}
                {"country": "FR", "at": "2026-01-01T00:00:59Z"}
                """));

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().lines())
        .contains("metric minutes: 1 row", "late in minutes: 1, dropped")
        .noneMatch(line -> line.startsWith("FR"));
  }

  @Test
  void aThousandRowsAndTenReasonsAreEnough() throws IOException {
    StringBuilder events = new StringBuilder();
    for (int i = 0; i < 1_017; i++) {
      events.append("{\"country\": \"c%04d\", \"at\": 0}%n".formatted(i));
    }
    events.append("[]\n".repeat(12));
    Path file = folder.resolve("events.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(events.toString().getBytes(StandardCharsets.UTF_8));
    }

    TestingCommand.Outcome outcome =
        check(DROPPING, "--sample", file.toString(), "--source", "orders");

    assertThat(outcome.out().lines())
        .contains("metric minutes: 1017 rows", "… 17 more", "dead letters: 12", "  … 2 more")
        .anyMatch(line -> line.startsWith("c0999 "))
        .noneMatch(line -> line.startsWith("c1000 "))
        .contains("  line 1018: not a JSON object", "  line 1027: not a JSON object")
        .doesNotContain("  line 1028: not a JSON object");
  }

  @Test
  void moreEventsThanAreFoldedAtOnceKeepTheirLines() throws IOException {
    String event = "{\"country\": \"DE\", \"at\": 0}\n";
    TestingCommand.Outcome outcome =
        check(DROPPING, "--sample", sample(event.repeat(4_500) + "x\n" + event.repeat(4_000)));

    assertThat(outcome.out())
        .contains(": 8501 records", "dead letters: 1", "  line 4501: ")
        .containsPattern("DE +8500 ");
  }

  @Test
  void whatCannotBeSampledIsRefusedWithTwo() throws IOException {
    String two =
        SHOP.replace(
            "metrics:",
            "  clicks: {topic: clicks, columns: {at: timestamp}, event_time: at}\nmetrics:");
    String events = sample(EVENTS);

    assertRefused(check(two, "--sample", events), "--source", "orders, clicks");
    assertRefused(
        check(two, "--sample", events, "--source", "order"),
        "'order'",
        "did you mean 'orders'",
        "clicks");
    assertRefused(check(SHOP, "--sample", folder.resolve("none").toString()), "none");
    assertRefused(check(SHOP, "--sample", folder.toString()), folder.toString());
    assertRefused(check(SHOP, "--source", "orders"), "--sample");
    assertRefused(check("name: x\n", "--sample", events), "sources");
    Files.writeString(
        folder.resolve("order.avsc"),
        """
        {"type": "record", "name": "order", "fields": [
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
        """);
    assertRefused(
        check(
            """
            name: shop
            sources:
              orders:
                {topic: t, format: avro, schema: order.avsc, columns: {at: timestamp}, event_time: at}
            metrics: {n: SELECT COUNT(*) AS n FROM orders}
            """,
            "--sample",
            events),
        "source orders",
        "JSON only",
        "avro");
    Path damaged = folder.resolve("damaged.gz");
    Files.write(damaged, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2});
    assertRefused(check(SHOP, "--sample", damaged.toString()), "damaged.gz");
  }

  private static void assertRefused(TestingCommand.Outcome outcome, String... named) {
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(named);
    assertThat(outcome.err().lines().count()).isBetween(1L, 2L);
  }
}

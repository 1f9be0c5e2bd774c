package io.braid.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes of every kind: each is refused at its place, in words that help. */
class BrokenDefinitionsTest {

  /** Marks the place that the message must name; it is taken away before the file is written. */
  private static final String PLACE = "¶";

  private static final String GOOD =
      """
      name: shop
      store: ./data
      http: {port: 8080}
      speed:
        host: worker
        port: 7070
        token: 0123456789abcdef
        memory: 1GB
        delivery: at-least-once
        checkpoint: {interval: 10s, deltas_above: 1MB, keep: 3}
      sources:
        orders:
          topic: orders
          partitions: 4
          format: json
          columns:
            id: string
            amount: decimal(10,2)
            country: {type: string, path: client.geo.country}
            time: timestamp
            time2: timestamp
          event_time: time
          watermark: 5s
          idle_after: 30s
          deduplicate: {by: id, within: 10m}
          late: include
      metrics:
        sales: |
          SELECT country,
                 COUNT(*) AS orders, -- all of them
                 SUM(amount) AS total
          FROM orders
          WHERE amount > 0
          GROUP BY country, TUMBLE("time", INTERVAL '1' MINUTE)
        flat: SELECT MAX(amount) AS most FROM orders
        quoted: "SELECT MIN(amount) AS \\"least\\"\\n  FROM orders"
        folded: >
          SELECT AVG(amount) AS mean
            FROM orders

          WHERE id IS NOT NULL
        single: {sql: 'SELECT COUNT(id) AS n FROM orders
                       WHERE id <> ''x''', time_zone: UTC}
      views:
        best: SELECT * FROM sales
      schedules:
        nightly: {source: orders, cron: "0 30 3 * * ?", mode: full, time_zone: UTC}
      """;

  @TempDir Path directory;

  /** A file that is the good one but for one replacement. */
  record Case(String good, String broken, List<String> words) {
    @Override
    public String toString() {
      return broken.strip();
    }
  }

  private static Case broken(String good, String broken, String... words) {
    return new Case(good, broken, List.of(words));
  }

  static Stream<Case> files() {
    return Stream.of(
        broken("name: shop", "¶nam: shop", "unknown key 'nam'", "did you mean 'name'?"),
        broken("name: shop\n", "¶", "the key 'name' is missing in the definition"),
        broken("name: shop", "name: ¶''", "'name' is empty"),
        broken("name: shop", "name:¶ ", "'name' of the definition has no value"),
        broken("name: shop", "name: ¶[a]", "is a list, must be a single value"),
        broken("name: shop", "name: shop\n¶name: shop", "the key 'name' stands twice"),
        broken("name: shop", "name: ¶${SHOP}", "environment variable SHOP is not set"),
        broken("name: shop", "name: x¶${SHOP", "'${SHOP' is no reference"),
        broken("./data", "¶'s3a://a b'", "'s3a://a b' is no path and no URI"),
        broken("port: 8080", "port: ¶70000", "invalid port '70000'", "from 0 to 65535"),
        broken("port: 8080", "port: ¶http", "invalid port 'http'"),
        broken("{port: 8080}", "{¶prot: 8080}", "unknown key 'prot'", "did you mean 'port'?"),
        broken("http: {port: 8080}", "http: ¶8080", "'http' is a single value, must be a mapping"),
        broken("  host: worker", "  ¶hst: worker", "unknown key 'hst' in 'speed'", "mean 'host'?"),
        broken("host: worker", "host: ¶' '", "'host' is empty"),
        broken(
            "host: worker",
            "host: ¶http://worker:7070",
            "'http://worker:7070' of 'host' is nothing that servers can reach",
            "a name or an address without scheme and port"),
        broken("host: worker", "host: ¶worker:7070", "is nothing that servers can reach"),
        broken("host: worker", "host: ¶0.0.0.0", "is nothing that servers can reach"),
        broken("port: 7070", "port: ¶65536", "invalid port '65536'", "from 0 to 65535"),
        broken("port: 7070", "port: ¶-1", "invalid port '-1'"),
        broken("0123456789abcdef", "¶0123456789abcde", "'token' has 15 characters, must have 16"),
        broken("0123456789abcdef", "¶" + "x".repeat(257), "has 257 characters", "16 to 256"),
        broken("0123456789abcdef", "¶0123456789 abcdef", "'token' holds a character", "no spaces"),
        broken("0123456789abcdef", "¶0123456789äbcdef", "'token' holds a character", "ASCII"),
        broken("token: 0123456789abcdef", "token:¶ ", "'token' of 'speed' has no value"),
        broken("memory: 1GB", "memory: ¶half", "'half' of 'memory' is no size; valid: 16MB to"),
        broken("memory: 1GB", "memory: ¶15MB", "'15MB' of 'memory' must be from 16MB to 1024GB"),
        broken(
            "delivery: at-least-once",
            "delivery: ¶at-last-once",
            "unknown delivery 'at-last-once'; valid: at-most-once, at-least-once, exactly-once",
            "did you mean 'at-least-once'?"),
        broken("delivery: at-least-once", "delivery: ¶EXACTLY_ONCE", "'exactly-once'?"),
        broken(
            "{interval: 10s, deltas_above: 1MB, keep: 3}",
            "¶10s",
            "'checkpoint' of 'speed' is a single value, must be a mapping"),
        broken(
            "{interval",
            "{¶intervall: 1s, interval",
            "unknown key 'intervall' in 'checkpoint' of 'speed'",
            "valid keys: interval, deltas_above, keep",
            "did you mean 'interval'?"),
        broken(
            "interval: 10s",
            "interval: ¶99ms",
            "'99ms' of 'interval' is too short, must be at least 100ms"),
        broken("interval: 10s", "interval: ¶0s", "'0s' of 'interval' must be more than zero"),
        broken("interval: 10s", "interval: ¶10", "'10' of 'interval' is no duration"),
        broken("above: 1MB", "above: ¶1", "'1' of 'deltas_above' is no size; valid: 0KB to"),
        broken("above: 1MB", "above: ¶1025GB", "'1025GB' of 'deltas_above' must be from 0KB to"),
        broken("keep: 3", "keep: ¶0", "invalid keep '0'; must be a whole number from 1 to 100"),
        broken("keep: 3", "keep: ¶101", "invalid keep '101'"),
        broken(
            "  orders:\n    topic", "  ¶ord ers:\n    topic", "'ord ers' is no name of a source"),
        broken(
            "  orders:\n    topic: orders",
            "  Orders: {}\n  ¶orders:\n    topic: orders",
            "'Orders' and 'orders' differ only in case"),
        broken("topic: orders", "topic: ¶a/b", "'a/b' is no name of a topic"),
        broken(
            "    topic: orders\n    part",
            "    ¶part",
            "the key 'topic' is missing in source 'orders'"),
        broken("partitions: 4", "partitions: ¶0", "invalid partitions '0'"),
        broken(
            "format: json",
            "format: ¶confluent-avro",
            "'format: confluent-avro' is not supported yet",
            "valid: json, avro"),
        broken(
            "format: json",
            "format: ¶debezium-json",
            "'format: debezium-json' is not supported yet"),
        broken("format: json", "format: json\n    ¶schema: a.avsc", "needs 'format: avro'"),
        broken("format: json", "¶writer_schemas: [a.avsc]", "needs 'format: avro'"),
        broken(
            "path: client.geo.country", "path: ¶'client[x].geo'", "is no path", "items[0].price"),
        broken("path: client.geo.country", "path: ¶'[0].geo'", "is no path"),
        broken("path: client.geo.country", "path: ¶'client[0]geo'", "is no path"),
        broken("path: client.geo.country", "path: ¶'client[1234567]'", "is no path"),
        broken(
            "id: string",
            "id: {type: string, path: 'a[0]'}\n      ¶other: {type: string, path: 'a[0].b[1]'}",
            "lead to the same value or into it"),
        broken("format: json", "format: ¶jsn", "unknown format 'jsn'", "did you mean 'json'?"),
        broken("id: string", "id: ¶strin", "unknown type 'strin'", "did you mean 'string'?"),
        broken("id: string", "id: ¶decimal(39,2)", "unknown type 'decimal(39,2)'"),
        broken("id: string", "id: string\n      ¶ID: string", "'id' and 'ID' differ only in case"),
        broken("id: string", "¶_offset: string", "is kept for the archive"),
        broken(
            "id: string",
            "id: string\n      ¶other: {type: string, path: id}",
            "lead to the same value"),
        broken(
            "id: string",
            "id: string\n      ¶inside: {type: string, path: id.part}",
            "lead to the same value or into it"),
        broken("path: client.geo", "path: ¶client..geo", "is no path"),
        broken("{type: string, path", "{¶typ: string, path", "unknown key 'typ'", "type"),
        broken(
            "event_time: time", "event_time: ¶tme", "unknown column 'tme'", "did you mean 'time'"),
        broken("event_time: time", "event_time: ¶id", "of type string, must be a timestamp"),
        broken(
            "watermark: 5s",
            "¶wattermark: 5s",
            "unknown key 'wattermark' in source 'orders'",
            "did you mean 'watermark'?"),
        broken("watermark: 5s", "watermark: ¶5 s", "'5 s' of 'watermark' is no duration", "10m"),
        broken("watermark: 5s", "watermark: ¶-5s", "must not be negative"),
        broken("watermark: 5s", "watermark: ¶99999999999999d", "is too long"),
        broken("idle_after: 30s", "idle_after: ¶0s", "must be more than zero"),
        broken("by: id", "by: ¶ident", "unknown column 'ident'"),
        broken(", within: 10m", "", "the key 'within' is missing in 'deduplicate'"),
        broken("deduplicate: {by", "deduplicate: {¶bye: 1, by", "unknown key 'bye'"),
        broken(
            "within: 10m",
            "within: 10m, budget: ¶64M",
            "'64M' of 'budget' is no size; valid: 1MB to 2GB, such as 64MB or 1GB"),
        broken(
            "within: 10m",
            "within: 10m, budget: ¶3GB",
            "'3GB' of 'budget' must be from 1MB to 2GB"),
        broken(
            "late: include", "late: ¶dropp", "unknown late rule 'dropp'", "did you mean 'drop'?"),
        broken("  sales: |", "  ¶sa.les: |", "'sa.les' is no name of a metric"),
        broken("  flat:", "  ¶SALES:", "'sales' and 'SALES' differ only in case"),
        broken("flat: SELECT MAX(amount) AS most FROM orders", "flat:¶ ", "has no value"),
        broken("time_zone: UTC}\nviews", "time_zone: ¶Europe/Berln}\nviews", "'Europe/Berlin'?"),
        broken("  best:", "  ¶Sales:", "has the name of a metric"),
        broken(
            "source: orders", "source: ¶order", "unknown source 'order'", "did you mean 'orders'"),
        broken("0 30 3 * * ?", "30 3 * * ?", "is no cron expression"),
        broken("mode: full", "mode: ¶ful", "unknown mode 'ful'", "did you mean 'full'?"),
        broken("time_zone: UTC}\n", "time_zone: ¶Mars/Base}\n", "unknown time zone 'Mars/Base'"),
        broken("http: {port: 8080}", "http: {port: 8080\nsources¶:", "no valid YAML"),
        broken("  orders:\n    topic", "\t¶orders:\n    topic", "no valid YAML"));
  }

  static Stream<Case> statements() {
    return Stream.of(
        broken("SELECT country,", "SELECT ¶contry,", "unknown column 'contry'", "'country'?"),
        broken("SELECT country,", "SELECT ¶Country,", "unknown column 'Country'", "'country'?"),
        broken("SUM(amount)", "¶SUMM(amount)", "unknown function 'SUMM'", "did you mean 'SUM'?"),
        broken("SUM(amount)", "SUM(¶amnt)", "metric 'sales': unknown column 'amnt'"),
        broken("FROM orders\n    WHERE", "FROM ¶ordr\n    WHERE", "unknown source 'ordr'"),
        broken("amount > 0", "¶amount > 'x'", "cannot compare DECIMAL(10, 2) with VARCHAR"),
        broken("amount > 0", "¶SUM(amount) > 0", "SUM in WHERE; aggregates stand in SELECT"),
        broken("amount > 0", "¶amount", "WHERE is no condition"),
        broken(
            "amount > 0",
            "CAST(id AS ¶DECIMAL(5, -2)) > 0",
            "CAST to DECIMAL(5, -2); precision must be 1 to 38"),
        broken(
            "\"time\", I", "¶time2, I", "TUMBLE on time2", "event time of source 'orders': time"),
        broken("INTERVAL '1' MINUTE", "¶INTERVAL '0' MONTH", "must be more than zero", "MONTH"),
        broken("INTERVAL '1' MINUTE", "¶INTERVAL '1.0015' SECOND", "finer than a millisecond"),
        broken("INTERVAL '1' MINUTE", "¶INTERVAL '-1' DAY", "no number of calendar units"),
        broken("INTERVAL '1' MINUTE", "¶INTERVAL '10000' YEAR", "from 1 to 9999"),
        broken("INTERVAL '1' MINUTE", "¶INTERVAL '1-2' YEAR TO MONTH", "only TUMBLE counts"),
        broken("TUMBLE(\"time\"", "¶HOP(\"time\"", "HOP has 2 arguments", "for the slide"),
        broken(
            "TUMBLE(\"time\", ",
            "HOP(\"time\", ¶INTERVAL '1' HOUR, ",
            "the slide of a HOP is longer than its size"),
        broken(
            "TUMBLE(\"time\", INTERVAL '1' MINUTE)",
            "HOP(\"time\", INTERVAL '1' MINUTE, ¶INTERVAL '1441' MINUTE)",
            "more than 1440 times its slide"),
        broken(
            "TUMBLE(\"time\", INTERVAL '1' MINUTE)",
            "SESSION(\"time\", ¶INTERVAL '1' MONTH)",
            "a session's gap in MONTH"),
        broken(
            "SUM(amount) AS total",
            "¶HOP_START(\"time\", INTERVAL '1' MINUTE) AS t",
            "must repeat the window of GROUP BY: TUMBLE_START("),
        broken(
            "country, TUMBLE(\"time\", INTERVAL '1' MINUTE)",
            "country,\n      TUMBLE(\"time\", INTERVAL '1' MINUTE),\n"
                + "       ¶TUMBLE(\"time\", INTERVAL '1' HOUR)",
            "a second window"),
        broken("SUM(amount) AS total", "¶SUM(amount)", "needs a name"),
        broken("AS total", "AS ¶orders", "the name 'orders' stands twice in SELECT"),
        broken("AS total", "AS ¶Orders", "'orders' and 'Orders' in SELECT differ only in case"),
        broken("AS total", "AS ¶window_start", "'window_start' is kept for TUMBLE_START"),
        broken("SUM(amount) AS total", "¶id", "'id' is neither aggregated nor in GROUP BY"),
        broken("SUM(amount)", "¶SUM(DISTINCT amount)", "DISTINCT stands only in COUNT"),
        broken("SUM(amount)", "SUM(¶MAX(amount))", "aggregates do not nest"),
        broken("SUM(amount)", "¶SUM(id)", "SUM cannot be applied to VARCHAR"),
        broken("SUM(amount)", "¶VAR_POP(id)", "cannot be applied to VARCHAR; it takes a number"),
        broken("SUM(amount)", "¶BOOL_OR(amount)", "DECIMAL(10, 2); it takes a BOOLEAN"),
        broken("SUM(amount)", "¶FIRST_VALUE(id, 2)", "FIRST_VALUE has 2 arguments, must be 1"),
        broken("SUM(amount)", "¶COUNT(DISTINCT id, amount)", "has 2 arguments, must be 1"),
        broken("SUM(amount)", "¶MAX(DISTINCT amount)", "DISTINCT stands only in COUNT"),
        broken("SUM(amount)", "¶COUNT_DISTINCT(id)", "unknown function 'COUNT_DISTINCT'"),
        broken("SUM(amount)", "¶MEDIAN(amount)", "unknown function 'MEDIAN'", "valid functions: "),
        broken("SUM(amount)", "¶SUM(amount) OVER (ORDER BY id)", "OVER is not part of a metric"),
        broken("GROUP BY country", "GROUP BY ¶amount + 1, country", "not in SELECT"),
        broken("SELECT country,", "SELECT ¶*,", "SELECT * is not part of a metric"),
        broken("SELECT country,", "SELECT ¶DISTINCT country,", "write GROUP BY"),
        broken("MINUTE)\n", "MINUTE)\n    HAVING ¶COUNT(*) > 1\n", "HAVING is not part"),
        broken("MINUTE)\n", "MINUTE)\n    ORDER BY ¶total\n", "ORDER BY is not part"),
        broken("MINUTE)\n", "MINUTE)\n    LIMIT ¶5\n", "LIMIT is not part of a metric"),
        broken("FROM orders\n    WHERE", "FROM orders¶, orders AS o\n    WHERE", "a join is not"),
        broken("MINUTE)\n", "MINUTE¶\n", "the statement ends too early"),
        broken("amount > 0", "amount ¶>> 0", "unexpected"),
        broken(
            "AS most FROM orders",
            "AS most FROM orders WHERE id = ¶'x",
            "a quote is opened and never closed"),
        broken("amount > 0", "¶time > 0", "'time' is a reserved word", "written \"time\""),
        broken("amount > 0", "id = ¶'a' 'b'", "write one text constant"),
        broken("amount > 0", "¶COALESCE(id, 5) = 'a'", "types that do not fit together"),
        broken("amount > 0", "¶amount LIKE 'a%'", "LIKE cannot be applied to DECIMAL", "text"),
        broken("amount > 0", "id LIKE ¶'a!b' ESCAPE '!'", "LIKE: Invalid pattern 'a!b'"),
        broken("amount > 0", "id NOT LIKE 'a' ESCAPE ¶'!!'", "NOT LIKE is '!!', must be a text"),
        broken("amount > 0", "id LIKE 'a' ESCAPE ¶country", "constant of one character"),
        broken("amount > 0", "¶id SIMILAR TO 'a'", "SIMILAR TO is not part of a metric"),
        broken("amount > 0", "¶id ILIKE 'a'", "unknown function 'ILIKE'", "did you mean 'LIKE'?"),
        broken("amount > 0", "¶TRIM(amount) = 'a'", "TRIM cannot be applied to what is no text"),
        broken("amount > 0", "¶SUBSTR(id, 1) = 'a'", "did you mean 'SUBSTRING'?"),
        broken("amount > 0", "¶SUBSTRING(amount, 1) = 'a'", "SUBSTRING cannot be applied to"),
        broken(
            "amount > 0",
            "SUBSTRING(id, ¶amount) = 'a'",
            "start and length of SUBSTRING are integers, not DECIMAL(10, 2); CAST it to INTEGER"),
        broken("amount > 0", "SUBSTRING(id¶) = 'a'", "unexpected ')'"),
        broken("amount > 0", "¶LEAST() > 0", "LEAST takes"),
        broken("amount > 0", "¶LOWER(amount) = 'a'", "LOWER cannot be applied to DECIMAL(10, 2);"),
        broken("amount > 0", "¶id || amount = 'a'", "|| cannot be applied to VARCHAR and DECIMAL"),
        broken("amount > 0", "¶CONCAT(id, 5) = 'a'", "CONCAT cannot be applied to", "CONCAT(text"),
        broken("amount > 0", "¶ROUND(id) > 0", "ROUND cannot be applied to VARCHAR; valid: ROUND("),
        broken("amount > 0", "¶ROUND(amount, 1.5) > 0", "ROUND(number, integer)"),
        broken("amount > 0", "¶ROUND(amount, 1, 2) > 0", "ROUND takes"),
        broken("amount > 0", "¶FLOOR(id) > 0", "FLOOR cannot be applied to VARCHAR; valid: FLOOR"),
        broken("amount > 0", "¶LEAST(amount, id) > 0", "LEAST cannot compare DECIMAL(10, 2) with"),
        broken("amount > 0", "¶GREATEST(amount, \"time\") > 0", "GREATEST cannot compare"),
        broken("amount > 0", "¶GREATST(amount, 1) > 0", "did you mean 'GREATEST'?"),
        broken("amount > 0", "GREATEST(amount, ¶NULL) > 0", "NULL has no type here"),
        broken("amount > 0", "¶EXTRACT(YEAR FROM id) > 0", "EXTRACT cannot be applied to VARCHAR"),
        broken(
            "amount > 0",
            "EXTRACT(¶YEARS FROM \"time\") > 0",
            "unknown unit 'YEARS' of EXTRACT",
            "did you mean 'YEAR'?"),
        broken("amount > 0", "FLOOR(\"time\" TO ¶DOW) > \"time\"", "unknown unit 'DOW' of FLOOR"),
        broken("amount > 0", "FLOOR(\"time\" TO ¶WEEK(MONDAY)) > time2", "valid units: YEAR"),
        broken(
            "amount > 0",
            "EXTRACT(¶HOUR FROM DATE '2020-01-01') > 0",
            "EXTRACT of a DATE by HOUR, which it does not have; valid units: YEAR, QUARTER, MONTH,"),
        broken(
            "amount > 0",
            "FLOOR(DATE '2020-01-01' TO ¶SECOND) = DATE '2020-01-01'",
            "FLOOR of a DATE by SECOND, which it does not have; valid units: YEAR, QUARTER,"),
        broken("amount > 0", "¶CAST(\"time\" AS BIGINT) > 0", "CAST from TIMESTAMP to BIGINT"),
        broken("SUM(amount)", "SUM(CAST(id AS ¶BIGNT))", "did you mean 'BIGINT'?"),
        broken("MAX(amount)", "MAX(¶amont)", "metric 'flat': unknown column 'amont'"),
        broken("\\n  FROM orders", "\\n  FROM ¶ordes", "metric 'quoted': unknown source 'ordes'"),
        broken("  FROM orders\n\n", "  FROM ¶ordes\n\n", "metric 'folded': unknown source"),
        broken("id IS NOT", "¶ident IS NOT", "metric 'folded': unknown column 'ident'"),
        broken("id <> ''x''", "¶idd <> ''x''", "metric 'single': unknown column 'idd'"),
        broken("id <> ''x''", "id <> ''x'' AND ¶idd = 1", "metric 'single': unknown column"),
        broken("id <> ''x''", "id <> ''${GIVEN}'' AND ¶idd = 1", "unknown column 'idd'"));
  }

  @ParameterizedTest
  @MethodSource({"files", "statements"})
  void mistakeIsRefusedAtItsPlace(Case broken) throws IOException {
    assertThat(GOOD).contains(broken.good());
    int at = GOOD.indexOf(broken.good());
    String marked =
        GOOD.substring(0, at) + broken.broken() + GOOD.substring(at + broken.good().length());

    DefinitionException exception = refusal(marked.replace(PLACE, ""));

    int place = marked.indexOf(PLACE);
    if (place >= 0) {
      long line = marked.substring(0, place).chars().filter(c -> c == '\n').count() + 1;
      int column = place - marked.lastIndexOf('\n', place);
      if (!marked.startsWith("\t", place - 1)) {
        assertThat(exception.getMessage())
            .contains("braid.yaml:%d:%d: ".formatted(line, Math.max(column, 1)));
      }
    }
    assertThat(exception.getMessage()).contains(broken.words()).doesNotContain("\n");
    assertThat(exception.getMessage()).doesNotContainIgnoringCase("calcite");
    assertThat(exception.line()).isPositive();
  }

  @Test
  void goodFileIsAccepted() throws IOException {
    Files.writeString(directory.resolve("braid.yaml"), GOOD);
    assertThat(DefinitionLoader.load(directory.resolve("braid.yaml"), this::environment).metrics())
        .containsOnlyKeys("sales", "flat", "quoted", "folded", "single");
  }

  @Test
  void fileIsMissing() {
    Path missing = directory.resolve("missing.yaml");
    DefinitionException exception =
        catchThrowableOfType(
            DefinitionException.class, () -> DefinitionLoader.load(missing, this::environment));
    assertThat(exception).hasMessage(missing + ": there is no such file");
  }

  @Test
  void fileIsEmpty() throws IOException {
    assertThat(refusal("# nothing\n")).hasMessageContaining("the file is empty");
  }

  @Test
  void fileIsNoMapping() throws IOException {
    assertThat(refusal("- a\n- b\n"))
        .hasMessageContaining("braid.yaml:1:1: the definition is a list, must be a mapping");
  }

  @Test
  void fileHasTwoDocuments() throws IOException {
    assertThat(refusal(GOOD + "---\nname: other\n")).hasMessageContaining("no valid YAML");
  }

  @Test
  void fileIsNoText() throws IOException {
    Files.write(directory.resolve("braid.yaml"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
    DefinitionException exception =
        catchThrowableOfType(
            DefinitionException.class,
            () -> DefinitionLoader.load(directory.resolve("braid.yaml"), this::environment));
    assertThat(exception).hasMessageContaining("not UTF-8");
  }

  @Test
  void fileHasControlCharacters() throws IOException {
    assertThat(refusal("name: a\u0001b\n")).hasMessageContaining("braid.yaml:1:8: ");
  }

  private DefinitionException refusal(String text) throws IOException {
    Path file = directory.resolve("braid.yaml");
    Files.writeString(file, text);
    DefinitionException exception =
        catchThrowableOfType(
            DefinitionException.class, () -> DefinitionLoader.load(file, this::environment));
    assertThat(exception).as(text).isNotNull();
    return exception;
  }

  private Optional<String> environment(String name) {
    return name.equals("GIVEN") ? Optional.of("a longer value") : Optional.empty();
  }
}

package io.braid.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.column.ColumnType;
import io.braid.fold.MetricPlan;
import io.braid.time.Window;
import io.braid.view.View;
import io.braid.view.ViewSchema;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricCompilerTest {

  private static final MetricCompiler COMPILER =
      new MetricCompiler(List.of(TestSources.playback()));

  @Test
  void introductoryStatement() {
    MetricPlan plan =
        plan(
            """
            SELECT service,
                   COUNT(*)                                 AS plays,
                   COUNT(*) FILTER (WHERE status = 'error') AS errors,
                   COUNT(*) FILTER (WHERE status = 'error') * 1.0 / COUNT(*) AS error_rate
            FROM playback
            GROUP BY service, TUMBLE(event_time, INTERVAL '1' MINUTE)
            """);

    assertThat(plan.text())
        .isEqualTo(
            "where true group #0:string window tumble(60000) aggregate COUNT(*),"
                + " COUNT(*) if IS_TRUE((#1:string = 'error':string))");
    assertThat(plan.schema().keys())
        .containsExactly(new ViewSchema.Key("service", ColumnType.STRING));
    assertThat(plan.schema().window()).isEqualTo(new Window.Tumbling(60_000));
    assertThat(outputs(plan))
        .containsExactly(
            "service VARCHAR #0:string",
            "plays BIGINT #3:bigint",
            "errors BIGINT #4:bigint",
            "error_rate DOUBLE (cast((cast(#4:bigint as decimal(19,0)) * 1.0:decimal(2,1))"
                + ":decimal(21,1) as double) / cast(#3:bigint as double)):double");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COUNT(*)                     | BIGINT         | COUNT(*)",
        "COUNT(status)                | BIGINT         | COUNT(string)[#1:string]",
        "SUM(plays)                   | DECIMAL(38, 0) | SUM(int)[#3:int]",
        "SUM(bytes)                   | DECIMAL(38, 0) | SUM(bigint)[#4:bigint]",
        "SUM(price)                   | DECIMAL(38, 2) | SUM(decimal(10,2))[#6:decimal(10,2)]",
        "SUM(latency_ms)              | DOUBLE         | SUM(double)[#2:double]",
        "AVG(plays)                   | DOUBLE         | AVG(int)[#3:int]",
        "AVG(price)                   | DOUBLE         | AVG(decimal(10,2))[#6:decimal(10,2)]",
        "MIN(status)                  | VARCHAR        | MIN(string)[#1:string]",
        "MAX(paid)                    | BOOLEAN        | MAX(boolean)[#7:boolean]",
        "MAX(event_time)              | TIMESTAMP      | MAX(timestamp)[#5:timestamp]",
        "MIN(\"day\")                 | DATE           | MIN(date)[#8:date]",
        "SUM(plays * bytes)           | DECIMAL(38, 0) |"
            + " SUM(bigint)[(#3:int * #4:bigint):bigint]",
        "SUM(bytes / plays)           | DECIMAL(38, 0) |"
            + " SUM(bigint)[(#4:bigint / #3:int):bigint]",
        "SUM(price / plays)           | DOUBLE         | SUM(double)[(cast(#6:decimal(10,2) as"
            + " double) / cast(#3:int as double)):double]",
        "AVG(ABS(-plays))             | DOUBLE         | AVG(int)[abs(-(#3:int))]",
        "MAX(UPPER(status))           | VARCHAR        | MAX(string)[upper(#1:string)]",
        "MAX(CASE WHEN paid THEN 'a' ELSE 'bbb' END) | VARCHAR |"
            + " MAX(string)[case(#7:boolean, 'a':string, 'bbb':string)]",
        "SUM(CASE WHEN paid THEN price END) | DECIMAL(38, 2) |"
            + " SUM(decimal(10,2))[case(#7:boolean, #6:decimal(10,2), NULL:decimal(10,2))]",
        "MAX(COALESCE(plays, 1.5))    | DECIMAL(11, 1) | MAX(decimal(11,1))[coalesce(cast(#3:int"
            + " as decimal(11,1)), 1.5:decimal(11,1))]",
        "MIN(NULLIF(plays, 0))        | INTEGER        | MIN(int)[nullif(#3:int, 0:int as int)]",
        "SUM(MOD(plays, 7) + plays % 7) | DECIMAL(38, 0) |"
            + " SUM(int)[((#3:int % 7:int):int + (#3:int % 7:int):int):int]",
        "MAX(TRIM(LEADING '0' FROM status)) | VARCHAR |"
            + " MAX(string)[trim(leading '0':string from #1:string)]",
        "MAX(trim(trailing from status)) | VARCHAR |"
            + " MAX(string)[trim(trailing ' ':string from #1:string)]",
        "MAX(SUBSTRING(status FROM 2 FOR plays)) | VARCHAR |"
            + " MAX(string)[substring(#1:string from 2:int for #3:int)]",
        "MAX(substring(status, -1))   | VARCHAR        |"
            + " MAX(string)[substring(#1:string from -1:int)]",
        "MAX(concat(status, '/', service)) | VARCHAR |"
            + " MAX(string)[concat(#1:string, '/':string, #0:string)]",
        "MAX(COALESCE('a', status, 'bbb')) | VARCHAR |"
            + " MAX(string)[coalesce('a':string, #1:string, 'bbb':string)]",
        "MAX(NULLIF('a', status))     | VARCHAR        |"
            + " MAX(string)[nullif('a':string, #1:string as string)]",
        "MAX(CASE WHEN paid THEN plays ELSE latency_ms END) | DOUBLE |"
            + " MAX(double)[case(#7:boolean, cast(#3:int as double), #2:double)]",
        "MAX(CASE status WHEN 'a' THEN plays WHEN 'b' THEN bytes END) | BIGINT |"
            + " MAX(bigint)[case((#1:string = 'a':string), cast(#3:int as bigint), (#1:string ="
            + " 'b':string), #4:bigint, NULL:bigint)]",
        "MAX(plays / 2)               | INTEGER        | MAX(int)[(#3:int / 2:int):int]",
        "MAX(MOD(bytes, plays))       | INTEGER        |"
            + " MAX(int)[cast((#4:bigint % #3:int):bigint as int)]",
        "SUM(FLOOR(price))            | DECIMAL(38, 0) |"
            + " SUM(decimal(10,0))[floor(#6:decimal(10,2))]",
        "SUM(CEILING(latency_ms))     | DOUBLE         | SUM(double)[ceil(#2:double)]",
        "SUM(ceil(plays))             | DECIMAL(38, 0) | SUM(int)[#3:int]",
        "MAX(ROUND(price))            | DECIMAL(9, 0)  |"
            + " MAX(decimal(9,0))[round(#6:decimal(10,2), 0:int):decimal(9,0)]",
        "MAX(round(price, 1))         | DECIMAL(10, 1) |"
            + " MAX(decimal(10,1))[round(#6:decimal(10,2), 1:int):decimal(10,1)]",
        "MAX(ROUND(price, -2))        | DECIMAL(9, 0)  |"
            + " MAX(decimal(9,0))[round(#6:decimal(10,2), -2:int):decimal(9,0)]",
        "MAX(ROUND(price, plays))     | DECIMAL(10, 2) |"
            + " MAX(decimal(10,2))[round(#6:decimal(10,2), #3:int):decimal(10,2)]",
        "MAX(ROUND(latency_ms, 2))    | DOUBLE         |"
            + " MAX(double)[round(#2:double, 2:int):double]",
        "MAX(ROUND(bytes, -3))        | BIGINT         |"
            + " MAX(bigint)[round(#4:bigint, -3:int):bigint]",
        "MAX(LEAST(plays, 1.5))       | DECIMAL(11, 1) | MAX(decimal(11,1))[least(cast(#3:int as"
            + " decimal(11,1)), 1.5:decimal(11,1))]",
        "MIN(greatest(status, 'a', 'bbb')) | VARCHAR |"
            + " MIN(string)[greatest(#1:string, 'a':string, 'bbb':string)]",
        "MIN(GREATEST(plays, bytes, latency_ms)) | DOUBLE | MIN(double)[greatest(cast(#3:int as"
            + " double), cast(#4:bigint as double), #2:double)]",
        "MIN(LEAST(event_time, arrived)) | TIMESTAMP |"
            + " MIN(timestamp)[least(#5:timestamp, #11:timestamp)]",
        "MAX(EXTRACT(DOW FROM \"day\")) | BIGINT      | MAX(bigint)[extract(dow from #8:date)]",
        "MIN(FLOOR(\"day\" TO WEEK))  | DATE           | MIN(date)[floor(#8:date to week)]",
        "MAX(CEIL(arrived TO MINUTE)) | TIMESTAMP      |"
            + " MAX(timestamp)[ceil(#11:timestamp to minute)]",
        "SUM(CAST(status AS BIGINT))  | DECIMAL(38, 0) | SUM(bigint)[cast(#1:string as bigint)]",
        "COUNT(DISTINCT status)       | BIGINT         | COUNT_DISTINCT(string)[#1:string]",
        "Count(distinct plays + 1)    | BIGINT         | COUNT_DISTINCT(int)[(#3:int + 1:int):int]",
        "COUNT(DISTINCT rate)         | BIGINT         |"
            + " COUNT_DISTINCT(decimal(38,20))[#10:decimal(38,20)]",
        "VAR_POP(plays)               | DOUBLE         | VAR_POP(int)[#3:int]",
        "VAR_SAMP(bytes)              | DOUBLE         | VAR_SAMP(bigint)[#4:bigint]",
        "STDDEV_POP(latency_ms)       | DOUBLE         | STDDEV_POP(double)[#2:double]",
        "stddev_samp(price)           | DOUBLE         |"
            + " STDDEV_SAMP(decimal(10,2))[#6:decimal(10,2)]",
        "STDDEV_POP(bytes) FILTER (WHERE paid) | DOUBLE |"
            + " STDDEV_POP(bigint)[#4:bigint] if IS_TRUE(#7:boolean)",
        "FIRST_VALUE(status)          | VARCHAR        | FIRST_VALUE(string)[#1:string]",
        "FIRST_VALUE(price) FILTER (WHERE plays > 0) | DECIMAL(10, 2) |"
            + " FIRST_VALUE(decimal(10,2))[#6:decimal(10,2)] if IS_TRUE((#3:int > 0:int))",
        "LAST_VALUE(\"day\")          | DATE           | LAST_VALUE(date)[#8:date]",
        "LAST_VALUE(arrived)          | TIMESTAMP      | LAST_VALUE(timestamp)[#11:timestamp]",
        "BOOL_AND(paid)               | BOOLEAN        | BOOL_AND(boolean)[#7:boolean]",
        "BOOL_OR(plays > 1)           | BOOLEAN        | BOOL_OR(boolean)[(#3:int > 1:int)]",
      })
  void aggregates(String written, String type, String text) {
    MetricPlan plan = plan("SELECT " + written + " AS x FROM playback");
    assertThat(plan.text()).isEqualTo("where true group  window none aggregate " + text);
    assertThat(plan.outputs().get(0).type().sqlName()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status IN ('a', 'é日本')    | (#1:string in ('a':string, 'é日本':string))",
        "plays NOT IN (1, 2.5)        | NOT((cast(#3:int as decimal(10,0)) in"
            + " (1:decimal(10,0), 2.5:decimal(2,1))))",
        "bytes = 2.5                  | (cast(#4:bigint as decimal(19,0)) = 2.5:decimal(2,1))",
        "latency_ms > 5               | (#2:double > 5.0:double)",
        "latency_ms < 1e3             | (#2:double < 1000.0:double)",
        "p.plays BETWEEN 1 AND 3 AND paid | ((#3:int between 1:int and 3:int) and #7:boolean)",
        "bytes IN (9, 0.5e0)          | ((#4:bigint = 9:int) or (cast(#4:bigint as double) ="
            + " 0.5:double))",
        "bytes >= 9 AND bytes <= 1e18 | ((#4:bigint >= 9:int) and (cast(#4:bigint as double) <="
            + " 1.0E18:double))",
        "plays = 0 OR plays = 10 / plays | ((#3:int = 0:int) or"
            + " (#3:int = (10:int / #3:int):int))",
        "latency_ms IN (9, 0.5e0)     | (#2:double in (9.0:double, 0.5:double))",
        "NOT paid OR paid IS NULL     | (NOT(#7:boolean) or IS_NULL(#7:boolean))",
        "paid IS NOT TRUE             | IS_NOT_TRUE(#7:boolean)",
        "status <> 'it''s'            | (#1:string <> 'it''''s':string)",
        "status != 'x'                | (#1:string <> 'x':string)",
        "\"time\" > -1                | (#9:bigint > -1:int)",
        "\"day\" >= DATE '2020-01-01' | (#8:date >= 18262:date)",
        "status LIKE 'a%'             | (#1:string like 'a%':string)",
        "status not like 'a#_%' ESCAPE '#' | NOT((#1:string like 'a#_%':string escape '#'))",
        "status LIKE CONCAT(service, '%') | (#1:string like concat(#0:string, '%':string))",
        "TRIM(status) = 'x'           | (trim(both ' ':string from #1:string) = 'x':string)",
        "EXTRACT(HOUR FROM event_time) < 6 | (extract(hour from #5:timestamp) < 6:int)",
        "FLOOR(event_time TO DAY) = arrived | (floor(#5:timestamp to day) = #11:timestamp)",
        "event_time < TIMESTAMP '2020-01-01 00:00:00' | (#5:timestamp < 1577836800000:timestamp)",
      })
  void conditions(String written, String text) {
    assertThat(plan("SELECT COUNT(*) AS n FROM playback p WHERE " + written).text())
        .isEqualTo(
            "where %s group  window none aggregate COUNT(*)".formatted(text.replace("''''", "''")));
  }

  @Test
  void groupExpressionIsNamedByItsAlias() {
    MetricPlan plan =
        plan(
            """
            SELECT CASE WHEN p.status = 'ok' THEN 'good' ELSE 'bad' END AS quality, COUNT(*) AS n
            FROM playback AS p
            GROUP BY CASE WHEN status = 'ok' THEN 'good' ELSE 'bad' END, service
            """);
    assertThat(plan.schema().keys())
        .containsExactly(
            new ViewSchema.Key("quality", ColumnType.STRING),
            new ViewSchema.Key("service", ColumnType.STRING));
    assertThat(outputs(plan)).containsExactly("quality VARCHAR #0:string", "n BIGINT #2:bigint");
  }

  @Test
  void windowBoundsAreColumnsWhereverTheWindowStands() {
    MetricPlan plan =
        plan(
            """
            SELECT TUMBLE_END(event_time, INTERVAL '90' SECOND) AS window_end,
                   TUMBLE_START(event_time, INTERVAL '90' SECOND) AS "from",
                   service AS s
            FROM playback
            GROUP BY TUMBLE(event_time, INTERVAL '90' SECOND), service
            """);
    assertThat(plan.schema().window()).isEqualTo(new Window.Tumbling(90_000));
    assertThat(plan.schema().keys())
        .containsExactly(new ViewSchema.Key("service", ColumnType.STRING));
    assertThat(outputs(plan))
        .containsExactly(
            "window_end TIMESTAMP #2:timestamp",
            "from TIMESTAMP #1:timestamp",
            "s VARCHAR #0:string");
  }

  @ParameterizedTest
  @CsvSource({
    "INTERVAL '1' SECOND, 1000",
    "INTERVAL '0.5' SECOND, 500",
    "INTERVAL '1:30' MINUTE TO SECOND, 90000",
    "INTERVAL '100000' SECOND, 100000000",
    "INTERVAL '1' DAY, 86400000",
  })
  void windowSizes(String interval, long sizeMs) {
    MetricPlan plan =
        plan("SELECT COUNT(*) AS n FROM playback GROUP BY TUMBLE(event_time, " + interval + ")");
    assertThat(plan.schema().window()).isEqualTo(new Window.Tumbling(sizeMs));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TUMBLE(event_time, INTERVAL '2' DAY) | UTC | tumble(172800000)",
        "TUMBLE(event_time, INTERVAL '24' HOUR) | Europe/Berlin | tumble(86400000)",
        "TUMBLE(event_time, INTERVAL '1' DAY) | Europe/Berlin | tumble(1 day, Europe/Berlin)",
        "TUMBLE(event_time, INTERVAL '2' WEEK) | UTC | tumble(2 week, Z)",
        "TUMBLE(event_time, INTERVAL '1' MONTH) | Etc/UTC | tumble(1 month, Z)",
        "TUMBLE(event_time, INTERVAL '1' QUARTER) | Asia/Tokyo | tumble(3 month, Asia/Tokyo)",
        "TUMBLE(event_time, INTERVAL '1' YEAR) | UTC | tumble(12 month, Z)",
        "HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '1' HOUR) | UTC | hop(60000, 3600000)",
        "HOP(event_time, INTERVAL '4' SECOND, INTERVAL '10' SECOND) | UTC | hop(4000, 10000)",
        "HOP(event_time, INTERVAL '1' DAY, INTERVAL '1' DAY) | UTC | tumble(86400000)",
        "SESSION(event_time, INTERVAL '30' MINUTE) | Europe/Berlin | session(1800000)",
      })
  void windowsOfEveryKind(String window, String zone, String text) {
    String sql = "SELECT COUNT(*) AS n FROM playback GROUP BY " + window;
    Metric metric = COMPILER.compileStatement("metric", sql, ZoneId.of(zone));
    assertThat(metric.plan().schema().window().text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TUMBLE%s(event_time, INTERVAL '5' MINUTE)",
        "HOP%s(event_time, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)",
        "SESSION%s(event_time, INTERVAL '10' MINUTE)"
      })
  void statementsThatIntroduceStreamProcessingCompileWordForWord(String window) {
    MetricPlan plan =
        plan(
            """
            SELECT
              service,
              %s AS window_start,
              %s AS window_end,
              COUNT(*) AS event_count
            FROM playback
            GROUP BY service, %s
            """
                .formatted(
                    window.formatted("_START"), window.formatted("_END"), window.formatted("")));
    assertThat(plan.schema().window().exists()).isTrue();
    assertThat(outputs(plan))
        .containsExactly(
            "service VARCHAR #0:string",
            "window_start TIMESTAMP #1:timestamp",
            "window_end TIMESTAMP #2:timestamp",
            "event_count BIGINT #3:bigint");
  }

  @Test
  void windowAloneNeedsNoAggregate() {
    String window = "HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)";
    MetricPlan plan = plan("SELECT 1 AS uno FROM playback GROUP BY " + window);
    assertThat(plan.schema().keys()).isEmpty();
    assertThat(plan.aggregates()).isEmpty();
    assertThat(outputs(plan)).containsExactly("uno INTEGER 1:int");
  }

  @Test
  void expressionsOverAggregatesShareTheirCalls() {
    MetricPlan plan =
        plan(
            """
            SELECT SUM(bytes) / COUNT(*) AS mean, MAX(plays) / MIN(plays) AS spread,
                   COUNT(*) + 1 AS more, SUM(bytes) AS "time", 'x' AS constant
            FROM playback
            """);
    assertThat(plan.aggregates()).hasSize(4);
    assertThat(outputs(plan))
        .containsExactly(
            "mean DOUBLE (cast(#0:decimal(38,0) as double) / cast(#1:bigint as double)):double",
            "spread INTEGER (#2:int / #3:int):int",
            "more BIGINT (#1:bigint + 1:int):bigint",
            "time DECIMAL(38, 0) #0:decimal(38,0)",
            "constant VARCHAR 'x':string");
  }

  @Test
  void functionsStandOverTheBoundsOfAWindow() {
    MetricPlan plan =
        plan(
            """
            SELECT EXTRACT(HOUR FROM TUMBLE_START(event_time, INTERVAL '1' HOUR)) AS "hour",
                   FLOOR(TUMBLE_END(event_time, INTERVAL '1' HOUR) TO DAY) AS "ends"
            FROM playback
            GROUP BY TUMBLE(event_time, INTERVAL '1' HOUR)
            """);
    assertThat(outputs(plan))
        .containsExactly(
            "hour BIGINT extract(hour from #0:timestamp)",
            "ends TIMESTAMP floor(#1:timestamp to day)");
  }

  @Test
  void textsAreJoinedByBars() {
    assertThat(
            outputs(
                plan(
                    """
                    SELECT MAX(status || '/' || service) AS "both",
                           'x' || CASE WHEN MAX(paid) THEN 'a' END AS "optional"
                    FROM playback
                    """)))
        .containsExactly(
            "both VARCHAR #0:string",
            "optional VARCHAR concat('x':string, case(#1:boolean, 'a':string, NULL:string))");
  }

  @Test
  void functionsStandOverAggregatesAndInGroups() {
    MetricPlan plan =
        plan(
            """
            SELECT FLOOR(p.event_time TO HOUR) AS "hour", TRIM(status) AS trimmed,
                   EXTRACT(YEAR FROM FLOOR(event_time TO HOUR)) AS "year",
                   TRIM(status) || '!' AS loud,
                   ROUND(AVG(price), 2) AS mean, GREATEST(MAX(plays), COUNT(*)) AS most,
                   ROUND(SUM(price), 1) AS revenue
            FROM playback AS p
            GROUP BY FLOOR(event_time TO HOUR), TRIM(p.status)
            """);
    assertThat(plan.text())
        .startsWith(
            "where true group floor(#5:timestamp to hour),"
                + " trim(both ' ':string from #1:string) window none");
    assertThat(outputs(plan))
        .containsExactly(
            "hour TIMESTAMP #0:timestamp",
            "trimmed VARCHAR #1:string",
            "year BIGINT extract(year from #0:timestamp)",
            "loud VARCHAR concat(#1:string, '!':string)",
            "mean DOUBLE round(#2:double, 2:int):double",
            "most BIGINT greatest(cast(#3:int as bigint), #4:bigint)",
            "revenue DECIMAL(38, 1) round(#5:decimal(38,2), 1:int):decimal(38,1)");
  }

  @Test
  void expressionsOverSpreadsAndEndValues() {
    MetricPlan plan =
        plan(
            """
            SELECT STDDEV_POP(latency_ms) / AVG(latency_ms) AS variation,
                   LAST_VALUE(bytes) - FIRST_VALUE(bytes) AS growth,
                   CASE WHEN BOOL_AND(paid) THEN 'all' ELSE FIRST_VALUE(status) END AS label
            FROM playback
            """);
    assertThat(plan.text())
        .endsWith(
            "aggregate STDDEV_POP(double)[#2:double], AVG(double)[#2:double],"
                + " LAST_VALUE(bigint)[#4:bigint], FIRST_VALUE(bigint)[#4:bigint],"
                + " BOOL_AND(boolean)[#7:boolean], FIRST_VALUE(string)[#1:string]");
    assertThat(outputs(plan))
        .containsExactly(
            "variation DOUBLE (#0:double / #1:double):double",
            "growth BIGINT (#2:bigint - #3:bigint):bigint",
            "label VARCHAR case(#4:boolean, 'all':string, #5:string)");
  }

  @Test
  void distinctCountStandsNextToThePlainOne() {
    MetricPlan plan =
        plan(
            """
            SELECT COUNT(status) AS n, COUNT(DISTINCT status) AS d,
                   COUNT(DISTINCT status) * 1e0 / COUNT(status) AS share,
                   COUNT(DISTINCT status) FILTER (WHERE paid) AS paid_ones
            FROM playback
            """);
    assertThat(plan.text())
        .endsWith(
            "aggregate COUNT(string)[#1:string], COUNT_DISTINCT(string)[#1:string],"
                + " COUNT_DISTINCT(string)[#1:string] if IS_TRUE(#7:boolean)");
    assertThat(outputs(plan))
        .containsExactly(
            "n BIGINT #0:bigint",
            "d BIGINT #1:bigint",
            "share DOUBLE ((cast(#1:bigint as double) * 1.0:double):double"
                + " / cast(#0:bigint as double)):double",
            "paid_ones BIGINT #2:bigint");
  }

  @Test
  void groupsAloneAreAMetric() {
    MetricPlan plan = plan("SELECT service FROM playback GROUP BY service");
    assertThat(plan.aggregates()).isEmpty();
    assertThat(outputs(plan)).containsExactly("service VARCHAR #0:string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT service, COUNT(*) AS n, SUM(plays) AS s FROM playback"
            + " WHERE status = 'x' GROUP BY service",
        "select p.service as other, count( * ) m, Sum(ALL plays) as t -- a remark\n"
            + "from playback as p where (p.status) = 'x' group by p.service;",
      })
  void writingChangesNoFingerprint(String sql) {
    assertThat(COMPILER.compile("m", sql).fingerprint())
        .isEqualTo(
            COMPILER
                .compile(
                    "other",
                    "SELECT service, COUNT(*) AS a, SUM(plays) AS b FROM playback"
                        + " WHERE status='x' GROUP BY service")
                .fingerprint());
  }

  @Test
  void groupsAreAsManyAsAViewTakes() {
    assertThat(plan(groupedBy(View.MAX_KEYS)).schema().keys()).hasSize(View.MAX_KEYS);
    assertThatThrownBy(() -> COMPILER.compile("m", groupedBy(View.MAX_KEYS + 1)))
        .isInstanceOf(DefinitionException.class)
        .hasMessageEndingWith("one group column too many; at most 62");
  }

  private static String groupedBy(int columns) {
    String shown =
        IntStream.range(0, columns)
            .mapToObj(i -> "plays + %d AS p%d, ".formatted(i, i))
            .collect(Collectors.joining());
    String groups =
        IntStream.range(0, columns)
            .mapToObj(i -> "plays + %d, ".formatted(i))
            .collect(Collectors.joining());
    return "SELECT %s COUNT(*) AS n FROM playback GROUP BY %s TUMBLE(event_time, INTERVAL '1' DAY)"
        .formatted(shown, groups);
  }

  @Test
  void listsMayBeLong() {
    String values =
        IntStream.range(0, 5_000).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String expected =
        IntStream.range(0, 5_000).mapToObj(i -> i + ":int").collect(Collectors.joining(", "));
    assertThat(plan("SELECT COUNT(*) AS n FROM playback WHERE plays IN (" + values + ")").text())
        .startsWith("where (#3:int in (" + expected + ")) group");
  }

  @ParameterizedTest
  @CsvSource({"'(', ')', 20000", "'-(', ')', 20000", "'', ' + plays', 50000"})
  void depthWithoutEndIsRefused(String before, String behind, int times) {
    String nested = before.repeat(times) + "plays" + behind.repeat(times);
    assertThatThrownBy(() -> COMPILER.compile("m", "SELECT SUM(" + nested + ") AS n FROM playback"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("m:1:1: the statement nests too deeply");
  }

  @Test
  void everyMistakeIsADefinitionException() {
    assertThatThrownBy(() -> COMPILER.compile("m", "SELECT COUNT(*) AS n\nFROM playbak"))
        .isInstanceOf(DefinitionException.class)
        .hasMessage(
            "m:2:6: unknown source 'playbak' in FROM; valid sources: playback; did you mean"
                + " 'playback'?");
  }

  private static MetricPlan plan(String sql) {
    Metric metric = COMPILER.compile("m", sql);
    assertThat(metric.source()).isEqualTo("playback");
    return metric.plan();
  }

  private static List<String> outputs(MetricPlan plan) {
    return plan.outputs().stream()
        .map(o -> o.name() + " " + o.type().sqlName() + " " + o.expression().text())
        .toList();
  }
}

package io.braid.batch.oracle;

import java.util.ArrayList;
import java.util.List;

/** Questions over {@link OracleEvents}, in Braid's SQL and in Spark's. */
final class Corpus {

  private static final double DISTINCT_ERROR = 0.02;
  private static final double QUANTILE_ERROR = 0.02;

  private static final String COUNT = "COUNT(*) AS event_count";

  private Corpus() {}

  static List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    questions.addAll(windows());
    questions.addAll(aggregates());
    questions.addAll(expressions());
    return questions;
  }

  /** The statements that introduce stream processing, and windows of other lengths and zones. */
  private static List<Question> windows() {
    return List.of(
        window(
            "tumbling",
            "TUMBLE%s(event_time, INTERVAL '5' MINUTE)",
            "window(event_time, '5 minutes')"),
        window(
            "hopping",
            "HOP%s(event_time, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)",
            "window(event_time, '5 minutes', '1 minute')"),
        window(
            "hopping, size no multiple of the slide",
            "HOP%s(event_time, INTERVAL '25' MINUTE, INTERVAL '1' HOUR)",
            "window(event_time, '60 minutes', '25 minutes')"),
        window(
            "session",
            "SESSION%s(event_time, INTERVAL '10' MINUTE)",
            "session_window(event_time, '10 minutes')"),
        window(
            "session, gap of a minute",
            "SESSION%s(event_time, INTERVAL '1' MINUTE)",
            "session_window(event_time, '1 minute')"),
        window("days", "TUMBLE%s(event_time, INTERVAL '1' DAY)", "window(event_time, '1 day')"),
        calendar("DAY", "Europe/Berlin"),
        calendar("WEEK", "Europe/Berlin"),
        calendar("MONTH", "America/New_York"),
        calendar("QUARTER", "UTC"),
        Question.of(
            "window without group columns",
            """
            SELECT HOP_START(event_time, INTERVAL '10' MINUTE, INTERVAL '1' HOUR) AS s,
                   COUNT(*) AS n, SUM(plays) AS plays
            FROM events GROUP BY HOP(event_time, INTERVAL '10' MINUTE, INTERVAL '1' HOUR)
            """,
            """
            SELECT window.start, COUNT(*), CAST(SUM(plays) AS DECIMAL(38, 0))
            FROM events GROUP BY window(event_time, '1 hour', '10 minutes')
            """));
  }

  private static Question window(String name, String braid, String spark) {
    return Question.of(
        name,
        "SELECT user_id, %s AS window_start, %s AS window_end, %s FROM events GROUP BY user_id, %s"
            .formatted(
                braid.formatted("_START"), braid.formatted("_END"), COUNT, braid.formatted("")),
        """
        SELECT user_id, w.start, w.end, event_count
        FROM (SELECT user_id, %s AS w, %s FROM events GROUP BY 1, 2)
        """
            .formatted(spark, COUNT));
  }

  /** Spark has no windows by the calendar: it truncates local time and goes back to UTC. */
  private static Question calendar(String unit, String zone) {
    String local = "date_trunc('%s', from_utc_timestamp(event_time, '%s'))".formatted(unit, zone);
    return Question.of(
            unit + " in " + zone,
            """
            SELECT TUMBLE_START(event_time, INTERVAL '1' %s) AS s, COUNT(*) AS n, AVG(plays) AS mean
            FROM events GROUP BY TUMBLE(event_time, INTERVAL '1' %s)
            """
                .formatted(unit, unit),
            """
            SELECT to_utc_timestamp(%s, '%s'), COUNT(*), AVG(plays) FROM events GROUP BY 1
            """
                .formatted(local, zone))
        .in(zone);
  }

  private static List<Question> aggregates() {
    return List.of(
        grouped(
            "counts and sums",
            """
            COUNT(*) AS a, COUNT(price) AS b, SUM(plays) AS c, SUM(bytes) AS d, SUM(price) AS e,
            SUM(latency_ms) AS f, COUNT(*) FILTER (WHERE paid) AS g,
            SUM(bytes) FILTER (WHERE plays > 2 AND latency_ms < 100) AS h
            """,
            """
            COUNT(*), COUNT(price), CAST(SUM(plays) AS DECIMAL(38,0)),
            SUM(CAST(bytes AS DECIMAL(38,0))), CAST(SUM(price) AS DECIMAL(38,2)),
            SUM(latency_ms), COUNT(*) FILTER (WHERE paid),
            SUM(CAST(bytes AS DECIMAL(38,0))) FILTER (WHERE plays > 2 AND latency_ms < 100)
            """),
        grouped(
            "extremes and means",
            """
            MIN(service) AS a, MAX(service) AS b, MIN(price) AS c, MAX(latency_ms) AS d,
            MIN(born) AS e, MAX(seen) AS f, MIN(paid) AS g, MAX(plays) AS h, AVG(plays) AS i,
            AVG(bytes) AS j, AVG(price) AS k, AVG(latency_ms) AS l
            """,
            """
            MIN(service), MAX(service), MIN(price), MAX(latency_ms), MIN(born), MAX(seen),
            MIN(paid), MAX(plays), AVG(plays), AVG(bytes), AVG(CAST(price AS DOUBLE)),
            AVG(latency_ms)
            """),
        grouped(
            "variances",
            """
            VAR_POP(latency_ms) AS a, VAR_SAMP(latency_ms) AS b, STDDEV_POP(plays) AS c,
            STDDEV_SAMP(price) AS d, VAR_POP(bytes) AS e, VAR_SAMP(plays) FILTER (WHERE paid) AS f
            """,
            """
            VAR_POP(latency_ms), VAR_SAMP(latency_ms), STDDEV_POP(plays),
            STDDEV_SAMP(CAST(price AS DOUBLE)), VAR_POP(bytes),
            VAR_SAMP(plays) FILTER (WHERE paid)
            """),
        grouped(
            "distinct values",
            """
            COUNT(DISTINCT service) AS a, COUNT(DISTINCT plays) AS b, COUNT(DISTINCT price) AS c,
            COUNT(DISTINCT latency_ms) AS d, COUNT(DISTINCT born) FILTER (WHERE paid) AS e
            """,
            """
            COUNT(DISTINCT service), COUNT(DISTINCT plays), COUNT(DISTINCT price),
            COUNT(DISTINCT latency_ms), COUNT(DISTINCT born) FILTER (WHERE paid)
            """),
        grouped(
            "first, last and truth",
            """
            FIRST_VALUE(service) AS a, LAST_VALUE(service) AS b, FIRST_VALUE(price) AS c,
            LAST_VALUE(latency_ms) FILTER (WHERE paid) AS d, BOOL_AND(paid) AS e, BOOL_OR(paid) AS f
            """,
            """
            MIN_BY(service, STRUCT(event_time, off)) FILTER (WHERE service IS NOT NULL),
            MAX_BY(service, STRUCT(event_time, off)) FILTER (WHERE service IS NOT NULL),
            MIN_BY(price, STRUCT(event_time, off)) FILTER (WHERE price IS NOT NULL),
            MAX_BY(latency_ms, STRUCT(event_time, off)) FILTER (WHERE paid AND latency_ms IS NOT NULL),
            BOOL_AND(paid), BOOL_OR(paid)
            """),
        Question.of(
                "approximate distinct values",
                "SELECT user_id, APPROX_COUNT_DISTINCT(bytes) AS n FROM events GROUP BY user_id",
                "SELECT user_id, CAST(COUNT(DISTINCT bytes) AS DOUBLE) FROM events GROUP BY user_id")
            .within(5 * DISTINCT_ERROR),
        Question.of(
                "approximate quantiles",
                """
                SELECT user_id, APPROX_QUANTILE(latency_ms, 0.5) AS a,
                       APPROX_QUANTILE(price, 0.99) AS b, APPROX_QUANTILE(plays, 0) AS c
                FROM events GROUP BY user_id
                """,
                """
                SELECT user_id, PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY latency_ms),
                       PERCENTILE_DISC(0.99) WITHIN GROUP (ORDER BY CAST(price AS DOUBLE)),
                       CAST(MIN(plays) AS DOUBLE)
                FROM events GROUP BY user_id
                """)
            .within(QUANTILE_ERROR),
        Question.of(
            "arithmetic over aggregates",
            """
            SELECT service, ROUND(AVG(latency_ms), 1) AS a,
                   COUNT(*) FILTER (WHERE paid) * 1.0 / COUNT(*) AS b,
                   SUM(plays) / COUNT(DISTINCT user_id) AS c, STDDEV_POP(plays) / AVG(plays) AS d,
                   COALESCE(MAX(price), 0) AS e
            FROM events GROUP BY service
            """,
            """
            SELECT service, ROUND(AVG(latency_ms), 1), COUNT(*) FILTER (WHERE paid) / COUNT(*),
                   SUM(plays) / COUNT(DISTINCT user_id), STDDEV_POP(plays) / AVG(plays),
                   COALESCE(MAX(price), 0)
            FROM events GROUP BY service
            """));
  }

  private static Question grouped(String name, String braid, String spark) {
    return Question.of(
        name,
        """
        SELECT user_id, TUMBLE_START(event_time, INTERVAL '6' HOUR) AS s, %s
        FROM events GROUP BY user_id, TUMBLE(event_time, INTERVAL '6' HOUR)
        """
            .formatted(braid),
        "SELECT user_id, window.start, %s FROM events GROUP BY user_id, window(event_time, '6 hours')"
            .formatted(spark));
  }

  private static List<Question> expressions() {
    return List.of(
        values("letters", "LOWER(service)", "UPPER(service)", "TRIM(service)"),
        values("trimming", "TRIM(LEADING ' ' FROM service)", "TRIM(BOTH 's' FROM service)"),
        values("concatenation", "CONCAT(service, '-', user_id)", "service || user_id"),
        values(
                "patterns",
                "service LIKE 's%'",
                "service NOT LIKE '_lay'",
                "service LIKE '%er\\_w%'")
            .asBraid("service LIKE '%er\\_w%'", "service LIKE '%er!_w%' ESCAPE '!'"),
        values("pieces", "SUBSTRING(service FROM 2 FOR 3)", "SUBSTRING(service, 3)"),
        values("replacing NULL", "COALESCE(service, user_id, 'none')", "NULLIF(service, '')"),
        values(
                "whole numbers",
                "ABS(plays)",
                "MOD(plays, 4)",
                "plays DIV 2",
                "plays DIV (plays - 1)")
            .asBraid(" DIV ", " / "),
        values("wider numbers", "bytes + plays", "plays * 3 - 1", "-plays"),
        values("decimals", "price + 1.5", "price * 2", "ABS(price)", "CAST(price AS DOUBLE)"),
        values("fractions", "plays / 2.0", "latency_ms / plays", "plays * 1.5"),
        values("rounding", "ROUND(latency_ms, 1)", "ROUND(latency_ms)", "ROUND(price, 1)"),
        values("floors", "CAST(FLOOR(latency_ms) AS DOUBLE)", "CAST(CEIL(latency_ms) AS DOUBLE)"),
        values("decimal floors", "CAST(FLOOR(price) AS BIGINT)", "CAST(CEIL(price) AS BIGINT)"),
        values("greatest", "GREATEST(plays, 2)", "LEAST(plays, 1, 3)")
            .asSpark("(GREATEST|LEAST)(\\(plays[^)]*\\))", "IF(plays IS NULL, NULL, $1$2)"),
        values(
            "choices", "CASE WHEN paid THEN 'yes' WHEN plays > 2 THEN 'perhaps' ELSE service END"),
        values(
                "conversions",
                "CAST(plays AS VARCHAR)",
                "CAST(plays AS BIGINT)",
                "CAST(born AS VARCHAR)")
            .asSpark("VARCHAR", "STRING"),
        values("and, or, not", "paid AND plays > 2", "paid OR plays > 2", "NOT paid"),
        values("membership", "plays IN (1, 2)", "plays NOT IN (1, 2)", "plays BETWEEN 0 AND 3"),
        values("tests", "service IS NULL", "paid IS NOT TRUE", "plays <> 2", "service < 'play'"),
        values(
            "parts of instants",
            "EXTRACT(YEAR FROM seen)",
            "EXTRACT(QUARTER FROM seen)",
            "EXTRACT(MONTH FROM seen)",
            "EXTRACT(DAY FROM seen)"),
        values(
            "more parts of instants",
            "EXTRACT(HOUR FROM seen)",
            "EXTRACT(WEEK FROM seen)",
            "EXTRACT(DOY FROM seen)",
            "EXTRACT(DOW FROM seen)"),
        values("parts of dates", "EXTRACT(YEAR FROM born)", "EXTRACT(MONTH FROM born)"),
        values(
                "floors of instants",
                "FLOOR(seen TO HOUR)",
                "FLOOR(seen TO MONTH)",
                "FLOOR(seen TO WEEK)")
            .asSpark("FLOOR\\(seen TO (\\w+)\\)", "date_trunc('$1', seen)"),
        values("floors of dates", "FLOOR(born TO MONTH)", "FLOOR(born TO YEAR)")
            .asSpark("FLOOR\\(born TO (\\w+)\\)", "trunc(born, '$1')"),
        Question.of(
            "conditions",
            """
            SELECT COUNT(*) AS n FROM events
            WHERE (paid OR plays > 2) AND service LIKE '%a%' AND NOT (latency_ms < 10)
              AND born >= DATE '1970-01-01' AND seen < TIMESTAMP '2026-03-28 12:00:00'
            """,
            """
            SELECT COUNT(*) FROM events
            WHERE (paid OR plays > 2) AND service LIKE '%a%' AND NOT (latency_ms < 10)
              AND born >= DATE '1970-01-01' AND seen < TIMESTAMP '2026-03-28 12:00:00'
            """));
  }

  /** How often each combination of values occurs: expressions as group columns. */
  private static Question values(String name, String... expressions) {
    List<String> shown = new ArrayList<>();
    for (String expression : expressions) {
      shown.add(expression + " AS x" + shown.size());
    }
    String braid =
        "SELECT %s, COUNT(*) AS n FROM events GROUP BY %s"
            .formatted(String.join(", ", shown), String.join(", ", expressions));
    String spark =
        "SELECT %s, COUNT(*) FROM events GROUP BY ALL".formatted(String.join(", ", expressions));
    return Question.of(name, braid, spark);
  }
}

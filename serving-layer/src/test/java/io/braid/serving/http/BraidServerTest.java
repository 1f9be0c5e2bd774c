package io.braid.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.job.RunDocument;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BraidServerTest {

  @TempDir Path folder;

  private TestingServer server;

  @BeforeEach
  void start() {
    TestingLog log =
        new TestingLog(2)
            .append(
                0,
                Playback.SIX,
                """
                {"at": 1795327200000, "event_id": "1", "service": "Zürich \\"☃\\" 🎬\\u0007", "bytes": 9223372036854775807,
                 "price": 10.50, "latency": 0.1, "day": "2026-11-22", "ok": true, "small": 1}
                """)
            .append(
                0,
                Playback.SIX,
                """
                {"at": 1795327200000, "event_id": "2", "service": "Zürich \\"☃\\" 🎬\\u0007", "bytes": 9223372036854775807,
                 "price": 0.00, "latency": 0.2}
                """)
            .append(
                1,
                Playback.SIX,
                """
                {"at": 1795327200000, "event_id": "3", "service": "zz", "latency": 1e300}
                """);
    server = new TestingServer(folder, log, Optional.of(Position.of(Map.of(0, 1L, 1, 0L))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<String> texts(JsonNode items, String field) {
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(item.get(field).textValue()));
    return texts;
  }

  @Test
  void anAnswerKeepsEveryDigitAndLetter() {
    HttpResponse<String> response = server.get("/api/v1/metrics/quality/query");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode answer = TestingServer.json(response);
    assertThat(texts(answer.get("columns"), "name"))
        .containsExactly(
            "svc",
            "plays",
            "bytes",
            "mean",
            "top",
            "letters",
            "ratio",
            "country",
            "window_start",
            "window_end");
    assertThat(texts(answer.get("columns"), "type"))
        .containsExactly(
            "VARCHAR",
            "BIGINT",
            "DECIMAL(38, 0)",
            "DOUBLE",
            "DECIMAL(10, 2)",
            "BIGINT",
            "DOUBLE",
            "VARCHAR",
            "TIMESTAMP",
            "TIMESTAMP");
    JsonNode row = answer.get("rows").get(0);
    assertThat(row.get(0).textValue()).isEqualTo("Zürich \"☃\" 🎬\u0007");
    assertThat(row.get(1).toString()).isEqualTo("2");
    assertThat(response.body()).contains("18446744073709551614", "10.50");
    assertThat(row.get(2).decimalValue()).isEqualTo(new BigDecimal("18446744073709551614"));
    assertThat(row.get(3).doubleValue()).isEqualTo(0.15000000000000002);
    assertThat(row.get(5).isNull()).isTrue();
    assertThat(row.get(8).textValue()).isEqualTo("2026-11-22T06:00:00.000Z");
    assertThat(row.get(9).textValue()).isEqualTo("2026-11-22T06:01:00.000Z");
    assertThat(answer.get("rows").get(1).get(0).textValue()).isEqualTo("zz");
    assertThat(answer.get("metric").textValue()).isEqualTo("quality");
    assertThat(answer.get("view").textValue()).isEqualTo("merged");
    assertThat(answer.get("next").isNull()).isTrue();
    List<String> fields = new ArrayList<>();
    answer.get("provenance").fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactly("fingerprint", "batch", "speed", "coverage", "missing", "freshness_ms");
    assertThat(answer.get("provenance").get("batch").toString())
        .isEqualTo(
            "{\"run\":\"run-20261122t060000000\",\"cut\":{\"0\":1,\"1\":0},\"published_at\":\"2026-11-22T06:00:00.000Z\"}");
    assertThat(answer.get("provenance").get("speed").toString())
        .isEqualTo(
            "{\"position\":{\"0\":2,\"1\":1},\"watermark\":\"2026-11-22T05:59:55.000Z\",\"duplicates\":0,\"late\":0}");
    assertThat(answer.get("provenance").get("coverage").textValue()).isEqualTo("complete");
  }

  @Test
  void valuesOfEveryTypeHaveTheirJsonForm() {
    String answer = server.get("/api/v1/metrics/types/query").body();

    assertThat(answer)
        .contains(
            "[1,null,\"Zürich \\\"☃\\\" 🎬\\u0007\",0.1,9223372036854775807,10.50,true,\"2026-11-22\",1,\"2026-11-22T06:00:00.000Z\"]");
  }

  @Test
  void aReplayIsStartedAndQueried() {
    for (int i = 0; i < 2; i++) {
      server.log.append(
          1,
          Playback.SIX,
          "{\"at\": 1795327200000, \"service\": \"big\", \"latency\": 1.7e308, \"event_id\": \"b%d\"}"
              .formatted(i));
    }
    HttpResponse<String> response =
        server.send("POST", "/api/v1/replays", "{\"source\": \"playback\"}");
    String id = TestingServer.json(response).get("id").textValue();

    JsonNode answer = server.json("/api/v1/metrics/quality/query?view=replay:" + id);

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location")).contains("/api/v1/replays/" + id);
    assertThat(answer.get("view").textValue()).isEqualTo("replay:" + id);
    assertThat(answer.get("provenance").get("batch").isNull()).isTrue();
    assertThat(answer.get("rows").toString()).contains("\"big\",2,null,1.7");
  }

  @Test
  void sourcesAndMetricsAreListedInWritingOrder() {
    JsonNode sources = server.json("/api/v1/sources").get("items");
    JsonNode metrics = server.json("/api/v1/metrics").get("items");

    assertThat(texts(sources, "name")).containsExactly("playback");
    assertThat(sources.get(0).get("served").get("run").textValue()).startsWith("run-");
    assertThat(texts(metrics, "name"))
        .containsExactly("quality", "totals", "types", "per_minute", "visits");
    JsonNode quality = server.json("/api/v1/metrics/quality");
    assertThat(quality).isEqualTo(metrics.get(0));
    assertThat(quality.get("group_columns").toString()).isEqualTo("[\"svc\",\"country\"]");
    assertThat(quality.get("columns")).hasSize(10);
    assertThat(quality.get("window").textValue()).isEqualTo("tumble(60000)");
    assertThat(quality.get("fingerprint").textValue()).isEqualTo("fingerprint-of-quality");
    assertThat(quality.get("time_zone").textValue()).isEqualTo("UTC");
    assertThat(quality.get("pane_ms").longValue()).isEqualTo(60_000);
    assertThat(quality.get("retractable").booleanValue()).isFalse();
    assertThat(quality.get("aggregates").get(1).toString())
        .isEqualTo(
            "{\"aggregate\":\"SUM(BIGINT)\",\"accuracy\":\"exact\",\"bytes_per_group\":\"17\",\"retractable\":true}");
    assertThat(metrics.get(1).get("pane_ms").isNull()).isTrue();
    assertThat(metrics.get(3).get("retractable").booleanValue()).isTrue();
  }

  @Test
  void aRunIsAcceptedShownListedAndCancelled() {
    HttpResponse<String> first =
        server.send("POST", "/api/v1/batch/runs", "{\"source\": \"playback\"}");
    server.send(
        "POST", "/api/v1/batch/runs", "{\"source\": \"playback\", \"mode\": \"incremental\"}");

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.headers().firstValue("Location")).contains("/api/v1/batch/runs/run-1");
    assertThat(TestingServer.json(first).get("mode").textValue()).isEqualTo("full");
    assertThat(texts(server.json("/api/v1/batch/runs").get("items"), "id"))
        .containsExactly("run-2", "run-1");
    assertThat(server.json("/api/v1/batch/runs/run-2").get("mode").textValue())
        .isEqualTo("incremental");
    HttpResponse<String> cancelled = server.send("DELETE", "/api/v1/batch/runs/run-1", null);
    assertThat(cancelled.statusCode()).isEqualTo(200);
    assertThat(TestingServer.json(cancelled).get("state").textValue()).isEqualTo("cancelled");
    assertThat(server.send("DELETE", "/api/v1/batch/runs/run-1", null).statusCode()).isEqualTo(200);
    server.runs.set("run-2", RunDocument.State.failed);
    assertThat(server.send("DELETE", "/api/v1/batch/runs/run-2", null).statusCode()).isEqualTo(409);
  }

  @Test
  void aComparisonIsAcceptedAndAnswersItsFigures() throws InterruptedException {
    HttpResponse<String> response =
        server.send("POST", "/api/v1/comparisons", "{\"source\": \"playback\"}");
    String location = response.headers().firstValue("Location").orElseThrow();
    JsonNode comparison = TestingServer.json(response);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(comparison.get("state").textValue()).isEqualTo("running");
    while (comparison.get("state").textValue().equals("running")) {
      Thread.sleep(20);
      comparison = server.json(location);
    }

    assertThat(comparison.get("state").textValue())
        .as(comparison.toString())
        .isEqualTo("completed");
    assertThat(comparison.get("equal").booleanValue()).isTrue();
    assertThat(comparison.get("position").toString()).isEqualTo("{\"0\":2,\"1\":1}");
    assertThat(comparison.get("right").textValue()).isEqualTo("replay:replay-1");
    assertThat(comparison.get("metrics").get("quality").toString())
        .isEqualTo(
            "{\"rows_equal\":2,\"rows_differing\":0,\"only_left\":0,\"only_right\":0,\"classes\":{},\"samples\":[]}");
    assertThat(server.json("/api/v1/comparisons").get("items")).hasSize(1);
  }

  @Test
  void healthTellsWhatIsNotReady() {
    assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);

    server.unready.add("partition 1 of playback is 5 records behind");

    HttpResponse<String> ready = server.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(TestingServer.json(ready).get("reasons").get(0).textValue())
        .isEqualTo("partition 1 of playback is 5 records behind");
    assertThat(server.get("/api/v1/metrics/totals/query").statusCode()).isEqualTo(200);
  }

  @Test
  void figuresCountRequestsByEndpointAndStatus() throws InterruptedException {
    server.get("/api/v1/metrics/totals/query");
    server.get("/api/v1/metrics/nothing/query");
    server.get("/nothing");
    String figures = server.get("/metrics").body();
    for (int i = 0; i < 100 && !figures.contains("unmatched"); i++) {
      Thread.sleep(20);
      figures = server.get("/metrics").body();
    }

    assertThat(figures)
        .contains(
            "braid_http_requests_seconds_count{endpoint=\"/api/v1/metrics/{metric}/query\",method=\"GET\",status=\"200\"} 1")
        .contains(
            "braid_http_requests_seconds_count{endpoint=\"/api/v1/metrics/{metric}/query\",method=\"GET\",status=\"404\"} 1")
        .contains("endpoint=\"unmatched\",method=\"any\",status=\"404\"");
  }

  @Test
  void headAndOptionsSayWhatGetWould() {
    HttpResponse<String> head = server.send("HEAD", "/api/v1/metrics/quality/query", null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    HttpResponse<String> options = server.send("OPTIONS", "/api/v1/batch/runs", null);
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(options.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void aPageOfAnotherSiteCannotStartAnything() {
    HttpResponse<String> response =
        server.send(
            "POST",
            "/api/v1/batch/runs",
            "{\"source\": \"playback\"}",
            Map.of("Sec-Fetch-Site", "cross-site"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(server.runs.list()).isEmpty();
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    HttpResponse<String> page = server.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(page.body()).contains("<h1>Braid</h1>").doesNotContain("http://", "https://");
  }

  @Test
  void aBusyPortIsOneSentence() {
    assertThatThrownBy(
            () ->
                new BraidServer(
                    "127.0.0.1",
                    server.server.port(),
                    Playback.definitions(server.store.location()),
                    Map.of(),
                    null,
                    null,
                    null,
                    null,
                    () -> new Health(List.of(), List.of()),
                    null))
        .isInstanceOf(ListenException.class)
        .hasMessageStartingWith("Cannot listen on 127.0.0.1:" + server.server.port())
        .hasMessageContaining("in use");
  }
}

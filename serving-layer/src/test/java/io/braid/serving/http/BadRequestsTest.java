package io.braid.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.job.ReplayDocument;
import io.braid.job.ReplayRequest;
import io.braid.job.RunDocument;
import io.braid.log.OffsetRange;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.ServedPair;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BadRequestsTest {

  private static final String QUERY = "/api/v1/metrics/quality/query";

  /** What is sent, and what the problem document must say. */
  private record Case(
      String method, String path, String body, int status, String problem, List<String> named) {
    Case(String method, String path, String body, int status, String problem, String... named) {
      this(method, path, body, status, problem, List.of(named));
    }

    @Override
    public String toString() {
      String shown = body == null ? "" : body.length() > 60 ? body.substring(0, 60) + "…" : body;
      return method + " " + path + " " + shown;
    }
  }

  @TempDir static Path folder;

  private static TestingServer server;

  @BeforeAll
  static void start() {
    TestingLog log = new TestingLog(2);
    log.append(0, Playback.SIX, Playback.event("1", "a", "b", 1, 1, Playback.SIX));
    log.append(0, Playback.SIX, Playback.event("2", "a", "b", 1, 1, Playback.SIX));
    server = new TestingServer(folder, log, Optional.empty());
    server.source.switchTo(
        new ServedPair(
            Optional.empty(),
            TestingSpeed.fromStart(log).advance(log.end()).lose(new OffsetRange(0, 0, 1))));
    server.replays.endWith(ReplayDocument.State.running);
    server.replays.start(new ReplayRequest("playback", Optional.empty(), Optional.empty()));
    server.replays.endWith(ReplayDocument.State.completed);
    server.replays.start(new ReplayRequest("playback", Optional.empty(), Optional.empty()));
    server.runs.submit("playback", "full");
    server.runs.set("run-1", RunDocument.State.published);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Case invalid(String query, String... named) {
    return new Case("GET", QUERY + "?" + query, null, 400, "invalid-parameter", named);
  }

  private static Case of(String metric, String query, String... named) {
    String path = "/api/v1/metrics/%s/query?%s".formatted(metric, query);
    return new Case("GET", path, null, 400, "invalid-parameter", named);
  }

  private static Case body(String path, String body, String... named) {
    return new Case("POST", path, body, 400, "invalid-parameter", named);
  }

  private static Case missing(String method, String path, String... named) {
    return new Case(method, path, null, 404, "not-found", named);
  }

  static Stream<Case> cases() {
    String runs = "/api/v1/batch/runs";
    String replays = "/api/v1/replays";
    String comparisons = "/api/v1/comparisons";
    return Stream.of(
        invalid("form=1", "'form'", "did you mean 'from'", "group_by"),
        invalid("where=1", "'where'", "from", "cursor"),
        invalid("LIMIT=1", "'LIMIT'", "did you mean 'limit'"),
        invalid("=1", "''"),
        invalid("format=xml", "'format'"),
        invalid("limit=1&limit=1", "'limit'", "2 times"),
        invalid("from=1&from=2", "'from'", "2 times"),
        invalid("view=merged&view=merged", "'view'"),
        invalid("limit=0", "'limit'", "1 to 10000"),
        invalid("limit=10001", "'limit'", "1 to 10000"),
        invalid("limit=-1", "'limit'"),
        invalid("limit=", "'limit'"),
        invalid("limit", "'limit'"),
        invalid("limit=ten", "'limit'", "'ten'"),
        invalid("limit=1.0", "'limit'"),
        invalid("limit=99999999999999999999", "'limit'"),
        invalid("limit=%31%30%30%30%31", "'limit'", "'10001'"),
        invalid("from=yesterday", "'from'", "'yesterday'", "ISO-8601"),
        invalid("from=", "'from'"),
        invalid("from=2026-11-22", "'from'", "offset"),
        invalid("from=2026-11-22T06:00:00", "'from'", "offset"),
        invalid("from=2026-11-22T06:00:00+01:00", "'from'", "%2B"),
        invalid("from=2026-13-22T06:00:00Z", "'from'"),
        invalid("from=1e3", "'from'"),
        invalid("from=999999999999999", "'from'"),
        invalid("from=99999999999999999999", "'from'"),
        invalid("to=now", "'to'", "'now'"),
        invalid("from=2&to=2", "'from'", "not before"),
        invalid("from=2026-11-22T06:00:00Z&to=1", "'from'", "not before"),
        invalid("group_by=svc,svc", "'group_by'", "'svc'", "twice"),
        invalid("group_by=svc,service", "'group_by'", "twice"),
        invalid("group_by=servce", "'group_by'", "'servce'", "svc", "country"),
        invalid("group_by=contry", "'group_by'", "did you mean 'country'"),
        invalid("group_by=svc,", "'group_by'", "''"),
        invalid("group_by=plays", "'group_by'", "'plays'"),
        invalid("group_by=window_start", "'group_by'"),
        invalid("group_by=svc&group_by=country", "'group_by'", "2 times"),
        invalid("granularity=PT90S", "'granularity'", "'PT90S'", "1 min", "PT5M", "all"),
        invalid("granularity=1m", "'granularity'", "'1m'", "ISO-8601"),
        invalid("granularity=", "'granularity'", "''"),
        invalid("granularity=PT0S", "'granularity'"),
        invalid("granularity=-PT1M", "'granularity'"),
        invalid("granularity=ALL", "'granularity'"),
        invalid("granularity=PT1H&granularity=PT1H", "'granularity'", "2 times"),
        invalid("granulrity=PT1H", "did you mean 'granularity'"),
        invalid("include=all", "'include'", "'all'", "final"),
        invalid("include=", "'include'"),
        of("totals", "granularity=all", "'granularity'", "totals", "no window"),
        of("visits", "granularity=all", "'granularity'", "sessions"),
        of("visits", "granularity=PT1H", "'granularity'", "sessions"),
        of("visits", "group_by=service", "'group_by'", "sessions", "service, country"),
        of("visits", "group_by=", "'group_by'", "sessions"),
        of("visits", "include=final", "'include'", "'final'"),
        invalid("view=fast", "'view'", "'fast'", "replay:<id>"),
        invalid("view=", "'view'"),
        invalid("view=replay:", "'view'"),
        invalid("view=Merged", "'view'"),
        invalid("require=all", "'require'", "complete"),
        invalid("require=", "'require'"),
        invalid("cursor=", "'cursor'"),
        invalid("cursor=abc", "'cursor'", "next"),
        invalid("cursor=" + "x".repeat(3_000), "'cursor'"),
        invalid("cursor=%F0%9F%8E%AC", "'cursor'"),
        invalid("limit=%ff", "%ff"),
        invalid("limit=1&%ff=1", "%ff"),
        new Case(
            "GET",
            "/api/v1/metrics/totals/query?from=1",
            null,
            400,
            "invalid-parameter",
            "'from'",
            "totals"),
        new Case(
            "GET", "/api/v1/metrics/totals/query?to=1", null, 400, "invalid-parameter", "'to'"),
        new Case(
            "GET",
            "/api/v1/metrics/totals/query?group_by=svc",
            null,
            400,
            "invalid-parameter",
            "'group_by'",
            "there are none"),
        new Case("GET", "/api/v1/sources?x=1", null, 400, "invalid-parameter", "'x'"),
        new Case("GET", "/api/v1/metrics?limit=1", null, 400, "invalid-parameter", "'limit'"),
        new Case("GET", "/api/v1/metrics/totals?a=b", null, 400, "invalid-parameter", "'a'"),
        new Case("GET", runs + "?a", null, 400, "invalid-parameter", "'a'"),
        missing("GET", "/api/v1/metrics/qualiti", "'qualiti'", "did you mean 'quality'"),
        missing("GET", "/api/v1/metrics/nothing/query", "'nothing'", "per_minute"),
        missing("GET", QUERY + "?view=replay:none", "'none'"),
        missing("GET", "/api/v1/metrics/quality/querry", "/api/v1/metrics/quality/querry"),
        missing("GET", "/api", "/api"),
        missing("POST", "/api/v2/batch/runs"),
        missing("GET", "/favicon.ico"),
        missing("GET", "/problems/none", "'none'"),
        missing("GET", runs + "/none", "'none'"),
        missing("DELETE", runs + "/none", "'none'"),
        missing("GET", replays + "/none", "'none'"),
        missing("DELETE", replays + "/none", "'none'"),
        missing("GET", comparisons + "/none", "'none'"),
        new Case("POST", runs, "{\"source\": \"plaback\"}", 404, "not-found", "'plaback'"),
        new Case("POST", replays, "{\"source\": \"\"}", 404, "not-found", "''"),
        new Case("POST", comparisons, "{\"source\": \"x\"}", 404, "not-found", "'x'"),
        new Case(
            "POST",
            comparisons,
            "{\"source\": \"playback\", \"right\": \"replay:no\"}",
            404,
            "not-found",
            "'no'"),
        new Case(
            "POST",
            comparisons,
            "{\"source\": \"playback\", \"left\": \"replay:no\"}",
            404,
            "not-found",
            "'no'"),
        new Case("POST", "/api/v1/sources", "{}", 405, "method-not-allowed", "GET"),
        new Case("PUT", runs, "{}", 405, "method-not-allowed", "POST"),
        new Case("DELETE", "/api/v1/metrics", null, 405, "method-not-allowed"),
        new Case("POST", QUERY, "{}", 405, "method-not-allowed"),
        new Case("DELETE", comparisons + "/x", null, 405, "method-not-allowed"),
        new Case("POST", "/health/ready", "", 405, "method-not-allowed"),
        new Case("PATCH", "/", "", 405, "method-not-allowed"),
        body(runs, "", "body", "source"),
        body(runs, "null", "null", "object"),
        body(runs, "[]", "an array", "object"),
        body(runs, "\"playback\"", "a text"),
        body(runs, "{", "JSON", "line 1"),
        body(runs, "{\"source\": \"playback\"} x", "JSON"),
        body(runs, "{\"source\": \"playback\",}", "JSON"),
        body(runs, "{source: 1}", "JSON"),
        body(runs, "{\"source\": \"playback\", \"source\": \"playback\"}", "source"),
        body(runs, "{}", "'source'"),
        body(runs, "{\"source\": 3}", "'source'", "a number", "a text"),
        body(runs, "{\"source\": null}", "'source'", "null"),
        body(runs, "{\"sorce\": \"playback\"}", "'sorce'", "did you mean 'source'"),
        body(runs, "{\"source\": \"playback\", \"mode\": \"quick\"}", "'mode'", "incremental"),
        body(runs, "{\"source\": \"playback\", \"mode\": true}", "'mode'", "a boolean"),
        body(runs, "{\"source\": \"playback\", \"mode\": null}", "'mode'"),
        body(runs, "[".repeat(5_000), "JSON"),
        body(runs + "?wait=1", "{\"source\": \"playback\"}", "'wait'"),
        body(replays, "{\"source\": \"playback\", \"late\": \"drop\"}", "'late'", "not supported"),
        body(replays, "{\"source\": \"playback\", \"rate\": 1}", "'rate'", "not supported"),
        body(replays, "{\"source\": \"playback\", \"from\": \"soon\"}", "'from'", "earliest"),
        body(replays, "{\"source\": \"playback\", \"from\": \"latest\"}", "'from'", "earliest"),
        body(
            replays,
            "{\"source\": \"playback\", \"from\": \"2026-11-22T06:00:00Z\"}",
            "'from'",
            "not supported yet"),
        body(replays, "{\"source\": \"playback\", \"from\": 5}", "'from'", "a number"),
        body(replays, "{\"source\": \"playback\", \"to\": {}}", "'to'", "empty"),
        body(replays, "{\"source\": \"playback\", \"to\": {\"a\": 1}}", "'to'", "\"a\""),
        body(replays, "{\"source\": \"playback\", \"to\": {\"0\": -1}}", "'to'", "-1"),
        body(replays, "{\"source\": \"playback\", \"to\": {\"0\": 1.5}}", "'to'", "1.5"),
        body(replays, "{\"source\": \"playback\", \"to\": {\"0\": \"1\"}}", "'to'"),
        body(replays, "{\"source\": \"playback\", \"to\": {\"0\": 999}}", "'to'", "999"),
        body(
            replays,
            "{\"source\": \"playback\", \"from\": {\"0\": 2}, \"to\": {\"0\": 1}}",
            "'from'",
            "partition 0"),
        body(comparisons, "{\"source\": \"playback\", \"left\": \"both\"}", "'left'", "merged"),
        body(comparisons, "{\"source\": \"playback\", \"left\": 1}", "'left'"),
        body(comparisons, "{\"source\": \"playback\", \"right\": \"batch\"}", "'right'", "replay:"),
        body(comparisons, "{\"source\": \"playback\", \"rigth\": \"x\"}", "'rigth'", "'right'"),
        new Case("GET", QUERY + "?view=batch", null, 409, "no-published-run", "playback"),
        new Case("GET", QUERY + "?require=complete", null, 409, "incomplete", "missing"),
        new Case(
            "GET", QUERY + "?view=replay:replay-1", null, 409, "conflict", "replay-1", "running"),
        new Case(
            "POST",
            comparisons,
            "{\"source\": \"playback\", \"left\": \"batch\"}",
            409,
            "no-published-run",
            "playback"),
        new Case("DELETE", runs + "/run-1", null, 409, "conflict", "run-1", "published"),
        new Case("DELETE", replays + "/replay-2", null, 409, "conflict", "replay-2", "completed"),
        new Case("POST", runs, "{\"source\": \"" + "x".repeat(1 << 20) + "\"}", 413, "too-large"),
        new Case("POST", runs, "{\"source\": \"" + "x".repeat(5 << 20) + "\"}", 413, "too-large"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBadRequestIsAProblemThatNamesIt(Case bad) {
    HttpResponse<String> response = server.send(bad.method, bad.path, bad.body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(bad.status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = TestingServer.json(response);
    assertThat(problem.get("type").textValue()).isEqualTo("/problems/" + bad.problem);
    assertThat(problem.get("status").intValue()).isEqualTo(bad.status);
    assertThat(problem.get("title").textValue()).isNotBlank();
    assertThat(problem.get("detail").textValue()).isNotBlank().doesNotContain("Exception");
    bad.named.forEach(name -> assertThat(problem.get("detail").textValue()).contains(name));
    if (bad.status == 405) {
      assertThat(response.headers().firstValue("Allow")).isPresent();
    }
    HttpResponse<String> described = server.get(problem.get("type").textValue());
    assertThat(described.statusCode()).isEqualTo(200);
  }

  @Test
  void anIncompleteAnswerNamesWhatIsMissing() {
    JsonNode problem = server.json(QUERY + "?require=complete");

    assertThat(problem.get("missing").toString())
        .isEqualTo(
            "[{\"partition\":0,\"from\":0,\"to\":1,\"reason\":\"expired before it was folded\"}]");
  }

  @Test
  void malformedPercentSignsAndPathsAreProblemsToo() throws IOException {
    for (String target :
        new String[] {
          QUERY + "?limit=%zz",
          QUERY + "?limit=%",
          QUERY + "?limit=%4",
          "/api/v1/metrics/%zz",
          "/api/v1/metrics/%ff",
          "/api/v1/metrics/a%2fb",
          "/%00"
        }) {
      String answer = raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(target).startsWith("HTTP/1.1 4").contains("application/problem+json");
      assertThat(answer).as(target).contains("\"type\":\"/problems/").doesNotContain("<html");
    }
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package io.braid.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.braid.client.TestingApi;
import io.braid.platform.PlatformOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class BraidTest {
  private static final String COMPARED =
      "{'id': 'c1', 'source': 's', 'state': 'completed', 'equal': %s, 'metrics': {"
          + "'a': {'rows_equal': 5, 'rows_differing': 0, 'only_left': 0, 'only_right': 0,"
          + " 'classes': {}, 'samples': []},"
          + "'b': {'rows_equal': 7, 'rows_differing': %d, 'only_left': %d, 'only_right': 0,"
          + " 'classes': %s, 'samples': []}}}";

  @TempDir private Path directory;
  private TestingApi api;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<PlatformOptions> started = new ArrayList<>();

  @BeforeEach
  void startApi() throws IOException {
    api = new TestingApi();
  }

  @AfterEach
  void stopApi() {
    api.close();
  }

  @Test
  void helpAndVersionEndWithZero() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("demo", "up", "check", "produce", "query");
    assertThat(run("--version")).isZero();
    assertThat(run("query", "--help")).isZero();
    assertThat(out.toString()).contains("--granularity=DURATION", "PT1H", "--include=WHAT");
    assertThat(run("up", "--version")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "upp",
        "up",
        "up --confg x",
        "up --config /no/such/file",
        "check",
        "check --config /no/such/file",
        "check --config /no/such/file --sample x",
        "query",
        "query m --url nonsense",
        "query m --url ftp://localhost",
        "query m --format arrow",
        "produce --kafka localhost:1 --topic t",
        "produce --kafka localhost:1 --topic t --file /no/such/file",
        "produce --kafka localhost:1 --topic t --file f --skip -1",
        "produce --kafka localhost:1 --topic t --file f --rate 0",
        "produce --kafka localhost:1 --topic t --file f --count x",
        "replay s --from {broken",
        "demo --http-port 70000"
      })
  void wrongUsageEndsWithTwoAndAPlainLineOrTwo(String arguments) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines().count()).isBetween(1L, 2L);
    assertThat(out.toString().replaceAll("Starting Kafka.*\\R", "")).isEmpty();
  }

  @Test
  void mistypedOptionIsNamedWithTheNearestOne() {
    assertThat(run("up", "--confg", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--confg").contains("--config");
  }

  @Test
  void checkPassesTheFileOnAndRefusesWithTwo() throws IOException {
    Path config = Files.writeString(directory.resolve("braid.yaml"), "name: x\n");

    assertThat(run("check", "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString()).isEqualTo(config + ":1:1: no sources" + System.lineSeparator());
  }

  @Test
  void optionsOfUpReachThePlatform() throws IOException {
    Path config = Files.writeString(directory.resolve("braid.yaml"), "name: x\n");

    int status =
        run(
            "up",
            "--config",
            config.toString(),
            "--http-port",
            "0",
            "--kafka-port",
            "19092",
            "--store",
            "data");

    assertThat(status).isEqualTo(1);
    assertThat(started).hasSize(1);
    PlatformOptions options = started.get(0);
    assertThat(options.config()).isEqualTo(config);
    assertThat(options.httpPort()).hasValue(0);
    assertThat(options.kafkaPort()).hasValue(19092);
    assertThat(options.store()).hasValue(Path.of("data").toAbsolutePath().toString());
    assertThat(options.portsMayMove()).isFalse();
  }

  @Test
  void storeWithASchemeIsLeftAsItIs() throws IOException {
    Path config = Files.writeString(directory.resolve("braid.yaml"), "name: x\n");

    run("up", "--config", config.toString(), "--store", "s3a://bucket/braid");

    assertThat(started.get(0).store()).hasValue("s3a://bucket/braid");
  }

  @Test
  void demoMayMovePortsAndTakesItsTemporaryStoreAwayAgain() {
    assertThat(run("demo", "--exit")).isEqualTo(1);

    PlatformOptions options = started.get(0);
    assertThat(options.portsMayMove()).isTrue();
    assertThat(options.httpPort()).isEmpty();
    assertThat(options.config().getParent()).doesNotExist();
  }

  @Test
  void stackTraceIsShownOnlyWhenAskedFor() throws IOException {
    Path config = Files.writeString(directory.resolve("braid.yaml"), "name: x\n");

    assertThat(run("up", "--config", config.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("no layers here").doesNotContain("\tat ");
    assertThat(run("up", "--verbose", "--config", config.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("\tat ");
    err.getBuffer().setLength(0);
    assertThat(run("--verbose", "up", "--config", config.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("\tat ");
  }

  @Test
  void recomputeWaitsForItsRunToBePublished() {
    api.accept(
        "POST /api/v1/batch/runs", "/api/v1/batch/runs/r7", "{'id': 'r7', 'state': 'queued'}");
    api.answer("GET /api/v1/batch/runs/r7", 200, "{'id': 'r7', 'state': 'running'}");
    api.answer(
        "GET /api/v1/batch/runs/r7",
        200,
        "{'id': 'r7', 'state': 'published', 'events': 42, 'cut': {'0': 40, '1': 2}}");

    assertThat(run("recompute", "playback", "--mode", "full", "--url", url())).isZero();

    assertThat(out.toString())
        .isEqualToIgnoringNewLines("run r7 published: 42 events, cut {\"0\":40,\"1\":2}");
    assertThat(api.requests())
        .first()
        .isEqualTo("POST /api/v1/batch/runs {\"source\":\"playback\",\"mode\":\"full\"}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void failedRunEndsWithOneAndItsError() {
    api.accept(
        "POST /api/v1/batch/runs",
        "/api/v1/batch/runs/r7",
        "{'id': 'r7', 'state': 'failed', 'error': 'disk full'}");

    assertThat(run("recompute", "playback", "--url", url())).isEqualTo(1);
    assertThat(err.toString()).isEqualToIgnoringNewLines("run r7 failed: disk full");
  }

  @Test
  void replayPassesBoundsOnInTheirOwnForm() {
    api.accept(
        "POST /api/v1/replays",
        "/api/v1/replays/p1",
        "{'id': 'p1', 'state': 'completed', 'events': 3, 'position': {'0': 3}}");

    int status =
        run(
            "replay",
            "s",
            "--url",
            url(),
            "--from",
            "1442016000000",
            "--to",
            "{\"0\": 3}",
            "--late",
            "drop");

    assertThat(status).isZero();
    assertThat(out.toString())
        .isEqualToIgnoringNewLines("replay p1 completed: 3 events, position {\"0\":3}");
    assertThat(api.requests())
        .containsExactly(
            "POST /api/v1/replays"
                + " {\"source\":\"s\",\"from\":1442016000000,\"to\":{\"0\":3},\"late\":\"drop\"}");
  }

  @Test
  void equalComparisonEndsWithZero() {
    api.accept(
        "POST /api/v1/comparisons",
        "/api/v1/comparisons/c1",
        String.format(COMPARED, "true", 0, 0, "{}"));

    assertThat(run("compare", "s", "--replay", "p1", "--url", url())).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "a: 5 rows equal, 0 differ",
            "b: 7 rows equal, 0 differ",
            "comparison: 12 rows equal, 0 differ");
    assertThat(api.requests())
        .containsExactly("POST /api/v1/comparisons {\"source\":\"s\",\"right\":\"replay:p1\"}");
  }

  @Test
  void comparisonIsWrittenToTheReportThatIsAskedFor(@TempDir Path directory) throws Exception {
    api.accept(
        "POST /api/v1/comparisons",
        "/api/v1/comparisons/c1",
        String.format(COMPARED, "true", 0, 0, "{}"));
    Path report = directory.resolve("report.json");

    assertThat(run("compare", "s", "--url", url(), "--report", report.toString())).isZero();

    assertThat(new ObjectMapper().readTree(report.toFile()).path("equal").asBoolean()).isTrue();
    assertThat(run("compare", "s", "--url", url(), "--report", directory.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("Cannot write the report", "--report");
  }

  @Test
  void differingComparisonEndsWithOne() {
    api.accept(
        "POST /api/v1/comparisons",
        "/api/v1/comparisons/c1",
        String.format(COMPARED, "false", 2, 1, "{'late-dropped': 3}"));

    assertThat(run("compare", "s", "--url", url())).isEqualTo(1);

    assertThat(out.toString().lines())
        .endsWith(
            "b: 7 rows equal, 3 differ (2 other values, 1 only left, 0 only right)"
                + " {\"late-dropped\":3}",
            "comparison: 12 rows equal, 3 differ");
  }

  @Test
  void queryPrintsTableProvenanceAndTheNextCursor() {
    api.answer(
        "GET /api/v1/metrics/plays/query",
        200,
        "{'metric': 'plays', 'view': 'merged', 'columns': [{'name': 'n'}], 'rows': [[1]],"
            + " 'provenance': {'batch': null, 'speed': null, 'coverage': 'complete', 'missing':"
            + " []}, 'next': 'abc'}");

    int status =
        run(
            "query",
            "plays",
            "--url",
            url(),
            "--group-by",
            "a,b",
            "--where",
            "a = 'x'",
            "--granularity",
            "P1D",
            "--include",
            "final",
            "--limit",
            "many");

    assertThat(status).isZero();
    assertThat(out.toString().lines())
        .containsExactly("n", "-", "1", "merged: no batch view, no speed view, coverage complete");
    assertThat(err.toString()).contains("--cursor abc");
    assertThat(api.requests())
        .containsExactly(
            "GET /api/v1/metrics/plays/query"
                + "?group_by=a%2Cb&where=a%20%3D%20%27x%27&granularity=P1D&limit=many&include=final");
  }

  @Test
  void queryPrintsTheBodyAsItCameWhenAskedFor() {
    api.answer("GET /api/v1/metrics/plays/query", 200, "{'rows':   [[1.50]]}");

    assertThat(run("query", "plays", "--url", url(), "--group_by", "a", "--format", "json"))
        .isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("{\"rows\":   [[1.50]]}");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 409, 503})
  void problemsAreShownInAPlainLine(int status) {
    api.answer(
        "GET /api/v1/metrics/plays/query",
        status,
        "{'type': '/problems/x', 'title': 'Bad', 'status': 1, 'detail': 'limit must be 1 to 10'}");

    assertThat(run("query", "plays", "--url", url())).isEqualTo(status <= 404 ? 2 : 1);
    assertThat(err.toString()).isEqualToIgnoringNewLines("Bad: limit must be 1 to 10");
  }

  @Test
  void serverThatIsNotThereIsOnePlainLine() {
    String gone = url();
    api.close();

    assertThat(run("query", "plays", "--url", gone)).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains(gone);
  }

  @Test
  void answerThatIsNoJsonIsOnePlainLine() {
    api.answer("GET /api/v1/metrics/plays/query", 200, "<html>");

    assertThat(run("query", "plays", "--url", url())).isEqualTo(1);
    assertThat(err.toString()).contains("not JSON");
  }

  private String url() {
    return api.url().toString();
  }

  private int run(String... arguments) {
    PlatformStarter starter =
        options -> {
          started.add(options);
          throw new UnsupportedOperationException("no layers here");
        };
    Checker checker =
        (config, printer) -> {
          throw new WrongInputException(config + ":1:1: no sources");
        };
    CommandLine command = Braid.commandLine(TestingCommand.starters(starter), checker, false);
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}

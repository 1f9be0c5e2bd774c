package io.braid.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.peer.Health;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingSpeed;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.EndsAtStart;
import io.braid.serving.query.Queries;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsElsewhereTest {

  private static final JobsElsewhere ELSEWHERE =
      new JobsElsewhere("the process that `braid up` runs on store file:/data");

  private record Asked(String method, String path, String body, String jobs) {}

  private static final List<Asked> ASKED =
      List.of(
          new Asked("POST", "/api/v1/batch/runs", "{\"source\": \"playback\"}", "runs"),
          new Asked("GET", "/api/v1/batch/runs", "", "runs"),
          new Asked("GET", "/api/v1/batch/runs/run-1", "", "runs"),
          new Asked("DELETE", "/api/v1/batch/runs/run-1", "", "runs"),
          new Asked("POST", "/api/v1/replays", "{\"source\": \"playback\"}", "replays"),
          new Asked("GET", "/api/v1/replays", "", "replays"),
          new Asked("GET", "/api/v1/replays/replay-1", "", "replays"),
          new Asked("DELETE", "/api/v1/replays/replay-1", "", "replays"),
          new Asked("POST", "/api/v1/comparisons", "{\"source\": \"playback\"}", "comparisons"),
          new Asked("GET", "/api/v1/comparisons", "", "comparisons"),
          new Asked("GET", "/api/v1/comparisons/comparison-1", "", "comparisons"),
          new Asked("GET", "/api/v1/metrics/totals/query?view=replay:replay-1", "", "replays"));

  @Test
  void everyJobIsRefusedWithTheProcessThatHasItWhileQueriesAreAnswered(@TempDir Path folder)
      throws Exception {
    TestingLog log = new TestingLog(1);
    log.append(0, Playback.SIX, Playback.event("a", "search", null, 1, 1, Playback.SIX));
    ServedPair pair =
        new ServedPair(Optional.empty(), TestingSpeed.fromStart(log).advance(log.end()));
    Map<String, ServedSource> sources =
        Map.of(
            "playback",
            new ServedSource(
                Playback.SOURCE, Playback.METRICS, log::numbers, pair, EndsAtStart.NONE));
    Store store = Store.open(folder.toUri());
    try (BatchViews views = new BatchViews(store, Duration.ofSeconds(30));
        BraidServer server =
            new BraidServer(
                "127.0.0.1",
                0,
                Playback.definitions(store.location()),
                sources,
                new Queries(
                    sources,
                    views,
                    ELSEWHERE.replays(),
                    InstantSource.system(),
                    Queries.Limits.DEFAULT),
                ELSEWHERE.comparisons(),
                ELSEWHERE.runs(),
                ELSEWHERE.replays(),
                () -> new Health(List.of(), List.of()),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      for (Asked asked : ASKED) {
        HttpResponse<String> response = send(server, asked);

        assertThat(response.statusCode()).as("%s", asked).isEqualTo(409);
        JsonNode problem = TestingServer.json(response);
        assertThat(problem.path("type").asText()).isEqualTo("/problems/not-here");
        assertThat(problem.path("detail").asText())
            .isEqualTo(
                "This process only serves and has no "
                    + asked.jobs()
                    + "; ask the process that `braid up` runs on store file:/data");
      }
      Asked query = new Asked("GET", "/api/v1/metrics/totals/query", "", "");
      assertThat(TestingServer.json(send(server, query)).path("rows").path(0).path(0).asInt())
          .isEqualTo(1);
    }
  }

  private static HttpResponse<String> send(BraidServer server, Asked asked) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + asked.path()))
            .method(asked.method(), HttpRequest.BodyPublishers.ofString(asked.body()))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}

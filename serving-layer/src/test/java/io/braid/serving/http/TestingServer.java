package io.braid.serving.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.serving.Playback;
import io.braid.serving.TestingLog;
import io.braid.serving.TestingReplays;
import io.braid.serving.TestingRuns;
import io.braid.serving.TestingSpeed;
import io.braid.serving.compare.Comparisons;
import io.braid.serving.query.BatchViews;
import io.braid.serving.query.EndsAtStart;
import io.braid.serving.query.Queries;
import io.braid.serving.query.ServedPair;
import io.braid.serving.query.ServedSource;
import io.braid.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
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
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a free port over a log in memory; published up to a cut, or not at all. */
final class TestingServer implements AutoCloseable {

  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  final TestingLog log;
  final TestingReplays replays;
  final TestingRuns runs = new TestingRuns();
  final List<String> unready = new CopyOnWriteArrayList<>();
  final ServedSource source;
  final BraidServer server;
  final Store store;
  private final BatchViews views;
  private final Comparisons comparisons;
  private final HttpClient client = HttpClient.newHttpClient();

  TestingServer(Path folder, TestingLog log, Optional<Position> cut) {
    this.log = log;
    store = Store.open(folder.toUri());
    views = new BatchViews(store, Duration.ofSeconds(30));
    replays = new TestingReplays(log);
    ServedPair pair =
        cut.map(
                at ->
                    new ServedPair(
                        Optional.of(log.publish(store, "run-20261122t060000000", at)),
                        new TestingSpeed(log, at).advance(log.end())))
            .orElseGet(
                () ->
                    new ServedPair(
                        Optional.empty(), TestingSpeed.fromStart(log).advance(log.end())));
    source =
        new ServedSource(Playback.SOURCE, Playback.METRICS, log::numbers, pair, EndsAtStart.NONE);
    Map<String, ServedSource> sources = Map.of("playback", source);
    comparisons = new Comparisons(sources, views, replays, store, InstantSource.system());
    server =
        new BraidServer(
            "127.0.0.1",
            0,
            Playback.definitions(store.location()),
            sources,
            new Queries(sources, views, replays, InstantSource.system(), Queries.Limits.DEFAULT),
            comparisons,
            runs,
            replays,
            () -> new Health(unready, List.of()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  HttpResponse<String> send(String method, String path, String body) {
    return send(method, path, body, Map.of());
  }

  HttpResponse<String> send(String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("No answer to " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException("No JSON: " + response.body(), e);
    }
  }

  JsonNode json(String path) {
    return json(get(path));
  }

  @Override
  public void close() {
    server.close();
    comparisons.close();
    views.close();
  }
}

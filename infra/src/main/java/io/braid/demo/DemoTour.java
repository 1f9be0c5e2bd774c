package io.braid.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.client.AnswerTable;
import io.braid.client.ApiClient;
import io.braid.client.ApiException;
import io.braid.client.Comparison;
import io.braid.client.JobKind;
import io.braid.client.ProgressBar;
import io.braid.client.SendException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * The guided tour: everything a user could do with {@code curl}, in the order in which it makes
 * sense, while traffic goes on. One thread.
 */
public final class DemoTour {
  /** The demo definition's source, which is its topic too. */
  public static final String SOURCE = "playback";

  private static final String BY_SERVICE = "playback_quality";
  private static final String BY_COUNTRY = "plays_by_country";
  private static final String SESSIONS = "viewing_sessions";
  private static final Duration SHOWN_BOUND = Duration.ofSeconds(60);

  private final ApiClient api;
  private final TrafficGenerator traffic;
  private final InstantSource clock;
  private final PrintWriter out;
  private final ProgressBar bar;

  /**
   * @param api of the Braid that runs the demo's definition
   * @param traffic on its way into the source's topic
   * @param out what people read
   * @param bar progress, where there is a terminal
   */
  public DemoTour(
      ApiClient api,
      TrafficGenerator traffic,
      InstantSource clock,
      PrintWriter out,
      ProgressBar bar) {
    this.api = api;
    this.traffic = traffic;
    this.clock = clock;
    this.out = out;
    this.bar = bar;
  }

  /**
   * Runs the tour and returns whether the served view equals the replay, row by row.
   *
   * @throws ApiException when a request or a job fails
   * @throws SendException when the traffic cannot be written
   */
  public boolean run() throws ApiException, SendException, InterruptedException {
    SortedMap<Integer, Long> historyEnd = traffic.awaitHistory();
    heading(
        "1. %d events of the last half hour are in the topic, and more keep coming.",
        traffic.sent());
    awaitPosition(historyEnd);
    out.println("   No batch view exists yet; the speed layer alone answers:");
    showAnswers();

    heading("2. Spark recomputes the whole history. Run requested for source %s.", SOURCE);
    JsonNode run = api.post(JobKind.RUN, body()).await(bar);
    out.printf(
        "   run %s published: %s events, cut %s%n",
        run.path("id").asText(), run.path("events").asText(), run.path("cut"));
    out.println("   Below the cut the batch view answers now, above it the speed view:");
    showAnswers();

    heading("3. The same log once more, by the streaming path alone: the Kappa answer.");
    JsonNode replay = api.post(JobKind.REPLAY, body()).await(bar);
    out.printf(
        "   replay %s completed: %s events, position %s%n",
        replay.path("id").asText(), replay.path("events").asText(), replay.path("position"));

    heading("4. Both answers at the same position, row by row.");
    JsonNode document =
        api.post(JobKind.COMPARISON, body().put("right", "replay:" + replay.path("id").asText()))
            .await(bar);
    out.printf("   position %s%n", document.path("position"));
    Comparison comparison = Comparison.of(document);
    comparison.lines().forEach(out::println);
    return comparison.differing() == 0;
  }

  private static ObjectNode body() {
    return ApiClient.object().put("source", SOURCE);
  }

  private void heading(String format, Object... values) {
    out.println();
    out.printf(format + "%n", values);
  }

  /** Waits until an answer covers the position: the events are folded, not only written. */
  private void awaitPosition(SortedMap<Integer, Long> position)
      throws ApiException, InterruptedException {
    long deadline = System.nanoTime() + SHOWN_BOUND.toNanos();
    while (true) {
      JsonNode answer = api.query(BY_COUNTRY, Map.of("limit", "1"));
      JsonNode reached = answer.path("provenance").path("speed").path("position");
      if (position.entrySet().stream()
          .allMatch(end -> reached.path(end.getKey().toString()).asLong() >= end.getValue())) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Answers stay at position " + reached + ", events reach to " + position);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void showAnswers() throws ApiException, InterruptedException {
    Instant lastMinute = clock.instant().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60);
    show(BY_SERVICE, Map.of("from", lastMinute.toString(), "limit", "5"));
    show(BY_COUNTRY, Map.of("limit", "4"));
    show(SESSIONS, Map.of("from", lastMinute.toString(), "limit", "3", "include", "final"));
  }

  private void show(String metric, Map<String, String> parameters)
      throws ApiException, InterruptedException {
    AnswerTable table = new AnswerTable(api.query(metric, parameters));
    out.println();
    out.println("   " + metric);
    table.lines().forEach(line -> out.println("     " + line));
    out.println("   " + table.provenance());
  }
}

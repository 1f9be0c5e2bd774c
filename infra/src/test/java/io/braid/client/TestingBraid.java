package io.braid.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A running Braid as a test asks it, over HTTP. Safe to share between threads. */
public final class TestingBraid {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final ApiClient api;

  public TestingBraid(URI url) {
    api = new ApiClient(url);
  }

  public URI url() {
    return api.url();
  }

  /** Asks a metric; parameters as name, value, name, value. */
  public TestingAnswer ask(String metric, String... parameters) throws Exception {
    Map<String, String> asked = new TreeMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      asked.put(parameters[i], parameters[i + 1]);
    }
    long sentNanos = System.nanoTime();
    JsonNode answer = api.query(metric, asked);
    return TestingAnswer.of(answer, sentNanos, System.nanoTime());
  }

  /** Asks for all pages of an answer, each of so many rows, and returns them as one. */
  public TestingAnswer askByPages(String metric, int limit) throws Exception {
    String rows = Integer.toString(limit);
    TestingAnswer first = ask(metric, "limit", rows);
    List<List<String>> all = new ArrayList<>(first.rows());
    TestingAnswer page = first;
    while (!page.next().isEmpty()) {
      TestingAnswer following = ask(metric, "limit", rows, "cursor", page.next());
      if (!following.position().equals(first.position())) {
        throw new AssertionError(
            "A page is at %s, the first one at %s"
                .formatted(following.position(), first.position()));
      }
      if (page.rows().size() != limit) {
        throw new AssertionError("A page that is not the last has " + page.rows().size() + " rows");
      }
      all.addAll(following.rows());
      page = following;
    }
    return first.withRows(all);
  }

  /** Waits until answers of a metric cover a position and returns the first that does. */
  public TestingAnswer awaitPosition(String metric, SortedMap<Integer, Long> position)
      throws Exception {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (true) {
      TestingAnswer answer = ask(metric, "limit", "10000");
      if (answer.isAtOrPast(position)) {
        return answer;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "Answers stay at %s, the log reaches to %s".formatted(answer.position(), position));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  public Job startRun(String source) throws Exception {
    return api.post(JobKind.RUN, body(source));
  }

  public Job startReplay(String source) throws Exception {
    return api.post(JobKind.REPLAY, body(source));
  }

  public Job startComparison(String source) throws Exception {
    return api.post(JobKind.COMPARISON, body(source));
  }

  public Job startComparison(String source, String right) throws Exception {
    return api.post(JobKind.COMPARISON, body(source).put("right", right));
  }

  private static ObjectNode body(String source) {
    return ApiClient.object().put("source", source);
  }

  /** Waits for a job's successful end and returns its last document. */
  public JsonNode await(Job job) throws Exception {
    return job.await(new ProgressBar(new PrintWriter(Writer.nullWriter()), false));
  }

  public JsonNode run(String source) throws Exception {
    return await(startRun(source));
  }

  /** Returns the document at a path behind {@code /api/v1}. */
  public JsonNode get(String path) throws Exception {
    return api.document("/api/v1" + path);
  }

  /** Returns the ids of a list, newest first. */
  public List<String> ids(String path) throws Exception {
    List<String> ids = new ArrayList<>();
    get(path).path("items").forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }

  /** Returns a position as JSON writes it. */
  public static SortedMap<Integer, Long> position(JsonNode node) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    node.properties()
        .forEach(entry -> offsets.put(Integer.valueOf(entry.getKey()), entry.getValue().asLong()));
    return offsets;
  }
}

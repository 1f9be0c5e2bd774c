package io.braid.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A client of Braid's HTTP API. Safe for use by several threads. */
public final class ApiClient {
  private static final Duration CONNECT_BOUND = Duration.ofSeconds(5);

  /** The server's own deadline is 30 s: it answers that itself, and better. */
  private static final Duration ANSWER_BOUND = Duration.ofSeconds(40);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final URI base;
  private final HttpClient http;

  /**
   * @param base where the server is, such as {@code http://localhost:8080}
   * @throws IllegalArgumentException when that is no HTTP address
   */
  public ApiClient(URI base) {
    boolean web = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!web || base.getHost() == null) {
      throw new IllegalArgumentException(
          "Invalid URL: " + base + ", must be like http://localhost:8080");
    }
    this.base = URI.create(base.toString().replaceAll("/+$", ""));
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_BOUND)
            .build();
  }

  /** Returns where the server is. */
  public URI url() {
    return base;
  }

  /** Returns an empty JSON object, to be filled and posted. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Parses JSON; empty when the text is none. Decimals keep their digits. */
  public static Optional<JsonNode> parse(byte[] text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the answer of one metric's query as JSON.
   *
   * @param parameters of the HTTP API, by name
   * @throws ApiException when the server refuses it or does not answer
   */
  public JsonNode query(String metric, Map<String, String> parameters)
      throws ApiException, InterruptedException {
    return json(queryBytes(metric, parameters));
  }

  /** As {@link #query}, but the body as it came, whatever its format. */
  public byte[] queryBytes(String metric, Map<String, String> parameters)
      throws ApiException, InterruptedException {
    String path = "/api/v1/metrics/" + encode(metric) + "/query";
    String query =
        parameters.entrySet().stream()
            .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    return get(URI.create(base + path + (query.isEmpty() ? "" : "?" + query)));
  }

  /** Asks for a job. Returns it as accepted; {@link Job#await} waits for its end. */
  public Job post(JobKind kind, ObjectNode body) throws ApiException, InterruptedException {
    URI uri = URI.create(base + kind.path());
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_BOUND)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(bytes(body)))
            .build();
    HttpResponse<byte[]> response = send(request);
    JsonNode document = json(response.body());
    URI location =
        response
            .headers()
            .firstValue("Location")
            .map(uri::resolve)
            .orElseGet(() -> URI.create(uri + "/" + encode(document.path("id").asText())));
    return new Job(this, kind, location, document);
  }

  /** Returns the JSON document at a path of this server, such as {@code /api/v1/sources}. */
  public JsonNode document(String path) throws ApiException, InterruptedException {
    return document(URI.create(base + path));
  }

  JsonNode document(URI uri) throws ApiException, InterruptedException {
    return json(get(uri));
  }

  private byte[] get(URI uri) throws ApiException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).timeout(ANSWER_BOUND).GET().build()).body();
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws ApiException, InterruptedException {
    HttpResponse<byte[]> response;
    try {
      response = http.send(request, BodyHandlers.ofByteArray());
    } catch (HttpTimeoutException e) {
      throw ApiException.withoutAnswer(
          "No answer from " + base + " in time; is that a Braid, and is it busy?", e);
    } catch (IOException e) {
      throw ApiException.withoutAnswer(
          "No Braid answers at "
              + base
              + ": start one with `braid up`, or name its address with --url.",
          e);
    }
    if (response.statusCode() / 100 != 2) {
      throw new ApiException(response.statusCode(), problem(response));
    }
    return response;
  }

  private static String problem(HttpResponse<byte[]> response) {
    JsonNode problem = parse(response.body()).orElseGet(ApiClient::object);
    String title = problem.path("title").asText("");
    String detail = problem.path("detail").asText("");
    if (title.isEmpty() && detail.isEmpty()) {
      return response.uri() + " answered with status " + response.statusCode();
    }
    return title.isEmpty() || detail.isEmpty() ? title + detail : title + ": " + detail;
  }

  private JsonNode json(byte[] body) throws ApiException {
    return parse(body)
        .orElseThrow(
            () ->
                new ApiException(
                    200, "The answer of " + base + " is not JSON; is that address a Braid?"));
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + body, e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package io.braid.serving.worker;

import io.braid.definition.Metric;
import io.braid.fold.MetricPlan;
import io.braid.fold.PartitionSnapshot;
import io.braid.peer.PartialViewCodec;
import io.braid.peer.PeerProtocol;
import io.braid.peer.PeerSource;
import io.braid.time.PaneRange;
import io.braid.view.ViewSchema;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Asks workers over HTTP. Connections are kept; answers are decoded while they arrive. Safe to
 * share between threads.
 *
 * <p>All methods return at once. What they return fails with a {@link WorkerException} when the
 * worker does not answer whole and in time.
 */
public final class WorkerClient implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** The token, or the definitions, are others. */
  private static final Set<Integer> REFUSALS = Set.of(401, 409);

  /** A worker that does nothing else says at once that it lives. */
  private static final Duration LONGEST_PROBE = Duration.ofSeconds(2);

  /** A sentence, and no more if it is not one. */
  private static final int REASON_BYTES = 1_000;

  private final String token;
  private final Timeouts timeouts;
  private final HttpClient client;

  /**
   * Decode; apart from the client's own threads, which must stay free to bring the bytes. As many
   * as there are answers on the way: queries times workers, and both are bounded.
   */
  private final ExecutorService decoders;

  /**
   * How long a worker is waited for.
   *
   * @param connect until it takes a connection
   * @param answer until its answer begins, and at any time after until more of it arrives
   * @param whole until its answer has arrived, all of it
   */
  public record Timeouts(Duration connect, Duration answer, Duration whole) {

    /**
     * A machine that is gone takes no connection, and a busy one takes it in time; of the 30 s that
     * a query has, a silent worker may use a sixth, and one whose answer is long all but what the
     * rest of the query takes.
     */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(25));

    private Timeouts ofProbe() {
      Duration brief = answer.compareTo(LONGEST_PROBE) < 0 ? answer : LONGEST_PROBE;
      return new Timeouts(connect, brief, brief);
    }
  }

  /**
   * Opens no connection yet.
   *
   * @param token that workers know
   */
  public WorkerClient(String token, Timeouts timeouts) {
    this.token = token;
    this.timeouts = timeouts;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeouts.connect())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.decoders =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "braid-worker-answer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads a worker's views of some metrics.
   *
   * @param address of the worker, {@code host:port}
   * @param metrics indexes into the source's metrics
   * @return its snapshots, whole; empty when it does not fold that source or generation
   */
  public CompletableFuture<Optional<List<PartitionSnapshot>>> read(
      String address,
      PeerSource source,
      String generation,
      List<Integer> metrics,
      PaneRange range) {
    List<ViewSchema> schemas =
        metrics.stream()
            .map(source.metrics()::get)
            .map(Metric::plan)
            .map(MetricPlan::schema)
            .toList();
    String query =
        "&generation=%s&metrics=%s&from=%d&to=%d"
            .formatted(
                encoded(generation),
                metrics.stream().map(String::valueOf).collect(Collectors.joining(",")),
                range.fromMs(),
                range.toMs());
    return ask(
        address,
        source,
        PeerProtocol.VIEWS,
        query,
        timeouts,
        body -> PartialViewCodec.read(body, generation, schemas));
  }

  /**
   * Asks a worker whether it would answer for a source: lives, takes the token, has the same
   * definitions.
   *
   * @return nothing, once it said so
   */
  public CompletableFuture<Void> probe(String address, PeerSource source) {
    return ask(
            address,
            source,
            PeerProtocol.POSITIONS,
            "",
            timeouts.ofProbe(),
            InputStream::readAllBytes)
        .thenAccept(unused -> {});
  }

  /** Makes something of a body. */
  private interface Decoder<T> {
    T decode(InputStream body) throws IOException;
  }

  private <T> CompletableFuture<Optional<T>> ask(
      String address,
      PeerSource source,
      String what,
      String query,
      Timeouts within,
      Decoder<T> decoder) {
    long deadline = System.nanoTime() + within.whole().toNanos();
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://%s%s%s%s?fingerprint=%s%s"
                          .formatted(
                              address,
                              PeerProtocol.SOURCES,
                              encoded(source.name()),
                              what,
                              source.fingerprint(),
                              query)))
              .timeout(within.answer())
              .header("Authorization", PeerProtocol.BEARER + token)
              .build();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          WorkerException.ofAllQueries("Worker '%s' has no address to ask".formatted(address), e));
    }
    return client
        .sendAsync(request, BodyHandlers.ofInputStream())
        .thenApplyAsync(response -> decoded(address, response, within, deadline, decoder), decoders)
        .exceptionally(
            e -> {
              throw failure(address, within, e);
            });
  }

  private static <T> Optional<T> decoded(
      String address,
      HttpResponse<InputStream> response,
      Timeouts within,
      long deadline,
      Decoder<T> decoder) {
    try (ArrivingBody body = new ArrivingBody(response.body(), within.answer(), deadline)) {
      try {
        if (response.statusCode() == OK) {
          return Optional.of(decoder.decode(body));
        }
        String reason = new String(body.readNBytes(REASON_BYTES), StandardCharsets.UTF_8);
        if (response.statusCode() == NOT_FOUND) {
          return Optional.empty();
        }
        throw refusal(address, response.statusCode(), reason);
      } catch (IOException | IllegalArgumentException e) {
        if (body.isLate()) {
          throw WorkerException.ofThisQuery(
              "Worker %s did not answer whole within %d ms, or paused for %d ms"
                  .formatted(address, within.whole().toMillis(), within.answer().toMillis()),
              e);
        }
        throw WorkerException.ofThisQuery(
            "Cannot use the answer of worker %s: %s".formatted(address, e.getMessage()), e);
      }
    } catch (IOException e) {
      throw WorkerException.ofThisQuery(
          "Cannot use the answer of worker %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  private static WorkerException refusal(String address, int status, String reason) {
    String message = "Worker %s refuses (%d): %s".formatted(address, status, reason);
    return REFUSALS.contains(status)
        ? WorkerException.ofAllQueries(message, null)
        : WorkerException.ofThisQuery(message, null);
  }

  private static WorkerException failure(String address, Timeouts within, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof WorkerException known) {
      return known;
    }
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return WorkerException.ofAllQueries(
          "Cannot reach worker %s: nothing takes connections there".formatted(address), cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return WorkerException.ofThisQuery(
          "Worker %s did not answer within %d ms".formatted(address, within.answer().toMillis()),
          cause);
    }
    return WorkerException.ofThisQuery(
        "Cannot read from worker %s: %s".formatted(address, cause.getMessage()), cause);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Waits for nothing more. */
  @Override
  public void close() {
    decoders.shutdownNow();
  }
}

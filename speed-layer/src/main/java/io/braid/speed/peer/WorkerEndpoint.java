package io.braid.speed.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.Health;
import io.braid.peer.PartialViewCodec;
import io.braid.peer.PartialViews;
import io.braid.peer.PeerProtocol;
import io.braid.peer.PeerSource;
import io.braid.store.Json;
import io.braid.time.PaneRange;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's HTTP server: hands its partial views to servers that show the shared token. Listens
 * from construction on.
 *
 * <p>Connections are kept and send without delay (Jetty sets TCP_NODELAY); at most {@link #THREADS}
 * threads work, the other requests wait. A body is encoded while it is sent. Safe to share between
 * threads.
 */
public final class WorkerEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerEndpoint.class);

  /** Enough for servers that all ask at once; folding has the processors, not this. */
  static final int THREADS = 16;

  /** Longer than a server waits for an answer, so that it is the one who closes a connection. */
  private static final long IDLE_MS = 60_000;

  /** A path, a token and the indexes of some hundred metrics. */
  private static final int MAX_HEADER_BYTES = 16 << 10;

  private static final String FIGURES = "/metrics";
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";

  /**
   * What is told without the token. It shows names, positions and counts and none of the data, and
   * who asks is Prometheus or a probe of a cluster, which should know no token that opens more.
   */
  private static final Set<String> OPEN = Set.of(FIGURES, LIVE, READY);

  private final Map<String, PeerSource> sources = new TreeMap<>();
  private final PartialViews views;
  private final Predicate<String> token;
  private final Supplier<String> figures;
  private final Supplier<Health> health;
  private final String host;
  private final Javalin javalin;

  /**
   * Starts to listen.
   *
   * @param host to bind, and where servers reach this worker
   * @param port to bind; 0 for a free one, see {@link #address}
   * @param sources that may be asked for
   * @param views what is handed out
   * @param token says whether a token is the shared one; compares in constant time
   * @param figures what {@code /metrics} shows, in the text format of Prometheus
   * @param health what {@code /health/ready} tells; must not throw
   * @throws EndpointException when host and port cannot be bound
   */
  public WorkerEndpoint(
      String host,
      int port,
      Collection<PeerSource> sources,
      PartialViews views,
      Predicate<String> token,
      Supplier<String> figures,
      Supplier<Health> health) {
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.host = host;
    this.views = views;
    this.token = token;
    this.figures = figures;
    this.health = health;
    this.javalin = Javalin.create(config -> configure(config, port));
    try {
      javalin.start();
    } catch (RuntimeException e) {
      javalin.stop();
      throw refused(host, port, e);
    }
  }

  private static EndpointException refused(String host, int port, RuntimeException e) {
    String reason = String.valueOf(e.getMessage());
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        reason = "the port is in use, or the host is not one of this machine";
      } else if (cause instanceof UnresolvedAddressException
          || cause instanceof UnknownHostException) {
        reason = "the host is not known";
      }
    }
    return new EndpointException(
        "Cannot listen for servers on %s:%d: %s; choose another with speed.host and speed.port"
            .formatted(host, port, reason),
        e);
  }

  private void configure(JavalinConfig config, int port) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = 0; // nothing here takes a body
    config.http.compressionStrategy = CompressionStrategy.NONE;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("braid-worker-http");
    threads.setDaemon(true);
    config.jetty.threadPool = threads;
    config.jetty.addConnector((server, http) -> connector(server, http, port));
    config.routes.before(this::authorize);
    config.routes.get(FIGURES, this::figures);
    config.routes.get(LIVE, ctx -> json(ctx, Map.of("status", "live")));
    config.routes.get(READY, this::ready);
    config.routes.get(PeerProtocol.LIVE, ctx -> ctx.result("live"));
    config.routes.get(PeerProtocol.SOURCES + "{source}" + PeerProtocol.VIEWS, this::view);
    config.routes.get(PeerProtocol.SOURCES + "{source}" + PeerProtocol.POSITIONS, this::positions);
    config.routes.exception(
        RefusedReadException.class, (e, ctx) -> answer(ctx, e.status(), e.getMessage()));
    config.routes.exception(
        HttpResponseException.class,
        (e, ctx) -> answer(ctx, e.getStatus(), "Cannot answer %s".formatted(ctx.path())));
    config.routes.exception(EofException.class, (e, ctx) -> LOG.debug("A server went away", e));
    config.routes.exception(
        Exception.class,
        (e, ctx) -> {
          LOG.error("{} failed", ctx.path(), e);
          answer(ctx, 500, "The worker failed; its log says more");
        });
  }

  private ServerConnector connector(Server server, HttpConfiguration http, int port) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MS);
    return connector;
  }

  private void authorize(Context ctx) {
    if (OPEN.contains(ctx.path())) {
      return;
    }
    String header = Optional.ofNullable(ctx.header("Authorization")).orElse("");
    boolean known =
        header.startsWith(PeerProtocol.BEARER)
            && token.test(header.substring(PeerProtocol.BEARER.length()));
    if (!known) {
      ctx.header("WWW-Authenticate", PeerProtocol.BEARER.trim());
      throw new RefusedReadException(
          401, "The token is not the worker's; give both the same speed.token or the same store");
    }
  }

  private void figures(Context ctx) {
    ctx.contentType("text/plain; version=0.0.4; charset=utf-8");
    ctx.result(figures.get());
  }

  private void ready(Context ctx) throws JsonProcessingException {
    Health now = health.get();
    ctx.status(now.status());
    json(ctx, now.document());
  }

  private static void json(Context ctx, Object document) throws JsonProcessingException {
    ctx.contentType("application/json");
    ctx.result(Json.mapper().writeValueAsBytes(document));
  }

  private void view(Context ctx) throws IOException {
    PeerSource source = source(ctx);
    String generation = parameter(ctx, "generation");
    List<Integer> metrics = metrics(ctx, source);
    PaneRange range = new PaneRange(number(ctx, "from"), number(ctx, "to"));
    List<PartitionSnapshot> snapshots =
        views
            .read(source.name(), generation, metrics, range)
            .orElseThrow(
                () ->
                    new RefusedReadException(
                        404,
                        "Generation '%s' of source %s is not folded here"
                            .formatted(generation, source.name())));
    ctx.contentType(PeerProtocol.CONTENT_TYPE);
    PartialViewCodec.write(generation, snapshots, ctx.outputStream());
  }

  private void positions(Context ctx) throws JsonProcessingException {
    PeerSource source = source(ctx);
    SortedMap<String, Position> positions =
        views
            .positions(source.name())
            .orElseThrow(
                () ->
                    new RefusedReadException(
                        404, "Source '%s' is not folded here".formatted(source.name())));
    json(ctx, Map.of("generations", positions));
  }

  /** Returns the source that is asked for, if both sides know it alike. */
  private PeerSource source(Context ctx) {
    String name = ctx.pathParam("source");
    PeerSource source = sources.get(name);
    if (source == null) {
      throw new RefusedReadException(
          404, "Source '%s' is not folded here; valid: %s".formatted(name, sources.keySet()));
    }
    String theirs = parameter(ctx, "fingerprint");
    if (!theirs.equals(source.fingerprint())) {
      throw new RefusedReadException(
          409,
          "Source %s is defined otherwise here, or its topic is another: fingerprint %s, the server has %s; start both with the same definitions"
              .formatted(name, source.fingerprint(), theirs));
    }
    return source;
  }

  private static List<Integer> metrics(Context ctx, PeerSource source) {
    String text = parameter(ctx, "metrics");
    List<Integer> metrics = new ArrayList<>();
    for (String index : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      if (!index.matches("\\d{1,9}") || Integer.parseInt(index) >= source.metrics().size()) {
        throw new RefusedReadException(
            400,
            "Parameter 'metrics': '%s' is no index, valid: 0 to %d with commas between"
                .formatted(index, source.metrics().size() - 1));
      }
      metrics.add(Integer.valueOf(index));
    }
    return metrics;
  }

  private static long number(Context ctx, String name) {
    String text = parameter(ctx, name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new RefusedReadException(
          400, "Parameter '%s': '%s' is no time in epoch milliseconds".formatted(name, text));
    }
  }

  private static String parameter(Context ctx, String name) {
    String value = ctx.queryParam(name);
    if (value == null) {
      throw new RefusedReadException(400, "Parameter '%s' is missing".formatted(name));
    }
    return value;
  }

  /** Once a part of the views is on its way nothing can be said but by leaving out the end mark. */
  private static void answer(Context ctx, int status, String sentence) {
    if (ctx.res().isCommitted()) {
      return;
    }
    ctx.res().resetBuffer();
    ctx.status(status);
    ctx.contentType("text/plain; charset=utf-8");
    ctx.result(sentence);
  }

  /** Returns where servers reach this worker: {@code host:port}, an IPv6 host in brackets. */
  public String address() {
    return (host.contains(":") ? "[%s]:%d" : "%s:%d").formatted(host, javalin.port());
  }

  /** Answers what has been asked and listens no longer. */
  @Override
  public void close() {
    javalin.stop();
  }
}

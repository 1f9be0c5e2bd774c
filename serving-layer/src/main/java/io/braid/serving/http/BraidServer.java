package io.braid.serving.http;

import io.braid.definition.Definitions;
import io.braid.peer.Health;
import io.braid.serving.compare.ComparisonJobs;
import io.braid.serving.compare.ReplayJobs;
import io.braid.serving.query.Answer;
import io.braid.serving.query.Queries;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.ServedSource;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The HTTP server: paths, health, figures and the page at {@code /}. Listens from construction on.
 * Safe to share between threads.
 */
public final class BraidServer implements AutoCloseable {

  private static final String METRICS = "/api/v1/metrics";

  /** A browser says so by itself; other clients do not send the header. */
  private static final String FETCH_SITE = "Sec-Fetch-Site";

  private final Queries queries;
  private final Supplier<Health> health;
  private final PrometheusMeterRegistry registry;
  private final Catalog catalog;
  private final JobEndpoints jobs;
  private final byte[] page;
  private final String host;
  private final Javalin javalin;

  /**
   * Starts to listen.
   *
   * @param host to bind
   * @param port to bind; 0 for a free one, see {@link #port}
   * @param definitions what the API lists
   * @param sources by name
   * @param health what {@code /health/ready} tells; must not throw
   * @param registry what {@code /metrics} shows
   * @throws ListenException when host and port cannot be bound
   */
  public BraidServer(
      String host,
      int port,
      Definitions definitions,
      Map<String, ServedSource> sources,
      Queries queries,
      ComparisonJobs comparisons,
      BatchJobs batch,
      ReplayJobs replays,
      Supplier<Health> health,
      PrometheusMeterRegistry registry) {
    this.host = host;
    this.queries = queries;
    this.health = health;
    this.registry = registry;
    this.catalog = new Catalog(definitions, sources);
    sources.forEach((name, source) -> SourceFigures.register(registry, name, source));
    this.jobs = new JobEndpoints(definitions.sources().keySet(), batch, replays, comparisons);
    this.page = resource("page.html");
    this.javalin = Javalin.create(this::configure);
    try {
      javalin.start(host, port);
    } catch (RuntimeException e) {
      javalin.stop();
      throw refused(host, port, e);
    }
  }

  /**
   * Checks that a server could listen there now.
   *
   * @param port 0 is always free
   * @throws ListenException when it could not
   */
  public static void checkFree(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true); // as the server does: a connection that is fading is no obstacle
      probe.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw refused(host, port, e);
    }
  }

  private static ListenException refused(String host, int port, Exception e) {
    String reason = String.valueOf(e.getMessage());
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        reason = "the port is in use or not allowed";
      } else if (cause instanceof UnresolvedAddressException
          || cause instanceof UnknownHostException) {
        reason = "the host is not known";
      }
    }
    return new ListenException(
        "Cannot listen on %s:%d: %s; choose another with http.host, http.port or --http-port, or end what uses it"
            .formatted(host, port, reason),
        e);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = Body.MAX_BYTES;
    config.jetty.modifyServer(server -> server.setErrorHandler(Problems.underneath()));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.requestLogger.http(this::record);
    routes(config.routes);
    Problems.register(config.routes);
  }

  private void routes(RoutesConfig routes) {
    Map<String, Map<HandlerType, Handler>> table = new LinkedHashMap<>();
    on(table, HandlerType.GET, "/api/v1/sources", this::sources);
    on(table, HandlerType.GET, METRICS, this::metrics);
    on(table, HandlerType.GET, METRICS + "/{metric}", this::metric);
    on(table, HandlerType.GET, METRICS + "/{metric}/query", this::query);
    on(table, HandlerType.POST, JobEndpoints.RUNS, plain(jobs::startRun));
    on(table, HandlerType.GET, JobEndpoints.RUNS, plain(jobs::listRuns));
    on(table, HandlerType.GET, JobEndpoints.RUNS + "/{id}", plain(jobs::showRun));
    on(table, HandlerType.DELETE, JobEndpoints.RUNS + "/{id}", plain(jobs::cancelRun));
    on(table, HandlerType.POST, JobEndpoints.REPLAYS, plain(jobs::startReplay));
    on(table, HandlerType.GET, JobEndpoints.REPLAYS, plain(jobs::listReplays));
    on(table, HandlerType.GET, JobEndpoints.REPLAYS + "/{id}", plain(jobs::showReplay));
    on(table, HandlerType.DELETE, JobEndpoints.REPLAYS + "/{id}", plain(jobs::cancelReplay));
    on(table, HandlerType.POST, JobEndpoints.COMPARISONS, plain(jobs::startComparison));
    on(table, HandlerType.GET, JobEndpoints.COMPARISONS, plain(jobs::listComparisons));
    on(table, HandlerType.GET, JobEndpoints.COMPARISONS + "/{id}", plain(jobs::showComparison));
    on(table, HandlerType.GET, "/health/live", BraidServer::live);
    on(table, HandlerType.GET, "/health/ready", this::ready);
    on(table, HandlerType.GET, "/metrics", this::figures);
    on(table, HandlerType.GET, "/problems/{name}", BraidServer::problem);
    on(table, HandlerType.GET, "/", this::page);
    table.forEach(
        (path, handlers) -> {
          TreeSet<String> allowed = new TreeSet<>();
          handlers.keySet().forEach(method -> allowed.add(method.name()));
          if (allowed.contains("GET")) {
            allowed.add("HEAD");
          }
          allowed.add("OPTIONS");
          String allow = String.join(", ", allowed);
          handlers.put(HandlerType.OPTIONS, ctx -> ctx.status(204).header("Allow", allow));
          handlers.forEach(
              (method, handler) -> routes.addEndpoint(new Endpoint(method, path, handler)));
          for (HandlerType method :
              List.of(
                  HandlerType.GET,
                  HandlerType.POST,
                  HandlerType.PUT,
                  HandlerType.PATCH,
                  HandlerType.DELETE)) {
            if (!handlers.containsKey(method)) {
              routes.addEndpoint(new Endpoint(method, path, ctx -> notAllowed(ctx, method, allow)));
            }
          }
        });
    routes.before(BraidServer::protect);
  }

  private static void on(
      Map<String, Map<HandlerType, Handler>> table,
      HandlerType method,
      String path,
      Handler handler) {
    table.computeIfAbsent(path, unused -> new LinkedHashMap<>()).put(method, handler);
  }

  /** Returns a handler that refuses every query parameter. */
  private static Handler plain(Handler handler) {
    return ctx -> {
      QueryString.requireNone(ctx.queryString());
      handler.handle(ctx);
    };
  }

  private static void notAllowed(Context ctx, HandlerType method, String allow) {
    ctx.header("Allow", allow);
    Problems.write(
        ctx,
        Problem.METHOD_NOT_ALLOWED,
        405,
        "%s is not possible on %s; valid: %s".formatted(method.name(), ctx.path(), allow),
        List.of());
  }

  /** A page of another site may read nothing here (no CORS), and must not start anything either. */
  private static void protect(Context ctx) {
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Cache-Control", "no-store");
    String site = ctx.header(FETCH_SITE);
    boolean changes =
        ctx.method().equals(HandlerType.POST) || ctx.method().equals(HandlerType.DELETE);
    if (changes && site != null && !site.equals("same-origin") && !site.equals("none")) {
      ctx.skipRemainingHandlers();
      Problems.write(ctx, Problem.FORBIDDEN, 403, Problem.FORBIDDEN.description(), List.of());
    }
  }

  private void sources(Context ctx) throws IOException {
    QueryString.requireNone(ctx.queryString());
    JobEndpoints.json(ctx, Map.of("items", catalog.sources()));
  }

  private void metrics(Context ctx) throws IOException {
    QueryString.requireNone(ctx.queryString());
    JobEndpoints.json(ctx, Map.of("items", catalog.metrics()));
  }

  private void metric(Context ctx) throws IOException {
    QueryString.requireNone(ctx.queryString());
    JobEndpoints.json(ctx, Catalog.document(queries.metric(ctx.pathParam("metric"))));
  }

  private void query(Context ctx) throws IOException {
    Answer answer = queries.answer(ctx.pathParam("metric"), QueryString.parse(ctx.queryString()));
    ctx.contentType("application/json");
    if (!ctx.method().equals(HandlerType.HEAD)) {
      AnswerWriter.write(answer, ctx.outputStream());
    }
  }

  private static void live(Context ctx) throws IOException {
    JobEndpoints.json(ctx, Map.of("status", "live"));
  }

  private void ready(Context ctx) throws IOException {
    Health now = health.get();
    ctx.status(now.status());
    JobEndpoints.json(ctx, now.document());
  }

  private void figures(Context ctx) {
    ctx.contentType("text/plain; version=0.0.4; charset=utf-8");
    ctx.result(registry.scrape());
  }

  private static void problem(Context ctx) throws IOException {
    String name = ctx.pathParam("name");
    Problem problem =
        Problem.find(name)
            .orElseThrow(() -> RefusedException.notFound("Unknown problem '%s'".formatted(name)));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", problem.type());
    document.put("title", problem.title());
    document.put("status", problem.status());
    document.put("detail", problem.description());
    JobEndpoints.json(ctx, document);
  }

  private void page(Context ctx) {
    ctx.header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    ctx.contentType("text/html; charset=utf-8");
    ctx.result(page);
  }

  private void record(Context ctx, Float milliseconds) {
    Endpoint matched = ctx.endpoints().matchedHttpEndpoint();
    Timer.builder("braid.http.requests")
        .description("Requests by endpoint and status")
        .tag("endpoint", matched == null ? "unmatched" : matched.path)
        .tag("method", matched == null ? "any" : matched.method.name())
        .tag("status", Integer.toString(ctx.statusCode()))
        .register(registry)
        .record((long) (milliseconds * 1_000_000.0), TimeUnit.NANOSECONDS);
  }

  private static byte[] resource(String name) {
    try (InputStream in = BraidServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Cannot find the resource " + name + " in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read the resource " + name, e);
    }
  }

  /** Returns the port that is listened on. */
  public int port() {
    return javalin.port();
  }

  /** Returns where clients reach the server: {@code http://127.0.0.1:8080}. */
  public String url() {
    return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port());
  }

  /** Answers what has been asked and listens no longer. */
  @Override
  public void close() {
    javalin.stop();
  }
}

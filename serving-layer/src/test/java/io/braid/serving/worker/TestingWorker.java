package io.braid.serving.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.braid.fold.PartitionSnapshot;
import io.braid.log.Position;
import io.braid.peer.PartialViewCodec;
import io.braid.peer.PartialViews;
import io.braid.time.PaneRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker that holds what it is told to, over HTTP and in this process, in every bad manner. */
final class TestingWorker implements PartialViews, AutoCloseable {

  /** What it does with a question. */
  enum Manner {
    ANSWERS,
    REFUSES,
    FAILS,
    CUTS_OFF,
    SENDS_RUBBISH,
    SENDS_NOTHING,
    STOPS_IN_THE_MIDDLE,
    /** Sends one byte after the other. */
    DAWDLES;

    /** Returns whether short questions are answered all the same. */
    boolean isOfOneAnswer() {
      return this == FAILS || this == CUTS_OFF || this == SENDS_RUBBISH;
    }
  }

  /** What is folded, by generation. */
  interface Folds {
    List<PartitionSnapshot> read(List<Integer> metrics, PaneRange range);
  }

  private static final Duration LONG = Duration.ofMinutes(1);

  final AtomicInteger asked = new AtomicInteger();
  volatile Manner manner = Manner.ANSWERS;

  /** Is silent, for so long, when it is asked for views of metrics. */
  volatile Duration slowness = Duration.ZERO;

  private final Map<String, Folds> generations = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TestingWorker() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("No free port", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  TestingWorker folds(String generation, Folds folds) {
    generations.put(generation, folds);
    return this;
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public Optional<List<PartitionSnapshot>> read(
      String source, String generation, List<Integer> metrics, PaneRange range) {
    return Optional.ofNullable(generations.get(generation))
        .map(folds -> folds.read(metrics, range));
  }

  @Override
  public Optional<SortedMap<String, Position>> positions(String source) {
    return Optional.of(new TreeMap<>());
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    Map<String, String> query = new TreeMap<>();
    for (String parameter : exchange.getRequestURI().getQuery().split("&")) {
      String[] parts = parameter.split("=", 2);
      query.put(parts[0], parts[1]);
    }
    boolean isViews = exchange.getRequestURI().getPath().endsWith("/views");
    if (isViews && !query.get("metrics").isEmpty()) {
      pause(slowness);
    }
    switch (manner.isOfOneAnswer() && !isViews ? Manner.ANSWERS : manner) {
      case ANSWERS -> {
        if (isViews) {
          Optional<byte[]> body = body(query);
          send(exchange, body.isPresent() ? 200 : 404, body.orElse(new byte[0]));
        } else {
          send(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
        }
      }
      case REFUSES -> send(exchange, 409, "Other definitions".getBytes(StandardCharsets.UTF_8));
      case FAILS -> send(exchange, 500, "It failed".getBytes(StandardCharsets.UTF_8));
      case CUTS_OFF -> {
        byte[] body = body(query).orElseThrow();
        send(exchange, 200, Arrays.copyOf(body, body.length - 1));
      }
      case SENDS_RUBBISH -> send(exchange, 200, new byte[1000]);
      case SENDS_NOTHING -> pause(LONG);
      case STOPS_IN_THE_MIDDLE -> {
        byte[] body = isViews ? body(query).orElseThrow() : new byte[2];
        exchange.sendResponseHeaders(200, body.length);
        OutputStream out = exchange.getResponseBody();
        out.write(body, 0, body.length / 2);
        out.flush();
        pause(LONG);
      }
      case DAWDLES -> {
        byte[] body = body(query).orElseThrow();
        exchange.sendResponseHeaders(200, body.length);
        for (int i = 0; i < body.length; i++) {
          exchange.getResponseBody().write(body, i, 1);
          exchange.getResponseBody().flush();
          if (i % (body.length / 8) == 0) {
            pause(Duration.ofMillis(100));
          }
        }
        exchange.close();
      }
    }
  }

  private Optional<byte[]> body(Map<String, String> query) throws IOException {
    String generation = query.get("generation");
    List<Integer> metrics = new ArrayList<>();
    for (String index : query.get("metrics").split(",")) {
      if (!index.isEmpty()) {
        metrics.add(Integer.valueOf(index));
      }
    }
    PaneRange range =
        new PaneRange(Long.parseLong(query.get("from")), Long.parseLong(query.get("to")));
    Optional<List<PartitionSnapshot>> snapshots = read("playback", generation, metrics, range);
    if (snapshots.isEmpty()) {
      return Optional.empty();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PartialViewCodec.write(generation, snapshots.get(), bytes);
    return Optional.of(bytes.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}

package io.braid.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that plays Braid's API from a script: per method and path the answers in order, the last
 * one for ever. What is not in the script is a 404.
 */
public final class TestingApi implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private record Answer(int status, String location, String body) {}

  public TestingApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Adds an answer; double quotes in the body may be written as single ones. */
  public TestingApi answer(String methodAndPath, int status, String body) {
    return add(methodAndPath, new Answer(status, "", body.replace('\'', '"')));
  }

  /** Adds a 202 that points to the job's own document. */
  public TestingApi accept(String methodAndPath, String location, String body) {
    return add(methodAndPath, new Answer(202, location, body.replace('\'', '"')));
  }

  /** Returns what was asked for: method, path with query, and body. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private TestingApi add(String methodAndPath, Answer answer) {
    script.computeIfAbsent(methodAndPath, key -> new ArrayDeque<>()).add(answer);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add((asked + " " + body).strip());
    Answer answer = next(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    if (!answer.location().isEmpty()) {
      exchange.getResponseHeaders().set("Location", answer.location());
    }
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Answer next(String methodAndPath) {
    Deque<Answer> answers = script.get(methodAndPath);
    if (answers == null) {
      String problem = "{\"title\": \"Not found\", \"detail\": \"no " + methodAndPath + "\"}";
      return new Answer(404, "", problem);
    }
    synchronized (answers) {
      return answers.size() > 1 ? answers.poll() : answers.peek();
    }
  }
}

package io.braid.benchmark.speed;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.broker.LocalPorts;
import io.braid.client.ApiClient;
import io.braid.client.ApiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@code braid up} in a process of its own, as a user starts it, on a broker that outlives it.
 */
final class UpProcess implements AutoCloseable {

  /** A property that names the folder of the {@code braid} command. */
  static final String HOME = "braid.benchmark.home";

  private static final long PAUSE_MS = 2;

  private final Process process;
  private final ApiClient client;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Path log;

  private UpProcess(Process process, ApiClient client, Path log) {
    this.process = process;
    this.client = client;
    this.log = log;
  }

  /** Starts the process and returns at once. */
  static UpProcess start(Path definition) throws IOException {
    int port = LocalPorts.free();
    Path log = definition.resolveSibling("up.err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty(HOME), "braid").toString(),
                "up",
                "--config",
                definition.toString(),
                "--http-port",
                Integer.toString(port))
            .redirectError(log.toFile())
            .start();
    UpProcess up =
        new UpProcess(process, new ApiClient(URI.create("http://127.0.0.1:" + port)), log);
    Thread reader = new Thread(up::readOutput, "up-output");
    reader.setDaemon(true);
    reader.start();
    return up;
  }

  private void readOutput() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("braid is ready")) {
          ready.complete(null);
        }
      }
      ready.completeExceptionally(new IOException("`braid up` ended: " + Files.readString(log)));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  /** Returns when the process says that it is level with its log. */
  void awaitReady() throws IOException, InterruptedException {
    try {
      ready.get(10, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("`braid up` did not become ready", e);
    }
  }

  /** Returns a client of its HTTP API. */
  ApiClient client() {
    return client;
  }

  /** Asks until there is an answer, and returns it. */
  JsonNode firstAnswer(Map<String, String> parameters) throws IOException, InterruptedException {
    while (true) {
      try {
        return client.query(Definition.METRIC, parameters);
      } catch (ApiException e) {
        if (!process.isAlive()) {
          throw new IOException("`braid up` ended: " + Files.readString(log), e);
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  /** Returns the position of an answer, all partitions together. */
  static long position(JsonNode answer) {
    long sum = 0;
    for (JsonNode offset : answer.path("provenance").path("speed").path("position")) {
      sum += offset.asLong();
    }
    return sum;
  }

  /** Returns how many partitions an answer holds. */
  static int partitions(JsonNode answer) {
    return answer.path("provenance").path("speed").path("position").size();
  }

  /** Ends it as a crash does: SIGKILL. Returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

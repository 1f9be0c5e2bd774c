package io.braid.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.braid.client.TestingBraid;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All layers in this process with an embedded broker beside it.
 *
 * @param platform as started
 * @param braid the same over HTTP
 */
record TestingPlatform(Platform platform, TestingBraid braid) implements AutoCloseable {

  /** Starts on free ports. */
  static TestingPlatform start(Path config, Path store) throws Exception {
    PlatformOptions options =
        new PlatformOptions(
            config,
            OptionalInt.of(0),
            OptionalInt.of(0),
            Optional.of(store.toAbsolutePath().toString()),
            false);
    Platform platform = SingleProcess.start(options, "test");
    return new TestingPlatform(platform, new TestingBraid(platform.url()));
  }

  String kafka() {
    return platform.bootstrapServers();
  }

  /** Returns what {@code /health/ready} says, ready or not. */
  JsonNode health() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(platform.url() + "/health/ready")).build();
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    platform.close();
  }
}

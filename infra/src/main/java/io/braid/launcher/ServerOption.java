package io.braid.launcher;

import io.braid.client.ApiClient;
import java.net.URI;
import picocli.CommandLine.Option;

/** Which running Braid a command talks to. */
final class ServerOption {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "A running Braid (default: ${DEFAULT-VALUE}).")
  private String url;

  ApiClient client() throws WrongInputException {
    try {
      return new ApiClient(URI.create(url));
    } catch (IllegalArgumentException e) {
      throw new WrongInputException(
          "Invalid --url: " + url + ", must be like http://localhost:8080", e);
    }
  }
}

package io.braid.platform;

import java.net.URI;

/** A process of Braid: what it has opened, and where it is reached. */
abstract class OpenedPlatform implements Platform {

  private final Resources resources = new Resources();
  private URI url = URI.create("http://127.0.0.1");
  private String bootstrapServers = "";

  /** Returns what is closed with the process, in reverse order. */
  final Resources resources() {
    return resources;
  }

  final void reachedAt(URI address, Environment environment) {
    url = address;
    bootstrapServers = environment.kafka().get(Environment.BOOTSTRAP);
  }

  @Override
  public final URI url() {
    return url;
  }

  @Override
  public final String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public final void close() {
    resources.close();
  }
}

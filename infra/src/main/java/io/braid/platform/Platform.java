package io.braid.platform;

import java.net.URI;

/** All layers of one definition, running in this process. */
public interface Platform extends AutoCloseable {
  /** Returns where the HTTP API is, such as {@code http://127.0.0.1:8080}. */
  URI url();

  /** Returns where Kafka is, such as {@code 127.0.0.1:9092}. */
  String bootstrapServers();

  /** Ends all layers, and the broker when it is the embedded one, within about 5 s. */
  @Override
  void close();
}

package io.braid.peer;

import io.braid.definition.Metric;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A source as one process knows it. Worker and server must know it alike, or the same bytes would
 * mean different things to them.
 *
 * @param topicId of the topic whose log is read: one that was created again is another
 * @param metrics over the source, in writing order
 */
public record PeerSource(String name, String topicId, List<Metric> metrics) {

  private static final int BYTES = 8;

  public PeerSource {
    metrics = List.copyOf(metrics);
  }

  /**
   * Returns what two processes compare: 16 hex digits, the first 64 bits of SHA-256 over the
   * topic's id and the metrics' fingerprints in their order.
   */
  public String fingerprint() {
    StringBuilder text = new StringBuilder("topic ").append(topicId);
    metrics.forEach(metric -> text.append("\nview ").append(metric.fingerprint()));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}

package io.braid.speed.sink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large an output each topic takes, as far as it is known. Outputs above go without key and
 * value: one that never goes through would hold up all others. Safe to share between threads.
 */
final class SizeLimits {

  private static final Logger LOG = LoggerFactory.getLogger(SizeLimits.class);

  /**
   * Bytes of key, value and the input's headers. A topic takes 1 MiB by default; what is left is
   * for the headers that say where an output comes from.
   */
  static final int MAX_BYTES = 900_000;

  /** By topic, the size of the smallest output with content that it refused. */
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();

  private final SinkFigures figures;

  SizeLimits(SinkFigures figures) {
    this.figures = figures;
  }

  /** Returns the output, without content where that is too large for its topic. */
  Output fit(Output output) {
    boolean tooLarge =
        output.bytes() > MAX_BYTES
            || output.size() >= refused.getOrDefault(output.topic(), Integer.MAX_VALUE);
    if (!tooLarge || output.bytes() == 0) {
      return output;
    }
    figures.countWithoutContent();
    return output.withoutContent();
  }

  /** Notes that a topic refused an output of this size. */
  void refused(Output output) {
    if (output.bytes() > 0) {
      refused.merge(output.topic(), output.size(), Math::min);
    } else {
      figures.countLeftOut(1);
      LOG.warn(
          "What {} became is larger than {} takes even without key and value; it is left out",
          output.origin().id(),
          output.topic());
    }
  }
}

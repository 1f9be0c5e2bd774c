package io.braid.platform;

import io.braid.definition.Definitions;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker alone: folds the partitions that the groups give it, for servers elsewhere. */
public final class SpeedProcess extends OpenedPlatform {

  private static final Logger LOG = LoggerFactory.getLogger(SpeedProcess.class);

  private SpeedProcess() {}

  /**
   * Starts the worker and returns when it listens and joins the groups; what was opened is closed
   * again when that fails.
   */
  public static SpeedProcess start(PlatformOptions options) {
    SpeedProcess process = new SpeedProcess();
    try {
      Definitions definitions = Environment.read(options).load();
      Environment environment =
          Environment.open(
              definitions,
              Environment.sharedKafka(definitions, options, "speed"),
              process.resources());
      SpeedWorker worker =
          process
              .resources()
              .open(
                  new SpeedWorker(
                      environment,
                      source ->
                          LOG.warn(
                              "Source {} should be recomputed: braid recompute {}",
                              source,
                              source)));
      process.reachedAt(URI.create("http://" + worker.address()), environment);
      return process;
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }
}

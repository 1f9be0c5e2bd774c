package io.braid.launcher;

import io.braid.platform.Platform;
import io.braid.platform.PlatformOptions;

/** Wires and starts all layers. */
@FunctionalInterface
public interface PlatformStarter {
  /**
   * Returns when the platform is ready: topics made, every partition folded up to the log end seen
   * at start, queries answered.
   *
   * @throws WrongInputException when the definitions or options do not check
   * @throws Exception when something else prevents the start; nothing is left running
   */
  Platform start(PlatformOptions options) throws Exception;
}

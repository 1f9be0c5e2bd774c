package io.braid.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;

/** Checks definitions without starting anything. */
@FunctionalInterface
public interface Checker {
  /**
   * Reads and checks a definition file and prints what it defines.
   *
   * @throws WrongInputException when it does not check; the message names file, line and column
   */
  void check(Path config, PrintWriter out) throws Exception;
}

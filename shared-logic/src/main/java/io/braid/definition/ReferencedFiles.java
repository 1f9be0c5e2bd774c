package io.braid.definition;

import java.io.IOException;

/** The files that a definition refers to. */
@FunctionalInterface
interface ReferencedFiles {

  /**
   * Returns a file's text.
   *
   * @param name as the definition has it: absolute, or relative to the definition's folder
   * @throws IOException with a message that says why, when there is no such text
   */
  String read(String name) throws IOException;
}

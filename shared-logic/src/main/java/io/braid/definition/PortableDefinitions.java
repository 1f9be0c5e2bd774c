package io.braid.definition;

import java.io.Serializable;

/**
 * Definitions in a form that travels between processes: text, not compiled plans. Whoever loads it
 * compares fingerprints with whoever sent it.
 */
@FunctionalInterface
public interface PortableDefinitions extends Serializable {

  /** Returns the definitions, read and compiled here. */
  Definitions load();
}

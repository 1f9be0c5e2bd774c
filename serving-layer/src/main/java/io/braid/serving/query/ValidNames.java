package io.braid.serving.query;

import io.braid.definition.NearestName;
import java.util.Collection;

/** How a refusal names what would have been right. */
public final class ValidNames {

  private ValidNames() {}

  /** Returns a sentence's end: the nearest name as a question, then all valid ones. */
  public static String hint(String name, Collection<String> valid) {
    String meant = NearestName.of(name, valid).map("; did you mean '%s'?"::formatted).orElse(";");
    return meant + (valid.isEmpty() ? " there are none" : " valid: " + String.join(", ", valid));
  }
}

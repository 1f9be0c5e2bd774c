package io.braid.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a worker or server is ready, as {@code /health/ready} tells it.
 *
 * @param reasons why it is not, in words; empty when it is
 * @param notes what somebody should look at although it is ready, in words
 */
public record Health(List<String> reasons, List<String> notes) {

  public Health {
    reasons = List.copyOf(reasons);
    notes = List.copyOf(notes);
  }

  /** Returns the HTTP status that says it: 200 or 503. */
  public int status() {
    return reasons.isEmpty() ? 200 : 503;
  }

  /** Returns the document that says it: {@code status}, {@code reasons}, {@code notes}. */
  public Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("status", reasons.isEmpty() ? "ready" : "not ready");
    document.put("reasons", reasons);
    document.put("notes", notes);
    return document;
  }
}

package io.braid.serving.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.braid.store.Json;
import io.braid.store.RunManifest.Missing;
import java.util.List;

/**
 * A problem document (RFC 9457).
 *
 * @param type stable, to be told apart by
 * @param detail one or two sentences for people
 * @param missing the ranges an answer lacks; only for {@code incomplete}
 */
record ProblemDocument(
    String type,
    String title,
    int status,
    String detail,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Missing> missing) {

  static final String CONTENT_TYPE = "application/problem+json";

  static ProblemDocument of(Problem problem, int status, String detail, List<Missing> missing) {
    return new ProblemDocument(problem.type(), problem.title(), status, detail, missing);
  }

  byte[] json() {
    try {
      return Json.mapper().writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a problem document", e);
    }
  }
}

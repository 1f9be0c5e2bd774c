package io.braid.serving.http;

import io.braid.serving.query.RefusedException.Reason;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of problem documents; names and statuses are part of the API. */
enum Problem {
  INVALID_PARAMETER(
      400, "Invalid parameter", "A parameter or body field is unknown, repeated or of wrong form."),
  BAD_REQUEST(400, "Bad request", "The request line, a header or the path is not valid HTTP."),
  FORBIDDEN(403, "Forbidden", "Pages of other sites may not change anything here."),
  NOT_FOUND(404, "Not found", "There is no such metric, source, job or path."),
  METHOD_NOT_ALLOWED(405, "Method not allowed", "The path exists, but not for this method."),
  NO_PUBLISHED_RUN(409, "No published run", "view=batch needs a published run."),
  INCOMPLETE(409, "Incomplete", "require=complete was asked of a partial answer."),
  CONFLICT(409, "Not possible now", "The request is valid, but not in the present state."),
  NOT_HERE(409, "Not here", "Another process of this Braid has it; the detail says which."),
  TOO_LARGE(413, "Too large", "A request body holds at most 1 MiB."),
  TOO_MANY_REQUESTS(429, "Too many requests", "Too many at once; Retry-After says when."),
  LIMIT_EXCEEDED(503, "Limit exceeded", "Over the time, row or memory limit of a query."),
  UNAVAILABLE(503, "Unavailable", "The server, or what it needs, is starting or stopping."),
  INTERNAL(500, "Internal error", "A mistake inside Braid; its log says more.");

  private final int status;
  private final String title;
  private final String description;

  Problem(int status, String title, String description) {
    this.status = status;
    this.title = title;
    this.description = description;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String description() {
    return description;
  }

  /** Returns the stable name: {@code invalid-parameter}. */
  String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the problem document's {@code type}. */
  String type() {
    return "/problems/" + slug();
  }

  static Optional<Problem> find(String slug) {
    return Arrays.stream(values()).filter(problem -> problem.slug().equals(slug)).findFirst();
  }

  static Problem of(Reason reason) {
    return switch (reason) {
      case INVALID_PARAMETER -> INVALID_PARAMETER;
      case NOT_FOUND -> NOT_FOUND;
      case NO_PUBLISHED_RUN -> NO_PUBLISHED_RUN;
      case INCOMPLETE -> INCOMPLETE;
      case CONFLICT -> CONFLICT;
      case NOT_HERE -> NOT_HERE;
      case LIMIT_EXCEEDED -> LIMIT_EXCEEDED;
      case TOO_MANY_REQUESTS -> TOO_MANY_REQUESTS;
      case UNAVAILABLE -> UNAVAILABLE;
    };
  }

  /** Returns the problem that an HTTP status alone stands for. */
  static Problem ofStatus(int status) {
    return switch (status) {
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 413 -> TOO_LARGE;
      case 503 -> UNAVAILABLE;
      default -> status >= 500 ? INTERNAL : BAD_REQUEST;
    };
  }
}

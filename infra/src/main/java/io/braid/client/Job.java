package io.braid.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** A run, replay or comparison on its way. One thread. */
public final class Job {
  /** Often enough for a bar that moves, rare enough not to be noticed by the server. */
  private static final long POLL_MS = 200;

  private final ApiClient api;
  private final JobKind kind;
  private final URI location;
  private JsonNode document;
  private double largestLag;

  Job(ApiClient api, JobKind kind, URI location, JsonNode document) {
    this.api = api;
    this.kind = kind;
    this.location = location;
    this.document = document;
  }

  /** Returns the job's id. */
  public String id() {
    return document.path("id").asText();
  }

  /**
   * Waits for the job's end and returns its last document.
   *
   * @param bar shows the progress
   * @throws ApiException when the job failed or was cancelled, or the server is gone
   */
  public JsonNode await(ProgressBar bar) throws ApiException, InterruptedException {
    try {
      while (!kind.isFinal(state())) {
        bar.show(kind.word() + " " + id(), progress(), detail());
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
        document = api.document(location);
      }
    } finally {
      bar.clear();
    }
    if (!kind.isSuccess(state())) {
      String error = document.path("error").asText("");
      throw new ApiException(
          200, kind.word() + " " + id() + " " + state() + (error.isEmpty() ? "" : ": " + error));
    }
    return document;
  }

  private String state() {
    return document.path("state").asText();
  }

  private String detail() {
    JsonNode events = document.path("events");
    return events.isNumber() ? events.asText() + " events" : state();
  }

  /** A run tells its progress; a replay tells how far it lags; a comparison tells neither. */
  private double progress() {
    if (document.path("progress").isNumber()) {
      return document.path("progress").asDouble();
    }
    double lag = document.path("lag").asDouble(0);
    largestLag = Math.max(largestLag, lag);
    return largestLag == 0 ? 0 : 1 - lag / largestLag;
  }
}

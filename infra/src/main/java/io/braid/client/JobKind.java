package io.braid.client;

/** What can be asked for that takes longer than a request. */
public enum JobKind {
  /** One batch recompute. */
  RUN("/api/v1/batch/runs", "run", "published"),
  /** One replay of the log by the streaming path alone. */
  REPLAY("/api/v1/replays", "replay", "completed"),
  /** One comparison of two views at the same position. */
  COMPARISON("/api/v1/comparisons", "comparison", "completed");

  private final String path;
  private final String word;
  private final String success;

  JobKind(String path, String word, String success) {
    this.path = path;
    this.word = word;
    this.success = success;
  }

  String path() {
    return path;
  }

  /** Returns the word that people read: run, replay or comparison. */
  public String word() {
    return word;
  }

  /** A replay that is promoted completed before. */
  boolean isSuccess(String state) {
    return state.equals(success) || (this == REPLAY && state.equals("promoted"));
  }

  boolean isFinal(String state) {
    return isSuccess(state) || state.equals("failed") || state.equals("cancelled");
  }
}

package io.braid.serving.query;

import io.braid.store.RunManifest.Missing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request that is not answered; the message tells the caller what to change, or to come again.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the caller can do about it. */
  public enum Reason {
    /** Mend the request: a parameter or field is unknown, repeated or of the wrong form. */
    INVALID_PARAMETER,
    /** Ask for something that exists. */
    NOT_FOUND,
    /** Run a recompute first. */
    NO_PUBLISHED_RUN,
    /** Do without {@code require=complete}, or wait until nothing is missing. */
    INCOMPLETE,
    /** Wait until the state allows it. */
    CONFLICT,
    /** Ask the process that has it; the message says which. */
    NOT_HERE,
    /** Ask for less, or later. */
    LIMIT_EXCEEDED,
    /** Ask later. */
    TOO_MANY_REQUESTS,
    /** Ask when what Braid itself needs is back. */
    UNAVAILABLE
  }

  private final Reason reason;
  private final transient List<Missing> missing;
  private final Duration retryAfter;

  private RefusedException(
      Reason reason, String message, List<Missing> missing, Duration retryAfter) {
    super(message);
    this.reason = reason;
    this.missing = missing;
    this.retryAfter = retryAfter;
  }

  /** Returns a refusal that the same request will always meet. */
  public static RefusedException of(Reason reason, String message) {
    return new RefusedException(reason, message, List.of(), Duration.ZERO);
  }

  /** Returns a refusal for a request that is wrong in itself. */
  public static RefusedException invalid(String message) {
    return of(Reason.INVALID_PARAMETER, message);
  }

  /** Returns a refusal for something that does not exist. */
  public static RefusedException notFound(String message) {
    return of(Reason.NOT_FOUND, message);
  }

  /** Returns a refusal to give an answer that lacks {@code missing}. */
  public static RefusedException incomplete(List<Missing> missing) {
    return new RefusedException(
        Reason.INCOMPLETE,
        "The answer would be partial: %s missing; ask without require=complete to get it as it is"
            .formatted(
                missing.size() == 1
                    ? "1 range of the log is"
                    : missing.size() + " ranges of the log are"),
        List.copyOf(missing),
        Duration.ZERO);
  }

  /** Returns a refusal that the same request need not meet after a while. */
  public static RefusedException later(Reason reason, String message, Duration retryAfter) {
    return new RefusedException(reason, message, List.of(), retryAfter);
  }

  /** Returns what the caller can do about it. */
  public Reason reason() {
    return reason;
  }

  /** Returns the ranges that a complete answer would need; empty unless INCOMPLETE. */
  public List<Missing> missing() {
    return missing;
  }

  /** Returns when to ask again; empty when asking again is of no use. */
  public Optional<Duration> retryAfter() {
    return retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter);
  }
}

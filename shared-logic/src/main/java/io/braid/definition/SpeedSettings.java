package io.braid.definition;

import io.braid.log.Delivery;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the speed layer of a process works: {@code speed} of {@code braid.yaml}. No part of what
 * views hold, and so of no fingerprint.
 *
 * @param host where servers reach this process's worker: a name, or an address, of IPv6 without
 *     brackets
 * @param port that the worker answers servers on; 0 picks a free one
 * @param token that workers and servers show each other, at least {@value #LEAST_TOKEN} visible
 *     ASCII characters; empty for the one that the store keeps
 * @param memoryBytes budget of the views and remembered ids of one process; empty for half of its
 *     heap
 * @param delivery of late events and dead letters
 * @param checkpoint when and how state is written to the store
 */
public record SpeedSettings(
    String host,
    int port,
    Optional<String> token,
    OptionalLong memoryBytes,
    Delivery delivery,
    Checkpoint checkpoint) {

  /** Reached by nobody but this machine: a worker beside its server needs no more. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Any free port: it is advertised in the group, and nobody has to know it beforehand. */
  public static final int DEFAULT_PORT = 0;

  /** Nothing is lost, and readers can tell repeats by their id. */
  public static final Delivery DEFAULT_DELIVERY = Delivery.AT_LEAST_ONCE;

  /** Fewer characters could be guessed. */
  public static final int LEAST_TOKEN = 16;

  /** What stands when the file says nothing. */
  public static final SpeedSettings DEFAULTS =
      new SpeedSettings(
          DEFAULT_HOST,
          DEFAULT_PORT,
          Optional.empty(),
          OptionalLong.empty(),
          DEFAULT_DELIVERY,
          Checkpoint.DEFAULTS);

  /**
   * How often state is written, and what of it.
   *
   * @param interval between two checkpoints of a partition; a restart folds about so much again
   * @param deltasAboveBytes a view larger than this is written as a base and what came after it
   * @param keep how many positions can be recovered from, at least 1
   */
  public record Checkpoint(Duration interval, long deltasAboveBytes, int keep) {

    /** A catch-up folds ten seconds of events in well under one. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    /** Smaller views are written whole in less time than it takes to read a base and a chain. */
    public static final long DEFAULT_DELTAS_ABOVE_BYTES = 1L << 20;

    /** Two may be damaged and a restart still goes on from the third. */
    public static final int DEFAULT_KEEP = 3;

    /** What stands when the file says nothing. */
    public static final Checkpoint DEFAULTS =
        new Checkpoint(DEFAULT_INTERVAL, DEFAULT_DELTAS_ABOVE_BYTES, DEFAULT_KEEP);
  }

  /** Returns the settings as text, without the token. */
  @Override
  public String toString() {
    return "SpeedSettings[host=%s, port=%d, token=%s, memoryBytes=%s, delivery=%s, checkpoint=%s]"
        .formatted(
            host,
            port,
            token.isPresent() ? "(hidden)" : "of the store",
            memoryBytes.isPresent() ? memoryBytes.getAsLong() : "half of the heap",
            delivery.text(),
            checkpoint);
  }
}

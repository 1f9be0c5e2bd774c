package io.braid.serving;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved. */
public final class TestingClock implements InstantSource {

  private volatile Instant now = Instant.ofEpochMilli(Playback.SIX);

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves on. */
  public void advance(Duration duration) {
    now = now.plus(duration);
  }
}

package io.braid.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.client.ApiClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Playback events as a streaming service's clients would send them, and as badly: out of order
 * within the watermark's 5 s, some late, some sent twice, some with values missing.
 *
 * <p>The same random numbers and times give the same events. One thread.
 */
public final class PlaybackEvents {
  /** Below the definition's watermark of 5 s: events this much out of order are not late. */
  private static final int DISORDER_MS = 4_000;

  private static final int LATEST_MS = 180_000;
  private static final double LATE_SHARE = 0.03;

  /** A retry repeats one of the last events, well within the definition's 10 minutes. */
  private static final double DUPLICATE_SHARE = 0.02;

  private static final int REMEMBERED = 256;
  private static final double NULL_SHARE = 0.01;
  private static final double ISO_TIME_SHARE = 0.1;
  private static final int USERS = 5_000;

  private static final List<Service> SERVICES =
      List.of(
          new Service("home", 0.30, 0.004, 45),
          new Service("search", 0.25, 0.012, 120),
          new Service("player", 0.30, 0.020, 210),
          new Service("catalog", 0.10, 0.008, 80),
          new Service("billing", 0.05, 0.035, 340));
  private static final List<String> COUNTRIES =
      List.of("DE", "US", "BR", "IN", "JP", "FR", "NG", "GB", "MX", "PL");

  private final RandomGenerator random;
  private final List<Event> recent = new ArrayList<>();

  /**
   * A part of the product.
   *
   * @param share of all events
   * @param errorShare of this service's events
   * @param medianMs of its latency
   */
  private record Service(String name, double share, double errorShare, double medianMs) {}

  /**
   * One record to be sent.
   *
   * @param key the user, so that a retry goes to the partition of its first try
   * @param value the event as JSON
   */
  public record Event(String key, String value) {}

  /** Starts a stream of events, made up from {@code random}. */
  public PlaybackEvents(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Returns the next event; its event time is at or before the given time, by at most 3 minutes.
   *
   * @param nowMs epoch milliseconds
   */
  public Event next(long nowMs) {
    if (!recent.isEmpty() && chance(DUPLICATE_SHARE)) {
      return recent.get(random.nextInt(recent.size()));
    }
    Event event = event(nowMs);
    if (recent.size() < REMEMBERED) {
      recent.add(event);
    } else {
      recent.set(random.nextInt(REMEMBERED), event);
    }
    return event;
  }

  private Event event(long nowMs) {
    Service service = service();
    // Few users watch much, many watch little.
    String user = "user-" + (int) (USERS * Math.pow(random.nextDouble(), 2));
    long delayMs = chance(LATE_SHARE) ? random.nextInt(LATEST_MS) : random.nextInt(DISORDER_MS);
    long eventTimeMs = nowMs - delayMs;
    double latencyMs = service.medianMs() * Math.exp(0.6 * random.nextGaussian());

    ObjectNode event = ApiClient.object();
    event.put("event_id", orNull(String.format("%016x", random.nextLong())));
    event.put("user_id", user);
    event.put("service", service.name());
    event.put("status", orNull(chance(service.errorShare()) ? "error" : "ok"));
    event.put("latency_ms", orNull(Math.round(latencyMs * 10) / 10.0));
    event
        .putObject("client")
        .putObject("geo")
        .put("country", orNull(COUNTRIES.get(random.nextInt(COUNTRIES.size()))));
    if (chance(ISO_TIME_SHARE)) {
      event.put("event_time", Instant.ofEpochMilli(eventTimeMs).toString());
    } else {
      event.put("event_time", eventTimeMs);
    }
    return new Event(user, event.toString());
  }

  private Service service() {
    double at = random.nextDouble();
    for (Service service : SERVICES) {
      at -= service.share();
      if (at < 0) {
        return service;
      }
    }
    return SERVICES.get(0);
  }

  private <T> T orNull(T value) {
    return chance(NULL_SHARE) ? null : value;
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }
}

package io.braid.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.braid.client.ApiClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlaybackEventsTest {
  private static final long NOW_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final int COUNT = 20_000;

  @Test
  void sameSeedGivesTheSameEvents() {
    assertThat(events(7)).isEqualTo(events(7)).isNotEqualTo(events(8));
  }

  @Test
  void eventsAreAsMessyAsPromised() {
    Map<String, String> keys = new HashMap<>();
    Set<String> services = new HashSet<>();
    int duplicates = 0;
    int late = 0;
    int nulls = 0;
    for (PlaybackEvents.Event event : events(1)) {
      JsonNode json = json(event);
      services.add(json.get("service").textValue());
      long behindMs = NOW_MS - eventTimeMs(json);
      assertThat(behindMs).isBetween(0L, 180_000L);
      late += behindMs > 5_000 ? 1 : 0;
      nulls += json.at("/client/geo/country").isNull() ? 1 : 0;
      if (json.get("event_id").isTextual()) {
        String former = keys.put(json.get("event_id").textValue(), event.key());
        if (former != null) {
          duplicates++;
          assertThat(event.key()).isEqualTo(former);
        }
      }
    }

    assertThat(services).hasSize(5);
    assertThat(duplicates).isBetween(COUNT / 100, COUNT / 30);
    assertThat(late).isBetween(COUNT / 50, COUNT / 20);
    assertThat(nulls).isBetween(COUNT / 200, COUNT / 50);
  }

  private static long eventTimeMs(JsonNode json) {
    JsonNode time = json.get("event_time");
    return time.isNumber() ? time.longValue() : Instant.parse(time.textValue()).toEpochMilli();
  }

  private static JsonNode json(PlaybackEvents.Event event) {
    return ApiClient.parse(event.value().getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static List<PlaybackEvents.Event> events(long seed) {
    PlaybackEvents source = new PlaybackEvents(new Random(seed));
    List<PlaybackEvents.Event> events = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      events.add(source.next(NOW_MS));
    }
    return events;
  }
}

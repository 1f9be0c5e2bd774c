package io.braid.benchmark.speed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Playback events in the form of the demo's, and simple enough for every peer: none is late, times
 * are epoch milliseconds. 2 % repeat an event of shortly before; 1 % of ids, states, latencies and
 * countries are NULL. The same seed and times give the same events. One thread; {@link #next}
 * replaces the event.
 */
final class Playback {

  /** Below the watermark of 5 s. */
  private static final int DISORDER_MS = 4_000;

  /** A repetition is at most this many events later: so little that it is not late either. */
  private static final int REMEMBERED = 256;

  private static final String[] SERVICES = {"home", "search", "player", "catalog", "billing"};
  private static final double[] SHARES = {0.30, 0.55, 0.85, 0.95, 1.0};
  private static final String[] COUNTRIES = {
    "DE", "US", "BR", "IN", "JP", "FR", "NG", "GB", "MX", "PL"
  };

  private final Random random;
  private final int users;
  private final Event[] recent = new Event[REMEMBERED];
  private int made;
  private final JsonFactory json = new JsonFactory();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final BinaryEncoder avro = EncoderFactory.get().directBinaryEncoder(bytes, null);

  /**
   * One event.
   *
   * @param id null for none
   * @param status null for none
   * @param latencyMs NaN for none
   * @param country null for none
   * @param repeated whether an event with the same id came before
   */
  record Event(
      String id,
      String user,
      String service,
      String status,
      double latencyMs,
      String country,
      long eventTimeMs,
      boolean repeated) {

    /** Returns the key of the record: the user, as in the demo. */
    byte[] key() {
      return user.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * Starts a stream of events.
   *
   * @param users how many there are; few of them watch much, many watch little
   */
  Playback(long seed, int users) {
    this.random = new Random(seed);
    this.users = users;
  }

  /** Returns the next event, at most 4 s older than {@code nowMs}. */
  Event next(long nowMs) {
    if (made > 0 && random.nextInt(50) == 0) {
      Event event = recent[random.nextInt(Math.min(made, REMEMBERED))];
      return new Event(
          event.id(),
          event.user(),
          event.service(),
          event.status(),
          event.latencyMs(),
          event.country(),
          event.eventTimeMs(),
          event.id() != null);
    }
    double at = random.nextDouble();
    int service = 0;
    while (at > SHARES[service]) {
      service++;
    }
    Event event =
        new Event(
            random.nextInt(100) == 0
                ? null
                : String.format(Locale.ROOT, "%016x", random.nextLong()),
            "user-" + (int) (users * Math.pow(random.nextDouble(), 2)),
            SERVICES[service],
            random.nextInt(100) == 0 ? null : random.nextInt(70) == 0 ? "error" : "ok",
            random.nextInt(100) == 0
                ? Double.NaN
                : Math.round(1000 * Math.exp(0.6 * random.nextGaussian())) / 10.0,
            random.nextInt(100) == 0 ? null : COUNTRIES[random.nextInt(COUNTRIES.length)],
            nowMs - random.nextInt(DISORDER_MS),
            false);
    recent[made % REMEMBERED] = event;
    made++;
    return event;
  }

  /** Returns the event in a format: {@code avro}, by the schema of the definition, or json. */
  byte[] encode(Event event, String format) {
    try {
      bytes.reset();
      if (format.equals("avro")) {
        writeAvro(event);
      } else {
        writeJson(event);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode " + event, e);
    }
  }

  private void writeAvro(Event event) throws IOException {
    writeOptional(event.id());
    avro.writeString(event.user());
    avro.writeString(event.service());
    writeOptional(event.status());
    if (Double.isNaN(event.latencyMs())) {
      avro.writeIndex(0);
    } else {
      avro.writeIndex(1);
      avro.writeDouble(event.latencyMs());
    }
    writeOptional(event.country());
    avro.writeLong(event.eventTimeMs());
    avro.flush();
  }

  private void writeOptional(String text) throws IOException {
    avro.writeIndex(text == null ? 0 : 1);
    if (text != null) {
      avro.writeString(text);
    }
  }

  private void writeJson(Event event) throws IOException {
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("event_id", event.id());
      out.writeStringField("user_id", event.user());
      out.writeStringField("service", event.service());
      out.writeStringField("status", event.status());
      if (Double.isNaN(event.latencyMs())) {
        out.writeNullField("latency_ms");
      } else {
        out.writeNumberField("latency_ms", event.latencyMs());
      }
      out.writeObjectFieldStart("client");
      out.writeObjectFieldStart("geo");
      out.writeStringField("country", event.country());
      out.writeEndObject();
      out.writeEndObject();
      out.writeNumberField("event_time", event.eventTimeMs());
      out.writeEndObject();
    }
  }
}

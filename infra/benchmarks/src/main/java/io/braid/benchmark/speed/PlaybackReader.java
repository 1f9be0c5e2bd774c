package io.braid.benchmark.speed;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Reads what the metric needs from a record, straight from the formats' own parsers and without an
 * object for the event: what a careful user of Kafka Streams would write by hand. One thread;
 * {@link #read} replaces the fields.
 */
final class PlaybackReader {

  private static final Hasher64 HASHER = Hashing.xxh3_64();

  private final boolean avro;
  private final JsonFactory json = new JsonFactory();
  private final Utf8 text = new Utf8();
  private byte[] group = new byte[64];
  private int groupLength;
  private BinaryDecoder decoder;

  private boolean error;
  private boolean timed;
  private double latencyMs;
  private long userHash;
  private long eventTimeMs;

  /** Reads Avro by the schema of the definition, or JSON. */
  PlaybackReader(String format) {
    this.avro = format.equals("avro");
  }

  /** Reads the record with this value. */
  void read(byte[] value) {
    groupLength = 0;
    error = false;
    timed = false;
    try {
      if (avro) {
        readAvro(value);
      } else {
        readJson(value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a record of " + value.length + " bytes", e);
    }
  }

  /** Returns the group's key: service and country; the country is absent when it is NULL. */
  byte[] group() {
    return Arrays.copyOf(group, groupLength);
  }

  boolean isError() {
    return error;
  }

  /** Returns whether the latency is not NULL. */
  boolean isTimed() {
    return timed;
  }

  double latencyMs() {
    return latencyMs;
  }

  /** Returns a hash of the user's name, 64 bits. */
  long userHash() {
    return userHash;
  }

  long eventTimeMs() {
    return eventTimeMs;
  }

  private void readAvro(byte[] value) throws IOException {
    decoder = DecoderFactory.get().binaryDecoder(value, decoder);
    if (decoder.readIndex() == 1) {
      decoder.skipString();
    }
    decoder.readString(text);
    userHash = HASHER.hashBytesToLong(text.getBytes(), 0, text.getByteLength());
    appendText();
    if (decoder.readIndex() == 1) {
      Utf8 status = decoder.readString(text);
      error = status.getByteLength() == 5 && status.getBytes()[0] == 'e';
    }
    if (decoder.readIndex() == 1) {
      timed = true;
      latencyMs = decoder.readDouble();
    }
    if (decoder.readIndex() == 1) {
      append((byte) 0);
      appendText();
    }
    eventTimeMs = decoder.readLong();
  }

  private void appendText() throws IOException {
    Utf8 read = decoder.readString(text);
    for (int i = 0; i < read.getByteLength(); i++) {
      append(read.getBytes()[i]);
    }
  }

  private void readJson(byte[] value) throws IOException {
    try (JsonParser parser = json.createParser(value)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NULL) {
          continue;
        }
        switch (name) {
          case "user_id" -> {
            byte[] user = parser.getText().getBytes(StandardCharsets.UTF_8);
            userHash = HASHER.hashBytesToLong(user, 0, user.length);
          }
          case "service" -> append(parser);
          case "country" -> {
            append((byte) 0);
            append(parser);
          }
          case "status" -> error = parser.getText().equals("error");
          case "latency_ms" -> {
            timed = true;
            latencyMs = parser.getDoubleValue();
          }
          case "event_time" -> eventTimeMs = parser.getLongValue();
          default -> {} // what the metric does not read
        }
      }
    }
  }

  private void append(JsonParser parser) throws IOException {
    char[] characters = parser.getTextCharacters();
    int from = parser.getTextOffset();
    for (int i = 0; i < parser.getTextLength(); i++) {
      append((byte) characters[from + i]); // services and countries are ASCII
    }
  }

  private void append(byte character) {
    if (groupLength == group.length) {
      group = Arrays.copyOf(group, 2 * groupLength);
    }
    group[groupLength++] = character;
  }
}

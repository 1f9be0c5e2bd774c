package io.braid.serving.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.braid.log.Position;
import io.braid.serving.query.RefusedException;
import io.braid.serving.query.ValidNames;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The JSON object in a request's body; every field is checked for its name and type. */
final class Body {

  static final int MAX_BYTES = 1 << 20;

  /** So much of a body that is too long is read all the same. */
  private static final int MAX_PASSED_OVER = 8 << 20;

  private static final int PASSED_OVER_AT_ONCE = 1 << 14;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final Pattern PARTITION = Pattern.compile("0|[1-9]\\d{0,8}");

  private final ObjectNode fields;
  private final List<String> valid;

  private Body(ObjectNode fields, List<String> valid) {
    this.fields = fields;
    this.valid = valid;
  }

  /**
   * Reads the body of a request.
   *
   * @param valid the names of all fields
   * @throws RefusedException when it is no JSON object or has another field
   * @throws ContentTooLargeResponse when it is longer than {@link #MAX_BYTES}
   */
  static Body read(Context ctx, List<String> valid) throws IOException {
    JsonNode node = parse(bytes(ctx), valid);
    if (!(node instanceof ObjectNode object)) {
      throw RefusedException.invalid(
          "The body is %s, expected a JSON object with the fields %s"
              .formatted(kind(node), String.join(", ", valid)));
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!valid.contains(name)) {
        throw RefusedException.invalid(
            "Unknown field '%s'%s".formatted(name, ValidNames.hint(name, valid)));
      }
    }
    return new Body(object, valid);
  }

  private static byte[] bytes(Context ctx) throws IOException {
    try (InputStream in = ctx.req().getInputStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        passOver(in);
        throw tooLarge();
      }
      return bytes;
    }
  }

  /**
   * Reads on for a while: a connection that is closed with bytes unread is reset, and the client
   * may lose the answer that says why.
   */
  private static void passOver(InputStream in) throws IOException {
    byte[] rest = new byte[PASSED_OVER_AT_ONCE];
    int read = in.read(rest);
    for (int passed = 0; read >= 0 && passed < MAX_PASSED_OVER; passed += read) {
      read = in.read(rest);
    }
  }

  private static ContentTooLargeResponse tooLarge() {
    return new ContentTooLargeResponse(
        "The body is longer than %d bytes; send less".formatted(MAX_BYTES));
  }

  private static JsonNode parse(byte[] bytes, List<String> valid) throws IOException {
    try (JsonParser parser = JSON.createParser(bytes)) {
      return JSON.readTree(parser);
    } catch (JacksonException e) {
      throw RefusedException.invalid(
          "The body is not valid JSON: %s at line %d, column %d; expected an object with the fields %s"
              .formatted(
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                  String.join(", ", valid)));
    }
  }

  private static String kind(JsonNode node) {
    if (node == null || node.isMissingNode()) {
      return "empty";
    }
    return switch (node.getNodeType()) {
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> "null";
    };
  }

  /** Returns whether the field is there. */
  boolean has(String name) {
    return fields.has(name);
  }

  /**
   * Returns a text that must be there.
   *
   * @throws RefusedException when it is missing or no text
   */
  String text(String name) {
    return optionalText(name, "a text")
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    "Missing field '%s'; valid: %s".formatted(name, String.join(", ", valid))));
  }

  /**
   * Returns a text that may be left out.
   *
   * @param expected what is valid, for the message
   * @throws RefusedException when it is something else
   */
  Optional<String> optionalText(String name, String expected) {
    JsonNode node = fields.get(name);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw wrong(name, kind(node), expected);
    }
    return Optional.of(node.textValue());
  }

  /** Returns the field as a position when it is an object, or empty when it is not. */
  Optional<Position> position(String name) {
    JsonNode node = fields.get(name);
    if (node == null || !node.isObject()) {
      return Optional.empty();
    }
    TreeMap<Integer, Long> offsets = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode offset = entry.getValue();
      boolean isOffset =
          offset.isIntegralNumber() && offset.canConvertToLong() && offset.longValue() >= 0;
      if (!PARTITION.matcher(entry.getKey()).matches() || !isOffset) {
        throw wrong(
            name,
            "{\"%s\": %s}".formatted(entry.getKey(), offset),
            "a position: partitions and their next offsets, such as {\"0\": 120, \"1\": 95}");
      }
      offsets.put(Integer.valueOf(entry.getKey()), offset.longValue());
    }
    if (offsets.isEmpty()) {
      throw wrong(name, "an empty object", "a position such as {\"0\": 120, \"1\": 95}");
    }
    return Optional.of(new Position(offsets));
  }

  static RefusedException wrong(String name, String found, String expected) {
    return RefusedException.invalid("Field '%s' is %s; valid: %s".formatted(name, found, expected));
  }
}

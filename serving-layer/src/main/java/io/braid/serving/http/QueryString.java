package io.braid.serving.http;

import io.braid.serving.query.RefusedException;
import io.braid.serving.query.ValidNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the part of a URL behind the question mark, and refuses what is not well-formed. */
final class QueryString {

  private QueryString() {}

  /**
   * Returns every parameter with all its values, decoded.
   *
   * @param raw as sent; null without any
   * @throws RefusedException when a percent sign is not followed by two hex digits, or the bytes
   *     are no UTF-8
   */
  static Map<String, List<String>> parse(String raw) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return parameters;
    }
    for (String part : raw.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decode(part.substring(equals + 1));
      parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }
    return parameters;
  }

  /** Refuses every parameter but these, and repeated ones. */
  static void requireNone(String raw) {
    for (String name : parse(raw).keySet()) {
      throw RefusedException.invalid(
          "Unknown parameter '%s'%s".formatted(name, ValidNames.hint(name, List.of())));
    }
  }

  private static String decode(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '+') {
        decoded.put((byte) ' ');
      } else if (encoded[i] == '%') {
        int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
        int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed(text);
        }
        decoded.put((byte) (high << 4 | low));
        i += 2;
      } else {
        decoded.put(encoded[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException e) {
      throw malformed(text);
    }
  }

  private static RefusedException malformed(String text) {
    return RefusedException.invalid(
        "Malformed parameter text '%s': expected UTF-8, with %% and two hex digits for other bytes"
            .formatted(text));
  }
}

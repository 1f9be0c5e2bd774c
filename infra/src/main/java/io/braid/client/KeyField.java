package io.braid.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Finds a record's key in its JSON value. Safe for use by several threads. */
public final class KeyField {
  private static final JsonFactory JSON = new JsonFactory();

  private final String name;

  /**
   * @param name of a field of the outermost object
   */
  public KeyField(String name) {
    this.name = name;
  }

  /**
   * Returns the field's text in UTF-8 (a number's digits as written), or null when the event has no
   * such field, it is null, an object or an array, or the event is no JSON object: such events are
   * sent without a key, and judged where they are read.
   */
  public byte[] of(byte[] event) {
    try (JsonParser parser = JSON.createParser(event)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      byte[] key = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (wanted) {
          boolean scalar = value.isScalarValue() && value != JsonToken.VALUE_NULL;
          key = scalar ? parser.getText().getBytes(StandardCharsets.UTF_8) : null;
        }
        parser.skipChildren();
      }
      // Something behind the object makes the line no JSON after all.
      return parser.nextToken() == null ? key : null;
    } catch (IOException e) {
      return null;
    }
  }
}

package io.braid.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Documents of the store as JSON: records by component, names in snake_case. */
public final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** Returns the mapper, which must not be configured further. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  static byte[] write(Object document) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + document.getClass().getSimpleName(), e);
    }
  }

  static <T> T read(byte[] json, Class<T> type, Object where) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new StoreException(
          "Cannot read %s: it is no %s".formatted(where, type.getSimpleName()), e);
    }
  }
}

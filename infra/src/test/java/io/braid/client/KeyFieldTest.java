package io.braid.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFieldTest {
  private final KeyField key = new KeyField("k");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"k": "Zoë"}                     | Zoë
          {"a": {"k": "inner"}, "k": "x"}  | x
          {"a": [1, {"k": 2}], "k": 12.50} | 12.50
          {"k": true}                      | true
          """)
  void topLevelScalarIsTheKey(String event, String expected) {
    assertThat(key.of(event.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"k\": null}",
        "{\"k\": {\"k\": 1}}",
        "{\"k\": [1]}",
        "{\"a\": {\"k\": 1}}",
        "[\"k\"]",
        "no json",
        "{\"k\": \"x\"",
        "{\"k\": \"x\"} {}"
      })
  void eventsWithoutAUsableFieldHaveNoKey(String event) {
    assertThat(key.of(event.getBytes(StandardCharsets.UTF_8))).isNull();
  }
}

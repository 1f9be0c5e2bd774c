package io.braid.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class AnswerTableTest {

  @Test
  void numbersStandRightTextLeftAndNullIsShown() {
    AnswerTable table =
        table(
            "'columns': [{'name': 'service', 'type': 'VARCHAR'}, {'name': 'plays', 'type':"
                + " 'BIGINT'}], 'rows': [['home', 7], [null, 1234], ['search', null]]");

    assertThat(table.lines())
        .containsExactly(
            "service  plays",
            "-------  -----",
            "home         7",
            "NULL      1234",
            "search    NULL");
  }

  @Test
  void numbersKeepTheirDigits() {
    AnswerTable table =
        table(
            "'columns': [{'name': 'n'}], 'rows': [[0.0250], [12345678901234567890123456789],"
                + " [0.1]]");

    assertThat(table.lines())
        .endsWith(
            "                       0.0250",
            "12345678901234567890123456789",
            "                          0.1");
  }

  @Test
  void controlCharactersOfEventsDoNotReachTheTerminal() {
    AnswerTable table = table("'columns': [{'name': 's'}], 'rows': [['a\\u001b[31m\\nb']]");

    assertThat(table.lines()).last().isEqualTo("a\\u001b[31m\\u000ab");
  }

  @Test
  void emptyAnswerHasAHeaderOnly() {
    assertThat(table("'columns': [{'name': 'ab'}], 'rows': []").lines())
        .containsExactly("ab", "--");
  }

  @Test
  void provenanceTellsBothSidesOfTheBorder() {
    AnswerTable table =
        table(
            "'view': 'merged', 'columns': [], 'rows': [], 'provenance': {'batch': {'run': 'r1',"
                + " 'cut': {'0': 5}}, 'speed': {'position': {'0': 9}, 'watermark': 'T',"
                + " 'duplicates': 4, 'late': 2}, 'coverage': 'complete', 'missing': [],"
                + " 'freshness_ms': 9}");

    assertThat(table.provenance())
        .isEqualTo(
            "merged: batch run r1 cut {\"0\":5}, speed position {\"0\":9}, watermark T,"
                + " 4 duplicates, 2 late, coverage complete, freshness 9 ms");
  }

  @Test
  void provenanceNamesWhatIsMissing() {
    AnswerTable table =
        table(
            "'view': 'speed', 'columns': [], 'rows': [], 'provenance': {'batch': null, 'speed':"
                + " null, 'coverage': 'partial', 'missing': [{'partition': 1}]}");

    assertThat(table.provenance())
        .isEqualTo("speed: no batch view, no speed view, coverage partial [{\"partition\":1}]");
  }

  private static AnswerTable table(String fields) {
    byte[] json = ("{" + fields.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
    return new AnswerTable(ApiClient.parse(json).orElseThrow());
  }
}

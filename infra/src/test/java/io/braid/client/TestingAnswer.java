package io.braid.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * An answer, with values as text: numbers with all their digits, doubles as Java writes them, NULL
 * as {@code null}.
 *
 * @param columns by name
 * @param position of the speed part, or the cut where there is none
 * @param run of the batch part; empty text without any
 * @param cut of the batch part; empty without any
 * @param next the cursor; empty text on the last page
 * @param provenance as it came
 */
public record TestingAnswer(
    String view,
    List<String> columns,
    List<List<String>> rows,
    SortedMap<Integer, Long> position,
    String run,
    SortedMap<Integer, Long> cut,
    String next,
    JsonNode provenance,
    long sentNanos,
    long receivedNanos) {

  static TestingAnswer of(JsonNode answer, long sentNanos, long receivedNanos) {
    List<String> columns = new ArrayList<>();
    List<Boolean> doubles = new ArrayList<>();
    for (JsonNode column : answer.path("columns")) {
      columns.add(column.path("name").asText());
      doubles.add(column.path("type").asText().equals("DOUBLE"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        JsonNode value = row.get(i);
        boolean number = doubles.get(i) && value.isNumber();
        values.add(number ? Double.toString(value.doubleValue()) : value.asText());
      }
      rows.add(values);
    }
    JsonNode provenance = answer.path("provenance");
    JsonNode batch = provenance.path("batch");
    SortedMap<Integer, Long> cut = TestingBraid.position(batch.path("cut"));
    JsonNode speed = provenance.path("speed");
    return new TestingAnswer(
        answer.path("view").asText(),
        columns,
        rows,
        speed.isNull() ? cut : TestingBraid.position(speed.path("position")),
        batch.path("run").asText(""),
        cut,
        answer.path("next").isNull() ? "" : answer.path("next").asText(),
        provenance,
        sentNanos,
        receivedNanos);
  }

  TestingAnswer withRows(List<List<String>> others) {
    return new TestingAnswer(
        view, columns, others, position, run, cut, "", provenance, sentNanos, receivedNanos);
  }

  /** Returns whether the answer holds the log up to a position at least, in every partition. */
  public boolean isAtOrPast(SortedMap<Integer, Long> other) {
    return other.entrySet().stream()
        .allMatch(entry -> position.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
  }
}

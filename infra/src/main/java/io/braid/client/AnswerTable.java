package io.braid.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The answer of a query as people read it: an aligned table and one line of provenance. */
public final class AnswerTable {
  private static final String GAP = "  ";

  private final JsonNode answer;

  /**
   * @param answer as {@code GET /api/v1/metrics/{m}/query} gives it
   */
  public AnswerTable(JsonNode answer) {
    this.answer = answer;
  }

  /** Returns the header, a rule and one line per row; numbers stand on the right. */
  public List<String> lines() {
    List<List<String>> cells = new ArrayList<>();
    List<String> header = new ArrayList<>();
    answer.path("columns").forEach(column -> header.add(text(column.path("name"))));
    cells.add(header);
    for (JsonNode row : answer.path("rows")) {
      List<String> line = new ArrayList<>();
      row.forEach(cell -> line.add(text(cell)));
      cells.add(line);
    }
    int[] widths = new int[header.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    boolean[] numbers = numberColumns(widths.length);
    List<String> lines = new ArrayList<>();
    for (List<String> line : cells) {
      lines.add(aligned(line, widths, numbers));
    }
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    lines.add(1, String.join(GAP, rule));
    return lines;
  }

  /**
   * Returns what the answer covers, in one line: view, run and cut, position and watermark,
   * coverage and freshness.
   */
  public String provenance() {
    JsonNode provenance = answer.path("provenance");
    List<String> parts = new ArrayList<>();
    JsonNode batch = provenance.path("batch");
    parts.add(
        batch.isObject()
            ? "batch run " + text(batch.path("run")) + " cut " + batch.path("cut")
            : "no batch view");
    JsonNode speed = provenance.path("speed");
    if (speed.isObject()) {
      parts.add("speed position " + speed.path("position"));
      parts.add("watermark " + text(speed.path("watermark")));
      parts.add(text(speed.path("duplicates")) + " duplicates");
      parts.add(text(speed.path("late")) + " late");
    } else {
      parts.add("no speed view");
    }
    String missing = provenance.path("missing").isEmpty() ? "" : " " + provenance.path("missing");
    parts.add("coverage " + text(provenance.path("coverage")) + missing);
    if (provenance.path("freshness_ms").isNumber()) {
      parts.add("freshness " + text(provenance.path("freshness_ms")) + " ms");
    }
    return text(answer.path("view")) + ": " + String.join(", ", parts);
  }

  /** Returns the cursor of the next page; empty on the last one. */
  public String next() {
    return answer.path("next").asText("");
  }

  private boolean[] numberColumns(int columns) {
    boolean[] numbers = new boolean[columns];
    for (JsonNode row : answer.path("rows")) {
      for (int i = 0; i < columns; i++) {
        numbers[i] |= row.path(i).isNumber();
      }
    }
    return numbers;
  }

  private static String aligned(List<String> line, int[] widths, boolean[] numbers) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - width(line.get(i)));
      padded.add(numbers[i] ? space + line.get(i) : line.get(i) + space);
    }
    return String.join(GAP, padded).stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String text(JsonNode cell) {
    if (cell.isNull() || cell.isMissingNode()) {
      return "NULL";
    }
    return printable(cell.isTextual() ? cell.textValue() : cell.toString());
  }

  /**
   * Returns a text whose control characters are shown, not obeyed: what stands in an event must not
   * steer a terminal.
   */
  public static String printable(String plain) {
    StringBuilder shown = new StringBuilder(plain.length());
    plain
        .codePoints()
        .forEach(
            point -> {
              if (Character.isISOControl(point)) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }
}

package io.braid.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.braid.column.ColumnType;
import io.braid.time.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decodes one JSON object a record (RFC 8259, UTF-8).
 *
 * <p>A column's path leads through nested objects and arrays; what is missing, null or of another
 * kind on the way is NULL, fields that no column names are skipped, of fields that are there twice
 * the last counts. A value must be of its column's kind: a number for numbers (without fraction for
 * integers, without digits that the type would lose for decimals), a string for strings and dates,
 * epoch milliseconds or ISO-8601 with offset for timestamps. Every column is checked, also those
 * that are not wanted, so that a record is a dead letter for all readers or for none.
 */
public final class JsonDecoder implements Decoder {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8 and nothing else
          .build();

  private final RecordSchema schema;
  private final RowWriter row;
  private final ValueNode root;
  private final Optional<PlainJson> plain;

  /**
   * Makes a decoder.
   *
   * @param wanted indexes of the columns that batches shall hold; the others are all NULL there.
   *     The event time is always wanted
   */
  public JsonDecoder(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
    this(schema, idRule, wanted, true);
  }

  private JsonDecoder(RecordSchema schema, IdRule idRule, Set<Integer> wanted, boolean plainFirst) {
    this.schema = schema;
    this.row = new RowWriter(schema, idRule, wanted);
    this.root = new ValueNode(PathTree.of(schema));
    this.plain = plainFirst ? Optional.of(new PlainJson(schema, row)) : Optional.empty();
  }

  /** Returns a decoder that has all records read by the general parser, to be compared with. */
  static JsonDecoder withoutShortCut(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
    return new JsonDecoder(schema, idRule, wanted, false);
  }

  @Override
  public int size() {
    return row.size();
  }

  @Override
  public void append(long offset, long timestampMs, byte[] value) {
    row.begin();
    row.end(offset, timestampMs, value, decode(value));
  }

  @Override
  public EventBatch take() {
    return row.take();
  }

  /** Reads the record at hand; returns why it is a dead letter, or null when it is none. */
  private String decode(byte[] value) {
    if (value == null) {
      return "no value";
    }
    if (plain.isPresent()) {
      if (plain.get().read(value)) {
        return null;
      }
      row.begin();
    }
    int from = byteOrderMark(value);
    try (JsonParser parser = JSON.createParser(value, from, value.length - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return parser.currentToken() == null ? "not JSON: empty" : "not a JSON object";
      }
      String reason = readObject(parser, root);
      if (reason != null) {
        return reason;
      }
      if (parser.nextToken() != null) {
        return "not JSON: text behind the object";
      }
    } catch (JsonProcessingException e) {
      return "not JSON: " + firstLine(e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory", e);
    }
    return null;
  }

  /** Returns the length of the byte order mark that some producers put before UTF-8. */
  private static int byteOrderMark(byte[] value) {
    boolean marked =
        value.length >= 3
            && value[0] == (byte) 0xEF
            && value[1] == (byte) 0xBB
            && value[2] == (byte) 0xBF;
    return marked ? 3 : 0;
  }

  private String readObject(JsonParser parser, ValueNode node) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      ValueNode child = node.names.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (child == null) {
        parser.skipChildren();
        continue;
      }
      forget(child);
      String reason = read(parser, token, child);
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  private String readArray(JsonParser parser, ValueNode node) throws IOException {
    int next = 0;
    JsonToken token = parser.nextToken();
    for (int index = 0; token != JsonToken.END_ARRAY; index++) {
      if (next < node.indexes.length && node.indexes[next] == index) {
        String reason = read(parser, token, node.elements[next]);
        if (reason != null) {
          return reason;
        }
        next++;
      } else {
        parser.skipChildren();
      }
      token = parser.nextToken();
    }
    return null;
  }

  /** Reads the value whose first token is at hand; returns why the record is a dead letter. */
  private String read(JsonParser parser, JsonToken token, ValueNode node) throws IOException {
    if (node.column >= 0) {
      boolean valid = token == JsonToken.VALUE_NULL || readValue(parser, token, node.column);
      return valid ? null : violation(node.column, token, parser);
    }
    if (token == JsonToken.START_OBJECT && !node.names.isEmpty()) {
      return readObject(parser, node);
    }
    if (token == JsonToken.START_ARRAY && node.elements.length > 0) {
      return readArray(parser, node);
    }
    parser.skipChildren();
    return null;
  }

  /**
   * Drops what an earlier field of the same name held: of fields that are there twice the last
   * counts.
   */
  private void forget(ValueNode node) {
    if (node.column >= 0) {
      row.unset(node.column);
      return;
    }
    node.names.values().forEach(this::forget);
    for (ValueNode element : node.elements) {
      forget(element);
    }
  }

  private boolean readValue(JsonParser parser, JsonToken token, int column) throws IOException {
    ColumnType type = schema.columns().get(column).type();
    return switch (type.kind()) {
      case STRING -> token == JsonToken.VALUE_STRING && readText(parser, column);
      case BOOLEAN -> token.isBoolean() && set(column, token == JsonToken.VALUE_TRUE ? 1 : 0);
      case INT -> readInteger(parser, token, column, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> readInteger(parser, token, column, Long.MIN_VALUE, Long.MAX_VALUE);
      case DOUBLE -> token.isNumeric() && readDouble(parser, column);
      case DECIMAL -> token.isNumeric() && readDecimal(parser, column);
      case TIMESTAMP ->
          token == JsonToken.VALUE_STRING
              ? set(column, Timestamps.parse(parser.getText()))
              : readInteger(parser, token, column, Timestamps.MIN_MS, Timestamps.MAX_MS);
      case DATE ->
          token == JsonToken.VALUE_STRING && set(column, Timestamps.parseDate(parser.getText()));
      case BYTES -> throw new IllegalStateException("No record has a column of type " + type);
    };
  }

  private boolean set(int column, long value) {
    row.set(column, value);
    return true;
  }

  private boolean set(int column, OptionalLong value) {
    value.ifPresent(number -> row.set(column, number));
    return value.isPresent();
  }

  private boolean readText(JsonParser parser, int column) throws IOException {
    char[] buffer = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    if (!isUnicode(buffer, from, length)) {
      return false;
    }
    row.setText(column, buffer, from, length);
    if (row.isId(column)) {
      row.setIdText(parser.getText());
    }
    return true;
  }

  /** Returns whether every surrogate has its other half; UTF-8 could not keep a lone one. */
  private static boolean isUnicode(char[] buffer, int from, int length) {
    int to = from + length;
    for (int i = from; i < to; i++) {
      if (Character.isSurrogate(buffer[i])) {
        if (i + 1 == to || !Character.isSurrogatePair(buffer[i], buffer[i + 1])) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private boolean readInteger(JsonParser parser, JsonToken token, int column, long min, long max)
      throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return false;
    }
    long value = parser.getLongValue();
    return value >= min && value <= max && set(column, value);
  }

  private boolean readDouble(JsonParser parser, int column) throws IOException {
    double value = parser.getDoubleValue();
    row.set(column, value);
    return !Double.isInfinite(value);
  }

  private boolean readDecimal(JsonParser parser, int column) throws IOException {
    try {
      return row.setDecimal(column, parser.getDecimalValue());
    } catch (ArithmeticException | NumberFormatException e) {
      return false; // an exponent beyond 32 bits
    }
  }

  private String violation(int column, JsonToken token, JsonParser parser) throws IOException {
    RecordSchema.Field field = schema.columns().get(column);
    String found =
        switch (token) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "the string \"" + shortened(parser.getText()) + "\"";
          default -> shortened(parser.getText());
        };
    return "column '%s': expected %s, found %s".formatted(field.name(), field.type(), found);
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return shortened(end < 0 ? text : text.substring(0, end));
  }

  /** A {@link PathTree} laid out for the walk through a record. */
  private static final class ValueNode {
    private final int column;
    private final Map<String, ValueNode> names = new HashMap<>();
    private final int[] indexes;
    private final ValueNode[] elements;

    ValueNode(PathTree tree) {
      column = tree.column();
      tree.names().forEach((name, child) -> names.put(name, new ValueNode(child)));
      indexes = tree.indexes();
      elements = tree.elements().stream().map(ValueNode::new).toArray(ValueNode[]::new);
    }
  }
}

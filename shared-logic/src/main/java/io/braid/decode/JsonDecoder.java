package io.braid.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decodes one JSON object a record (RFC 8259, UTF-8).
 *
 * <p>A column's path leads through nested objects; what is missing or null on the way is NULL,
 * fields that no column names are skipped, of fields that are there twice the last counts. A value
 * must be of its column's kind: a number for numbers (without fraction for integers, without digits
 * that the type would lose for decimals), a string for strings and dates, epoch milliseconds or
 * ISO-8601 with offset for timestamps. Every column is checked, also those that are not wanted, so
 * that a record is a dead letter for all readers or for none.
 */
public final class JsonDecoder implements Decoder, PlainJson.Row {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8 and nothing else
          .build();

  private final RecordSchema schema;
  private final IdRule idRule;
  private final FieldNode root;
  private final Optional<PlainJson> plain;
  private final ColumnWriter[] writers;
  private final long maxFutureMs;

  private EventIds ids;
  private long[] offsets = new long[64];
  private long[] timestampsMs = new long[64];
  private String[] reasons = new String[64];
  private int size;

  // The record at hand, complete before any of it is appended.
  private final boolean[] present;
  private final long[] longs;
  private final double[] doubles;
  private final Object[] objects;
  private String idText;
  private int idFrom; // of an ASCII text in the record's bytes
  private int idLength;

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
    this.idRule = idRule;
    this.maxFutureMs = schema.maxFuture().toMillis();
    int width = schema.columns().size();
    root = new FieldNode();
    writers = new ColumnWriter[width];
    for (int i = 0; i < width; i++) {
      RecordSchema.Field field = schema.columns().get(i);
      root.descend(field.path()).column = i;
      boolean kept = wanted.contains(i) || i == schema.eventTimeIndex();
      writers[i] = kept ? ColumnWriter.of(field.type()) : ColumnWriter.skipping(field.type());
    }
    present = new boolean[width];
    longs = new long[width];
    doubles = new double[width];
    objects = new Object[width];
    plain = plainFirst ? Optional.of(new PlainJson(schema, this)) : Optional.empty();
    start();
  }

  /** Returns a decoder that has all records read by the general parser, to be compared with. */
  static JsonDecoder withoutShortCut(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
    return new JsonDecoder(schema, idRule, wanted, false);
  }

  private void start() {
    size = 0;
    ids = new EventIds(64);
    for (ColumnWriter writer : writers) {
      writer.start();
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void append(long offset, long timestampMs, byte[] value) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      timestampsMs = Arrays.copyOf(timestampsMs, size * 2);
      reasons = Arrays.copyOf(reasons, size * 2);
    }
    offsets[size] = offset;
    timestampsMs[size] = timestampMs;
    String reason = decode(timestampMs, value);
    reasons[size] = reason;
    for (int i = 0; i < writers.length; i++) {
      if (reason != null || !present[i]) {
        writers[i].appendNull();
      } else {
        writers[i].append(longs[i], doubles[i], objects[i]);
      }
    }
    appendId(reason, value);
    size++;
  }

  private void appendId(String reason, byte[] value) {
    if (reason == null && idRule instanceof IdRule.ByFingerprint) {
      ids.append(value);
    } else if (reason == null && idText != null) {
      ids.append(idText);
    } else if (reason == null && idLength >= 0) {
      ids.appendAscii(value, idFrom, idLength);
    } else {
      ids.appendAbsent();
    }
  }

  /** Reads the record at hand; returns why it is a dead letter, or null when it is none. */
  private String decode(long timestampMs, byte[] value) {
    begin();
    if (value == null) {
      return "no value";
    }
    if (plain.isPresent()) {
      if (plain.get().read(value)) {
        return checkEventTime(timestampMs);
      }
      begin();
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
    return checkEventTime(timestampMs);
  }

  private void begin() {
    Arrays.fill(present, false);
    idText = null;
    idLength = -1;
  }

  @Override
  public void set(int column, long value) {
    longs[column] = value;
    present[column] = true;
    if (isId(column)) {
      idText =
          schema.columns().get(column).type().kind() == ColumnType.Kind.BOOLEAN
              ? EventIds.text(value != 0)
              : EventIds.text(value);
    }
  }

  @Override
  public void set(int column, double value) {
    doubles[column] = value;
    present[column] = true;
    if (isId(column)) {
      idText = EventIds.text(value);
    }
  }

  @Override
  public boolean setUtf8(int column, byte[] buffer, int from, int length) {
    int code = writers[column].encodeAscii(buffer, from, length);
    if (code < 0) {
      String text = new String(buffer, from, length, StandardCharsets.UTF_8);
      code = writers[column].encode(text);
      if (isId(column)) {
        idText = text;
      }
    } else if (isId(column)) {
      idFrom = from;
      idLength = length;
    }
    longs[column] = code;
    present[column] = true;
    return true;
  }

  private boolean isId(int column) {
    return idRule instanceof IdRule.ByColumn id && id.index() == column;
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

  private String checkEventTime(long timestampMs) {
    int index = schema.eventTimeIndex();
    if (!present[index]) {
      return "column '%s': the event time is missing".formatted(schema.columns().get(index).name());
    }
    if (longs[index] - maxFutureMs > timestampMs) {
      return "column '%s': %s is more than %s after the record's timestamp %s"
          .formatted(
              schema.columns().get(index).name(),
              Timestamps.format(longs[index]),
              schema.maxFuture(),
              Timestamps.format(timestampMs));
    }
    return null;
  }

  private String readObject(JsonParser parser, FieldNode node) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      FieldNode child = node.children.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (child == null) {
        parser.skipChildren();
        continue;
      }
      forget(child);
      if (token == JsonToken.START_OBJECT && child.column < 0) {
        String reason = readObject(parser, child);
        if (reason != null) {
          return reason;
        }
      } else if (child.column >= 0) {
        present[child.column] = token != JsonToken.VALUE_NULL;
        if (present[child.column] && !readValue(parser, token, child.column)) {
          return violation(child.column, token, parser);
        }
      } else {
        parser.skipChildren();
      }
    }
    return null;
  }

  /**
   * Drops what an earlier field of the same name held: of fields that are there twice the last
   * counts.
   */
  private void forget(FieldNode node) {
    if (node.column >= 0) {
      present[node.column] = false;
      if (idRule instanceof IdRule.ByColumn id && id.index() == node.column) {
        idText = null;
      }
    }
    if (!node.children.isEmpty()) {
      node.children.values().forEach(this::forget);
    }
  }

  private boolean readValue(JsonParser parser, JsonToken token, int column) throws IOException {
    ColumnType type = schema.columns().get(column).type();
    boolean valid =
        switch (type.kind()) {
          case STRING -> token == JsonToken.VALUE_STRING && readText(parser, column);
          case BOOLEAN -> readBoolean(token, column);
          case INT -> readInteger(parser, token, column, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case BIGINT -> readInteger(parser, token, column, Long.MIN_VALUE, Long.MAX_VALUE);
          case DOUBLE -> token.isNumeric() && readDouble(parser, column);
          case DECIMAL -> token.isNumeric() && readDecimal(parser, column, type);
          case TIMESTAMP ->
              token == JsonToken.VALUE_STRING
                  ? readLong(Timestamps.parse(parser.getText()), column)
                  : readInteger(parser, token, column, Timestamps.MIN_MS, Timestamps.MAX_MS);
          case DATE ->
              token == JsonToken.VALUE_STRING
                  && readLong(Timestamps.parseDate(parser.getText()), column);
          case BYTES -> throw new IllegalStateException("No record has a column of type " + type);
        };
    if (valid) {
      if (idRule instanceof IdRule.ByColumn id && id.index() == column) {
        idText = idText(parser, column, type);
      }
    }
    return valid;
  }

  /** Returns the text that {@link EventIds#text} gives for the value in a column. */
  private String idText(JsonParser parser, int column, ColumnType type) throws IOException {
    return switch (type.kind()) {
      case STRING -> parser.getText();
      case BOOLEAN -> EventIds.text(longs[column] != 0);
      case DOUBLE -> EventIds.text(doubles[column]);
      case DECIMAL -> EventIds.text(objects[column]);
      default -> EventIds.text(longs[column]);
    };
  }

  private boolean readText(JsonParser parser, int column) throws IOException {
    char[] buffer = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    if (!isUnicode(buffer, from, length)) {
      return false;
    }
    longs[column] = writers[column].encode(buffer, from, length);
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

  private boolean readBoolean(JsonToken token, int column) {
    longs[column] = token == JsonToken.VALUE_TRUE ? 1 : 0;
    return token.isBoolean();
  }

  private boolean readInteger(JsonParser parser, JsonToken token, int column, long min, long max)
      throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return false;
    }
    long value = parser.getLongValue();
    longs[column] = value;
    return value >= min && value <= max;
  }

  private boolean readLong(OptionalLong value, int column) {
    longs[column] = value.orElse(0);
    return value.isPresent();
  }

  private boolean readDouble(JsonParser parser, int column) throws IOException {
    double value = parser.getDoubleValue();
    doubles[column] = value;
    return !Double.isInfinite(value);
  }

  private boolean readDecimal(JsonParser parser, int column, ColumnType type) throws IOException {
    BigDecimal value;
    try {
      value = parser.getDecimalValue().stripTrailingZeros();
    } catch (ArithmeticException | NumberFormatException e) {
      return false; // an exponent beyond 32 bits
    }
    // Zero has one digit by BigDecimal's count, none that needs room.
    long wholeDigits = value.signum() == 0 ? 0 : (long) value.precision() - value.scale();
    if (value.scale() > type.scale() || wholeDigits > type.precision() - type.scale()) {
      return false;
    }
    objects[column] = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
    return true;
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

  @Override
  public EventBatch take() {
    List<Column> columns = new ArrayList<>(writers.length);
    for (ColumnWriter writer : writers) {
      columns.add(writer.take());
    }
    EventBatch batch =
        new EventBatch(
            Batch.of(size, columns),
            (LongColumn) columns.get(schema.eventTimeIndex()),
            Arrays.copyOf(offsets, size),
            Arrays.copyOf(timestampsMs, size),
            Arrays.copyOf(reasons, size),
            ids);
    start();
    return batch;
  }

  /** A name on the way to columns: the column it holds itself, and the names below it. */
  private static final class FieldNode {
    private final Map<String, FieldNode> children = new HashMap<>();
    private int column = -1;

    FieldNode descend(List<String> path) {
      FieldNode node = this;
      for (String name : path) {
        node = node.children.computeIfAbsent(name, unused -> new FieldNode());
      }
      return node;
    }
  }
}

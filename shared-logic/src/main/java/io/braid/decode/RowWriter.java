package io.braid.decode;

import io.braid.column.Batch;
import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.LongColumn;
import io.braid.time.Timestamps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Assembles the batches of a decoder. Values of the record at hand are set column by column; only
 * when the record turns out to be no dead letter are they appended. One thread.
 */
final class RowWriter {

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long SIGNS = 0x8080808080808080L;

  private final RecordSchema schema;
  private final IdRule idRule;
  private final int idColumn;
  private final ColumnWriter[] writers; // null for a column that is checked, not wanted
  private final int[] kept;
  private final long maxFutureMs;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder(); // reports what is none

  private EventIds ids;
  private long[] offsets = new long[64];
  private long[] timestampsMs = new long[64];
  private String[] reasons = new String[64];
  private int size;

  // The record at hand.
  private final boolean[] present;
  private final long[] longs;
  private final double[] doubles;
  private final Object[] objects;
  private String idText;
  private byte[] idBytes = {}; // where an ASCII id lies, when there is no idText
  private int idFrom;
  private int idLength;

  /**
   * Starts the first batch.
   *
   * @param wanted indexes of the columns that batches shall hold; the others are all NULL there.
   *     The event time is always wanted
   */
  RowWriter(RecordSchema schema, IdRule idRule, Set<Integer> wanted) {
    this.schema = schema;
    this.idRule = idRule;
    this.idColumn = idRule instanceof IdRule.ByColumn id ? id.index() : -1;
    this.maxFutureMs = schema.maxFuture().toMillis();
    int width = schema.columns().size();
    writers = new ColumnWriter[width];
    for (int i = 0; i < width; i++) {
      ColumnType type = schema.columns().get(i).type();
      boolean isKept = wanted.contains(i) || i == schema.eventTimeIndex();
      writers[i] = isKept ? ColumnWriter.of(type) : null;
    }
    kept = IntStream.range(0, width).filter(i -> writers[i] != null).toArray();
    present = new boolean[width];
    longs = new long[width];
    doubles = new double[width];
    objects = new Object[width];
    start();
  }

  private void start() {
    size = 0;
    ids = new EventIds(64);
    for (int column : kept) {
      writers[column].start();
    }
  }

  /** Returns the number of records in the batch. */
  int size() {
    return size;
  }

  /** Forgets the record before. */
  void begin() {
    Arrays.fill(present, false);
    idText = null;
  }

  /** Returns whether the column's text is the event's id; see {@link #setIdText}. */
  boolean isId(int column) {
    return column == idColumn;
  }

  /** Takes the text of the value in the id's column, which only the decoder of a text knows. */
  void setIdText(String text) {
    idText = text;
  }

  /** Makes a column NULL that may have been set. */
  void unset(int column) {
    present[column] = false;
  }

  /** Sets a BOOLEAN (0 or 1), INT, BIGINT, TIMESTAMP (epoch ms) or DATE (epoch days). */
  void set(int column, long value) {
    longs[column] = value;
    present[column] = true;
  }

  /** Sets a DOUBLE. */
  void set(int column, double value) {
    doubles[column] = value;
    present[column] = true;
  }

  /** Sets a DECIMAL, unless digits would be lost; returns whether it is set. */
  boolean setDecimal(int column, BigDecimal value) {
    ColumnType type = schema.columns().get(column).type();
    if (value.scale() >= 0
        && value.scale() <= type.scale()
        && value.precision() - value.scale() <= type.precision() - type.scale()) {
      objects[column] = value.setScale(type.scale());
      present[column] = true;
      return true;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    // Zero has one digit by BigDecimal's count, none that needs room.
    long wholeDigits = stripped.signum() == 0 ? 0 : (long) stripped.precision() - stripped.scale();
    if (stripped.scale() > type.scale() || wholeDigits > type.precision() - type.scale()) {
      return false;
    }
    objects[column] = stripped.setScale(type.scale(), RoundingMode.UNNECESSARY);
    present[column] = true;
    return true;
  }

  /** Sets a STRING that is Unicode. */
  void setText(int column, char[] buffer, int from, int length) {
    ColumnWriter writer = writers[column];
    set(column, writer == null ? 0L : writer.encode(buffer, from, length));
  }

  /** Sets a STRING that is Unicode. */
  void setText(int column, String text) {
    ColumnWriter writer = writers[column];
    set(column, writer == null ? 0L : writer.encode(text));
    if (column == idColumn) {
      idText = text;
    }
  }

  /** Sets a STRING from UTF-8, unless it is none; returns whether it is set. */
  boolean setUtf8(int column, byte[] buffer, int from, int length) {
    ColumnWriter writer = writers[column];
    int code =
        writer == null
            ? (isAscii(buffer, from, length) ? 0 : -1)
            : writer.encodeAscii(buffer, from, length);
    if (code >= 0) {
      set(column, code);
      if (column == idColumn) {
        idText = null;
        idBytes = buffer;
        idFrom = from;
        idLength = length;
      }
      return true;
    }
    try {
      CharBuffer text = utf8.decode(ByteBuffer.wrap(buffer, from, length));
      setText(column, text.array(), text.arrayOffset(), text.remaining());
      if (column == idColumn) {
        idText = text.toString();
      }
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isAscii(byte[] buffer, int from, int length) {
    int to = from + length;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      if (((long) EIGHT_BYTES.get(buffer, i) & SIGNS) != 0) {
        return false;
      }
    }
    int signs = 0;
    for (; i < to; i++) {
      signs |= buffer[i];
    }
    return signs >= 0;
  }

  /**
   * Appends the record at hand.
   *
   * @param value the record's bytes, for its id
   * @param undecodable why the bytes could not be decoded; null when they could, and then the event
   *     time may still make the record a dead letter
   */
  void end(long offset, long timestampMs, byte[] value, String undecodable) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      timestampsMs = Arrays.copyOf(timestampsMs, size * 2);
      reasons = Arrays.copyOf(reasons, size * 2);
    }
    String reason = undecodable == null ? checkEventTime(timestampMs) : undecodable;
    offsets[size] = offset;
    timestampsMs[size] = timestampMs;
    reasons[size] = reason;
    for (int column : kept) {
      if (reason != null || !present[column]) {
        writers[column].appendNull();
      } else {
        writers[column].append(longs[column], doubles[column], objects[column]);
      }
    }
    if (!(idRule instanceof IdRule.None)) {
      appendId(reason, value);
    }
    size++;
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

  private void appendId(String reason, byte[] value) {
    if (reason == null && idRule instanceof IdRule.ByFingerprint) {
      ids.append(value);
    } else if (reason == null && idColumn >= 0 && present[idColumn]) {
      appendIdOfColumn();
    } else {
      ids.appendAbsent();
    }
  }

  /** Appends the text that {@link EventIds#text} gives for the value in the id's column. */
  private void appendIdOfColumn() {
    switch (schema.columns().get(idColumn).type().kind()) {
      case STRING -> {
        if (idText == null) {
          ids.appendAscii(idBytes, idFrom, idLength);
        } else {
          ids.append(idText);
        }
      }
      case BOOLEAN -> ids.append(EventIds.text(longs[idColumn] != 0));
      case DOUBLE -> ids.append(EventIds.text(doubles[idColumn]));
      case DECIMAL -> ids.append(EventIds.text(objects[idColumn]));
      default -> ids.append(EventIds.text(longs[idColumn]));
    }
  }

  /** Returns what was appended since the last call, and starts anew. */
  EventBatch take() {
    List<Column> columns = new ArrayList<>(writers.length);
    for (int i = 0; i < writers.length; i++) {
      columns.add(
          writers[i] == null
              ? Column.nulls(schema.columns().get(i).type(), size)
              : writers[i].take());
    }
    EventBatch batch =
        new EventBatch(
            Batch.of(size, columns),
            (LongColumn) columns.get(schema.eventTimeIndex()),
            Arrays.copyOf(offsets, size),
            Arrays.copyOf(timestampsMs, size),
            Arrays.copyOf(reasons, size),
            idRule instanceof IdRule.None ? EventIds.none(size) : ids);
    start();
    return batch;
  }
}

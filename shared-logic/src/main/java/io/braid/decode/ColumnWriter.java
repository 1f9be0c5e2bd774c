package io.braid.decode;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.DecimalColumn;
import io.braid.column.Dictionary;
import io.braid.column.DoubleColumn;
import io.braid.column.LongColumn;
import io.braid.column.StringColumn;
import java.math.BigDecimal;

/** Writes one column of a decoder's batches, whatever its type. */
abstract class ColumnWriter {

  /** A dictionary that grew beyond this is left to its batches and a fresh one started. */
  private static final int MAX_DICTIONARY = 1 << 16;

  static ColumnWriter of(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> new Texts();
      case DOUBLE -> new Doubles();
      case DECIMAL -> new Decimals(type);
      default -> new Longs(type);
    };
  }

  abstract void start();

  /** Appends the part that is of the column's type. */
  abstract void append(long number, double fraction, Object object);

  abstract void appendNull();

  abstract Column take();

  /** Returns the number by which a text is appended. */
  int encode(char[] buffer, int from, int length) {
    return 0;
  }

  /** Returns the number by which a text is appended. */
  int encode(String text) {
    return 0;
  }

  /** Returns the number by which a text is appended, or -1 when a byte is not ASCII. */
  int encodeAscii(byte[] buffer, int from, int length) {
    return -1;
  }

  private static final class Longs extends ColumnWriter {
    private final ColumnType type;
    private LongColumn.Builder builder;

    Longs(ColumnType type) {
      this.type = type;
    }

    @Override
    void start() {
      builder = new LongColumn.Builder(type, 64);
    }

    @Override
    void append(long number, double fraction, Object object) {
      builder.append(number);
    }

    @Override
    void appendNull() {
      builder.appendNull();
    }

    @Override
    Column take() {
      return builder.build();
    }
  }

  private static final class Doubles extends ColumnWriter {
    private DoubleColumn.Builder builder;

    @Override
    void start() {
      builder = new DoubleColumn.Builder(64);
    }

    @Override
    void append(long number, double fraction, Object object) {
      builder.append(fraction);
    }

    @Override
    void appendNull() {
      builder.appendNull();
    }

    @Override
    Column take() {
      return builder.build();
    }
  }

  private static final class Decimals extends ColumnWriter {
    private final ColumnType type;
    private DecimalColumn.Builder builder;

    Decimals(ColumnType type) {
      this.type = type;
    }

    @Override
    void start() {
      builder = new DecimalColumn.Builder(type, 64);
    }

    @Override
    void append(long number, double fraction, Object object) {
      builder.append((BigDecimal) object);
    }

    @Override
    void appendNull() {
      builder.append(null);
    }

    @Override
    Column take() {
      return builder.build();
    }
  }

  private static final class Texts extends ColumnWriter {
    private Dictionary dictionary = new Dictionary();
    private StringColumn.Builder builder;

    @Override
    void start() {
      if (dictionary.size() > MAX_DICTIONARY) {
        dictionary = new Dictionary();
      }
      builder = new StringColumn.Builder(dictionary, 64);
    }

    @Override
    int encode(char[] buffer, int from, int length) {
      return dictionary.encode(buffer, from, length);
    }

    @Override
    int encode(String text) {
      return dictionary.encode(text);
    }

    @Override
    int encodeAscii(byte[] buffer, int from, int length) {
      return dictionary.encodeAscii(buffer, from, length);
    }

    @Override
    void append(long number, double fraction, Object object) {
      builder.appendCode((int) number);
    }

    @Override
    void appendNull() {
      builder.appendNull();
    }

    @Override
    Column take() {
      return builder.build();
    }
  }
}

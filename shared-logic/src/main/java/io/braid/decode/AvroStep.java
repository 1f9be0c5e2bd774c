package io.braid.decode;

import io.braid.column.ColumnType;
import io.braid.time.Timestamps;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;

/** One step of an {@link AvroPlan}: reads what the writer wrote next, into columns or past them. */
abstract class AvroStep {

  abstract void read(AvroInput in, RowWriter row) throws DatumException;

  /** Passes over a fixed number of bytes: over none for null, which leaves columns NULL. */
  static final class Skip extends AvroStep {
    final int bytes;

    Skip(int bytes) {
      this.bytes = bytes;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      in.skip(bytes);
    }
  }

  /** Passes over an int, a long or an enum. */
  static final class SkipNumber extends AvroStep {
    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      in.readLong();
    }
  }

  /** Passes over bytes or a string. */
  static final class SkipBytes extends AvroStep {
    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      in.skip(in.readLength());
    }
  }

  /** Gives up the record: its branch is none that the reader knows. */
  static final class Fail extends AvroStep {
    private final String reason;

    Fail(String reason) {
      this.reason = reason;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      throw new DatumException(reason);
    }
  }

  /** Reads the fields of a record, in the writer's order. */
  static final class Fields extends AvroStep {
    private AvroStep[] steps = {};

    /** Sets the steps, which may lead back to this one. */
    Fields of(AvroStep... fields) {
      steps = fields;
      return this;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      in.enter();
      for (AvroStep step : steps) {
        step.read(in, row);
      }
      in.leave();
    }
  }

  /** Reads the branch of a union that the writer took. */
  static final class Union extends AvroStep {
    private final AvroStep[] branches;

    Union(AvroStep[] branches) {
      this.branches = branches;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      branches[in.readIndex(branches.length, "branch")].read(in, row);
    }
  }

  /** Reads some elements of an array and passes over the others; or over the entries of a map. */
  static final class Items extends AvroStep {
    private final int[] indexes;
    private final AvroStep[] wanted;
    private final AvroStep other;
    private final boolean isEmpty;

    /**
     * Makes the step.
     *
     * @param indexes of the wanted elements, ascending
     * @param other passes over an element
     * @param isEmpty whether an element takes no bytes, so that any number of them may be there
     */
    Items(int[] indexes, AvroStep[] wanted, AvroStep other, boolean isEmpty) {
      this.indexes = indexes;
      this.wanted = wanted;
      this.other = other;
      this.isEmpty = isEmpty;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      int next = 0;
      long start = 0;
      for (long count = in.readLong(); count != 0; count = in.readLong()) {
        int blockBytes = -1;
        if (count < 0) {
          count = -count;
          blockBytes = in.readLength();
        }
        if (count < 0 || (!isEmpty && count > in.remaining()) || start + count < 0) {
          throw new DatumException(
              "not Avro: cut short: %d elements announced at byte %d"
                  .formatted(count, in.position()));
        }
        long end = start + count;
        if (blockBytes >= 0 && (next == indexes.length || indexes[next] >= end)) {
          in.skip(blockBytes);
        } else if (isEmpty) {
          for (; next < indexes.length && indexes[next] < end; next++) {
            wanted[next].read(in, row);
          }
        } else {
          for (long index = start; index < end; index++) {
            if (next < indexes.length && indexes[next] == index) {
              wanted[next++].read(in, row);
            } else {
              other.read(in, row);
            }
          }
        }
        start = end;
      }
    }
  }

  /** Reads a default of the reader, which stands in for a field that the writer does not have. */
  static final class Default extends AvroStep {
    private final byte[] datum;
    private final AvroStep step;
    private final AvroInput own = new AvroInput();

    Default(byte[] datum, AvroStep step) {
      this.datum = datum;
      this.step = step;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      step.read(own.over(datum, 0), row);
    }
  }

  /** A value of a column. */
  abstract static class Value extends AvroStep {
    final int column;
    private final String name;
    private final ColumnType type;

    Value(int column, RecordSchema.Field field) {
      this.column = column;
      this.name = field.name();
      this.type = field.type();
    }

    final DatumException violation(String found) {
      return new DatumException("column '%s': expected %s, found %s".formatted(name, type, found));
    }
  }

  /** Reads a BOOLEAN. */
  static final class BooleanValue extends Value {
    BooleanValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      row.set(column, in.readBoolean() ? 1L : 0L);
    }
  }

  /** Reads an int, as INT or BIGINT. */
  static final class IntValue extends Value {
    IntValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      row.set(column, (long) in.readInt());
    }
  }

  /** Reads a long, as BIGINT. */
  static final class LongValue extends Value {
    LongValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      row.set(column, in.readLong());
    }
  }

  /** Reads a TIMESTAMP; finer fractions are cut off. */
  static final class TimestampValue extends Value {
    private final long unitsAMs;

    TimestampValue(int column, RecordSchema.Field field, long unitsAMs) {
      super(column, field);
      this.unitsAMs = unitsAMs;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      long epochMs = Math.floorDiv(in.readLong(), unitsAMs);
      if (!Timestamps.isValid(epochMs)) {
        throw violation(epochMs + " ms since the epoch");
      }
      row.set(column, epochMs);
    }
  }

  /** Reads a DATE. */
  static final class DateValue extends Value {
    private static final long MS_A_DAY = 86_400_000L;

    DateValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      long epochDay = in.readInt();
      if (!Timestamps.isValid(epochDay * MS_A_DAY)) {
        throw violation(epochDay + " days since the epoch");
      }
      row.set(column, epochDay);
    }
  }

  /** Reads a number of any kind as DOUBLE. */
  static final class DoubleValue extends Value {

    /** How the writer wrote it, and whether the reader takes a whole number as a float. */
    enum Form {
      INT,
      LONG,
      INT_AS_FLOAT,
      LONG_AS_FLOAT,
      FLOAT,
      DOUBLE
    }

    private final Form form;

    DoubleValue(int column, RecordSchema.Field field, Form form) {
      super(column, field);
      this.form = form;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      double value =
          switch (form) {
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case INT_AS_FLOAT -> (float) in.readInt();
            case LONG_AS_FLOAT -> (float) in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
          };
      row.set(column, Double.isNaN(value) ? Double.NaN : value); // one NaN, not 2^52 of them
    }
  }

  /** Reads a string, or bytes that are one. */
  static final class TextValue extends Value {
    TextValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      int length = in.readLength();
      if (!row.setUtf8(column, in.bytes(), in.skip(length), length)) {
        throw violation("bytes that are no UTF-8");
      }
    }
  }

  /** Reads an enum's symbol. */
  static final class EnumValue extends Value {
    private final String[] texts;
    private final String[] symbols;

    /**
     * Makes the step.
     *
     * @param symbols of the writer
     * @param texts what the reader makes of each; null for one that it has no symbol for
     */
    EnumValue(int column, RecordSchema.Field field, String[] symbols, String[] texts) {
      super(column, field);
      this.symbols = symbols;
      this.texts = texts;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      int symbol = in.readIndex(texts.length, "symbol");
      if (texts[symbol] == null) {
        throw violation("the symbol " + symbols[symbol] + ", which the schema does not have");
      }
      row.setText(column, texts[symbol]);
    }
  }

  /** Reads a UUID of 16 bytes, as text. */
  static final class UuidValue extends Value {
    static final int BYTES = 16;

    UuidValue(int column, RecordSchema.Field field) {
      super(column, field);
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      ByteBuffer bytes = ByteBuffer.wrap(in.bytes(), in.skip(BYTES), BYTES);
      row.setText(column, new UUID(bytes.getLong(), bytes.getLong()).toString());
    }
  }

  /** Reads a DECIMAL: an unscaled number, two's complement, most significant byte first. */
  static final class DecimalValue extends Value {
    private static final int MOST_ZEROS = 1000; // arithmetic on more is a hostile record's aim

    private final int size;
    private final int scale;
    private final int mostBytes;

    /**
     * Makes the step.
     *
     * @param size in bytes; -1 when each value says its own
     * @param scale of the written numbers
     */
    DecimalValue(int column, RecordSchema.Field field, int size, int scale) {
      super(column, field);
      this.size = size;
      this.scale = scale;
      // A number of so many digits may still end in zeros behind the point; a longer one cannot.
      int digits =
          field.type().precision()
              + Math.min(MOST_ZEROS, Math.max(0, scale - field.type().scale()));
      this.mostBytes = digits * 10 / 24 + 2;
    }

    @Override
    void read(AvroInput in, RowWriter row) throws DatumException {
      int length = size < 0 ? in.readLength() : size;
      int from = in.skip(length);
      int end = from + length;
      byte[] bytes = in.bytes();
      while (end - from > 1 && bytes[from] == (bytes[from + 1] < 0 ? -1 : 0)) {
        from++; // repeats the sign
      }
      if (length == 0 || end - from > mostBytes) {
        throw violation("a number of %d bytes".formatted(length));
      }
      BigDecimal value = new BigDecimal(new BigInteger(bytes, from, end - from), scale);
      if (!row.setDecimal(column, value)) {
        throw violation(value.toString());
      }
    }
  }
}

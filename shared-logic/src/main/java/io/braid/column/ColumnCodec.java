package io.braid.column;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Columns as bytes: a NULL byte a value where there are any, then the values. Texts are written
 * once, as UTF-8 with a length, and referred to by number. The byte table stands in this module's
 * README.
 */
public final class ColumnCodec {

  private ColumnCodec() {}

  /** Writes the first {@code count} values of {@code column}. */
  public static void write(Column column, int count, DataOutput out) throws IOException {
    if (column instanceof LongColumn longs) {
      writeNulls(column, count, out);
      for (int i = 0; i < count; i++) {
        out.writeLong(longs.get(i));
      }
    } else if (column instanceof DoubleColumn doubles) {
      writeNulls(column, count, out);
      for (int i = 0; i < count; i++) {
        out.writeDouble(doubles.get(i));
      }
    } else if (column instanceof StringColumn texts) {
      writeTexts(texts, count, out);
    } else {
      for (int i = 0; i < count; i++) {
        writeBytes(column.isNull(i) ? null : bytes(column, i), out);
      }
    }
  }

  private static byte[] bytes(Column column, int row) {
    return column instanceof DecimalColumn decimals
        ? decimals.get(row).unscaledValue().toByteArray()
        : ((BytesColumn) column).get(row);
  }

  private static void writeNulls(Column column, int count, DataOutput out) throws IOException {
    out.writeBoolean(column.mayHaveNulls());
    if (column.mayHaveNulls()) {
      for (int i = 0; i < count; i++) {
        out.writeBoolean(column.isNull(i));
      }
    }
  }

  private static void writeBytes(byte[] bytes, DataOutput out) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static void writeTexts(StringColumn column, int count, DataOutput out)
      throws IOException {
    Dictionary used = new Dictionary();
    int[] codes = new int[count];
    for (int i = 0; i < count; i++) {
      codes[i] = column.isNull(i) ? Dictionary.NULL : used.encode(column.get(i));
    }
    out.writeInt(used.size());
    for (int code = 0; code < used.size(); code++) {
      writeBytes(used.text(code).getBytes(StandardCharsets.UTF_8), out);
    }
    for (int code : codes) {
      out.writeInt(code);
    }
  }

  /** Reads {@code count} values of {@code type}. */
  public static Column read(ColumnType type, int count, DataInput in) throws IOException {
    switch (type.kind()) {
      case STRING -> {
        return readTexts(count, in);
      }
      case DOUBLE -> {
        boolean[] nulls = readNulls(count, in);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = in.readDouble();
        }
        return DoubleColumn.of(values, nulls, count);
      }
      case DECIMAL -> {
        BigDecimal[] values = new BigDecimal[count];
        for (int i = 0; i < count; i++) {
          byte[] unscaled = readBytes(in);
          values[i] =
              unscaled == null ? null : new BigDecimal(new BigInteger(unscaled), type.scale());
        }
        return DecimalColumn.of(type, values, count);
      }
      case BYTES -> {
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
          values[i] = readBytes(in);
        }
        return BytesColumn.of(values, count);
      }
      default -> {
        boolean[] nulls = readNulls(count, in);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = in.readLong();
        }
        return LongColumn.of(type, values, nulls, count);
      }
    }
  }

  private static boolean[] readNulls(int count, DataInput in) throws IOException {
    if (!in.readBoolean()) {
      return new boolean[0];
    }
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = in.readBoolean();
    }
    return nulls;
  }

  private static byte[] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private static Column readTexts(int count, DataInput in) throws IOException {
    Dictionary texts = new Dictionary();
    int distinct = in.readInt();
    for (int i = 0; i < distinct; i++) {
      texts.encode(new String(readBytes(in), StandardCharsets.UTF_8));
    }
    int[] codes = new int[count];
    for (int i = 0; i < count; i++) {
      codes[i] = in.readInt();
    }
    return StringColumn.of(codes, count, texts);
  }
}

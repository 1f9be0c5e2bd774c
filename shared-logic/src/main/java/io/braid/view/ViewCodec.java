package io.braid.view;

import io.braid.column.Column;
import io.braid.column.ColumnCodec;
import io.braid.column.ColumnType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Views as bytes: a version, the number of rows, then the columns of the stored form. */
public final class ViewCodec {

  private static final int VERSION = 1;

  private ViewCodec() {}

  /** Returns the bytes of {@code view}. */
  public static byte[] encode(View view) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(view, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Writes {@code view}. */
  public static void write(View view, DataOutput out) throws IOException {
    out.writeInt(VERSION);
    out.writeInt(view.size());
    for (Column column : view.stored()) {
      ColumnCodec.write(column, view.size(), out);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param schema that of the view that was written
   * @throws IllegalArgumentException when it is of another version
   */
  public static View read(DataInput in, ViewSchema schema) throws IOException {
    View view = new View(schema);
    int version = in.readInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Cannot decode a view of version %d, expected %d".formatted(version, VERSION));
    }
    int rows = in.readInt();
    List<Column> stored = new ArrayList<>();
    for (ColumnType type : View.storedTypes(schema)) {
      stored.add(ColumnCodec.read(type, rows, in));
    }
    view.merge(stored, rows);
    return view;
  }

  /**
   * Returns the view of these bytes.
   *
   * @param schema that of the view that was encoded
   * @throws IllegalArgumentException when the bytes are of another version or cut short
   */
  public static View decode(byte[] bytes, ViewSchema schema) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return read(in, schema);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot decode a view: it is cut short", e);
    }
  }
}

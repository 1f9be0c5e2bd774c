package io.braid.view;

import io.braid.column.Column;
import io.braid.column.ColumnCodec;
import io.braid.column.ColumnType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
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
      out.writeInt(VERSION);
      out.writeInt(view.size());
      for (Column column : view.stored()) {
        ColumnCodec.write(column, view.size(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns the view of these bytes.
   *
   * @param schema that of the view that was encoded
   * @throws IllegalArgumentException when the bytes are of another version or cut short
   */
  public static View decode(byte[] bytes, ViewSchema schema) {
    View view = new View(schema);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
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
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot decode a view: it is cut short", e);
    }
    return view;
  }
}

package io.braid.view;

import io.braid.column.Column;
import io.braid.column.StringColumn;
import java.util.Arrays;
import java.util.List;

/** Hashes of keys and panes that are the same in every process, for splitting views by them. */
final class ViewHash {

  private ViewHash() {}

  /** Returns a hash for each of {@code count} rows of these columns. */
  static int[] of(List<Column> columns, int count) {
    int[] hashes = new int[count];
    for (Column column : columns) {
      for (int row = 0; row < count; row++) {
        hashes[row] = (hashes[row] ^ hash(column, row)) * 0x9E3779B1;
        hashes[row] ^= hashes[row] >>> 15;
      }
    }
    return hashes;
  }

  private static int hash(Column column, int row) {
    if (column.isNull(row)) {
      return 0;
    }
    if (column instanceof StringColumn texts) {
      return texts.get(row).hashCode();
    }
    Object value = column.value(row);
    return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
  }
}

package io.braid.aggregate;

import io.braid.column.Column;
import io.braid.column.ColumnType;
import io.braid.column.Dictionary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * Numbers the distinct values of a type from 0, and writes sets of them as bytes: ascending by
 * value, each as its difference from the one before it, so that equal sets have equal bytes.
 */
abstract class ValueCodes {

  /** Returns an empty numbering for values of a type. */
  static ValueCodes of(ColumnType type) {
    return switch (type.kind()) {
      case STRING -> new TextCodes();
      case DECIMAL -> new DecimalCodes();
      default -> new WordCodes();
    };
  }

  /**
   * Writes the code of each of {@code count} values into {@code codes}, given to it now when it has
   * none; {@link Dictionary#NULL} for NULL.
   */
  abstract void encode(Column column, int count, int[] codes);

  /** Returns the code of a value of another numbering of the same type, given to it now if new. */
  abstract int encode(ValueCodes other, int code);

  /**
   * Returns a numbering of its own with the same codes; this one may be read by others meanwhile.
   */
  abstract ValueCodes copy();

  /** Returns about what the values and their codes take on the heap, in bytes. */
  abstract long memoryBytes();

  /** Lets go of what only makes encoding faster. */
  void settle() {}

  /** Returns how many codes there are. */
  abstract int size();

  /** Returns some codes, each there once, ascending by value. */
  abstract int[] order(int[] codes);

  /** Returns the bytes of a set: {@code count} codes, ascending by value. */
  abstract byte[] write(int[] codes, int count);

  /** Tells the codes of the values in such bytes, given to them now where they have none. */
  abstract void read(byte[] bytes, IntConsumer codes);

  /** Writes seven bits a byte, the lowest first, where the top bit says that more follow. */
  static void writeVarint(long unsigned, ByteArrayOutputStream out) {
    long rest = unsigned;
    while ((rest & ~0x7FL) != 0) {
      out.write(((int) rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static long readVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}

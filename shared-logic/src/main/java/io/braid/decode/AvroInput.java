package io.braid.decode;

/**
 * Reads Avro's primitive types from bytes. Every length is checked against what is there before
 * anything is done with it. One thread.
 */
final class AvroInput {

  /**
   * Deeper than any schema that people write; a list that is a chain of records may go on for ever.
   */
  private static final int MAX_DEPTH = 1000;

  private byte[] bytes = {};
  private int position;
  private int depth;

  /** Starts reading {@code bytes} at {@code from}. */
  AvroInput over(byte[] bytes, int from) {
    this.bytes = bytes;
    this.position = from;
    this.depth = 0;
    return this;
  }

  /** Returns the bytes that {@link #position} counts in. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the index of the next byte. */
  int position() {
    return position;
  }

  /** Returns the number of bytes from the next one on. */
  int remaining() {
    return bytes.length - position;
  }

  /** Goes into a record, which may hold others of its kind. */
  void enter() throws DatumException {
    if (++depth > MAX_DEPTH) {
      throw new DatumException("not Avro: records nested deeper than " + MAX_DEPTH);
    }
  }

  /** Leaves a record. */
  void leave() {
    depth--;
  }

  /** Reads a long: zigzag, seven bits a byte, least significant first. */
  long readLong() throws DatumException {
    int b = next();
    long value = b & 0x7f;
    if (b < 0) {
      int shift = 7;
      do {
        b = next();
        if (shift == 63 && (b & ~1) != 0) {
          throw new DatumException(
              "not Avro: a number of more than 64 bits before byte " + position);
        }
        value |= (long) (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Reads an int. */
  int readInt() throws DatumException {
    long value = readLong();
    if (value != (int) value) {
      throw new DatumException("not Avro: %d before byte %d is no int".formatted(value, position));
    }
    return (int) value;
  }

  /** Reads a float. */
  float readFloat() throws DatumException {
    int from = skip(4);
    return Float.intBitsToFloat(littleEndian(from));
  }

  /** Reads a double. */
  double readDouble() throws DatumException {
    int from = skip(8);
    return Double.longBitsToDouble(
        (littleEndian(from) & 0xffffffffL) | (long) littleEndian(from + 4) << 32);
  }

  private int littleEndian(int from) {
    return (bytes[from] & 0xff)
        | (bytes[from + 1] & 0xff) << 8
        | (bytes[from + 2] & 0xff) << 16
        | bytes[from + 3] << 24;
  }

  /** Reads a boolean. */
  boolean readBoolean() throws DatumException {
    int b = next();
    if ((b & ~1) != 0) {
      throw new DatumException(
          "not Avro: %d at byte %d is no boolean".formatted(b & 0xff, position - 1));
    }
    return b == 1;
  }

  /** Reads the index of one of {@code count} symbols or branches. */
  int readIndex(int count, String what) throws DatumException {
    long index = readLong();
    if (index < 0 || index >= count) {
      throw new DatumException(
          "not Avro: there is no %s %d before byte %d".formatted(what, index, position));
    }
    return (int) index;
  }

  /** Reads the length of what follows, which is there. */
  int readLength() throws DatumException {
    long length = readLong();
    if (length < 0 || length > remaining()) {
      throw new DatumException(
          "not Avro: cut short: %d bytes announced at byte %d, %d are there"
              .formatted(length, position, remaining()));
    }
    return (int) length;
  }

  /** Passes over bytes; returns the index of the first of them. */
  int skip(int count) throws DatumException {
    int from = position;
    if (count > remaining()) {
      throw cutShort();
    }
    position = from + count;
    return from;
  }

  private int next() throws DatumException {
    if (position == bytes.length) {
      throw cutShort();
    }
    return bytes[position++];
  }

  private DatumException cutShort() {
    return new DatumException("not Avro: cut short at byte " + bytes.length);
  }
}

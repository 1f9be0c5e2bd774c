package io.braid.peer;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** Cuts a stream into blocks with their length and CRC32C before them. Of one thread. */
final class BlockOutput extends OutputStream {

  /** Some network packets, and little beside what a view takes in memory. */
  static final int MAX_BYTES = 1 << 16;

  private final DataOutputStream out;
  private final byte[] block = new byte[MAX_BYTES];
  private final CRC32C crc = new CRC32C();
  private int size;

  BlockOutput(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  @Override
  public void write(int value) throws IOException {
    if (size == block.length) {
      writeBlock();
    }
    block[size++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (size == block.length) {
        writeBlock();
      }
      int part = Math.min(end - from, block.length - size);
      System.arraycopy(bytes, from, block, size, part);
      size += part;
      from += part;
    }
  }

  private void writeBlock() throws IOException {
    crc.reset();
    crc.update(block, 0, size);
    out.writeInt(size);
    out.writeInt((int) crc.getValue());
    out.write(block, 0, size);
    size = 0;
  }

  /** Writes what is left and the end mark, without which all of it is worth nothing. */
  void end() throws IOException {
    if (size > 0) {
      writeBlock();
    }
    out.writeInt(0);
    out.flush();
  }
}

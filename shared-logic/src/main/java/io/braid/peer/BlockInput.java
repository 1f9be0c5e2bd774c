package io.braid.peer;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Joins the blocks of a {@link BlockOutput} and checks each before it is read. Of one thread. */
final class BlockInput extends InputStream {

  private final DataInputStream in;
  private final byte[] block = new byte[BlockOutput.MAX_BYTES];
  private final CRC32C crc = new CRC32C();
  private int position;
  private int size;
  private boolean ended;

  BlockInput(InputStream in) {
    this.in = new DataInputStream(in);
  }

  @Override
  public int read() throws IOException {
    return position < size || next() ? block[position++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == size && !next()) {
      return -1;
    }
    int part = Math.min(length, size - position);
    System.arraycopy(block, position, bytes, offset, part);
    position += part;
    return part;
  }

  /** Returns whether there is another block. */
  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    try {
      int length = in.readInt();
      if (length == 0) {
        ended = true;
        return false;
      }
      if (length < 0 || length > block.length) {
        throw new IOException(
            "The answer is damaged: a block of %d bytes, expected 1 to %d"
                .formatted(length, block.length));
      }
      int expected = in.readInt();
      in.readFully(block, 0, length);
      crc.reset();
      crc.update(block, 0, length);
      if ((int) crc.getValue() != expected) {
        throw new IOException(
            "The answer is damaged: CRC32C %08x of a block, expected %08x"
                .formatted((int) crc.getValue(), expected));
      }
      position = 0;
      size = length;
      return true;
    } catch (EOFException e) {
      throw new IOException("The answer is cut off: it ends without its end mark", e);
    }
  }

  /** Makes sure that all has been read, and the end mark too, and that nothing stands behind it. */
  void requireEnd() throws IOException {
    if (read() >= 0 || in.read() >= 0) {
      throw new IOException("The answer is damaged: it goes on behind its end");
    }
  }
}
